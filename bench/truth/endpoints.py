"""SageMaker endpoints whose next thirty days are known: whether less would have held, and what it would save.

**There** are the dollars a month of the cheapest single step (a type of the family of at least half the CPUs and the
memory, or at least half the instances, two remaining) that holds all of the past and the next days with 20 % headroom
on their P99.5, and leaves the P95 of the CPU at what Azure Advisor leaves workloads that face users. A request or a
question **finds** what it claims of these.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from math import ceil

import numpy as np
from numpy.random import Generator

from bench.truth.clock import Clock
from bench.truth.drafts import known
from bench.truth.loads import Load, month_end, named
from bench.truth.truth import HEADROOM, REGION, smaller
from bench.truth.verdicts import NOTHING, Hosting, Verdict, context, grade, observed, seen
from planners import endpoint_size
from planners.endpoint_size import Settings
from remediator.model import HOURS_A_MONTH, Change, Estate, InstanceType, SetAttribute, Usage, Value
from remediator.observe.series import Values

PATH = "production_variants"
FACING_USERS = 0.4
"""https://learn.microsoft.com/azure/advisor/advisor-cost-recommendations"""
_COUNTS = (1, 1, 1, 2, 4, 6)


def endpoints(axis: Clock, rng: Generator, load: Load) -> Iterator[Verdict]:
    """One endpoint under a load, and what is wanted of it."""
    type_ = known(str(rng.choice(("m5.xlarge", "m5.2xlarge", "m5.4xlarge"))))
    asked = load(axis, rng)
    each = (type_.vcpu or 0) * rng.uniform(0.02, 0.3) * rng.choice((1, 0.2))
    cores = np.minimum(type_.vcpu or 0, asked * np.float32(each))
    memory = np.minimum(100, cores * np.float32(1.5) + np.float32(rng.uniform(5, 60)))
    flow = cores * np.float32(rng.uniform(0.01, 3))
    count = int(rng.choice(_COUNTS))
    series = {"cpu": cores * np.float32(100), "memory": memory, "invocations": flow, "disk": np.full_like(cores, 9)}
    spec: dict[str, Value] = {f"{PATH}.instance_type": f"ml.{type_.name}", f"{PATH}.model_name": "m"}
    spec |= {f"{PATH}.initial_instance_count": count}
    config = seen("aws_sagemaker_endpoint_configuration", "c-1", spec, Usage(), axis)
    runs_on: dict[str, Value] = {"endpoint_config_name": "c-1", "endpoint_status": "InService"}
    kind = "aws_sagemaker_endpoint"
    endpoint = seen(kind, "e", {**runs_on, "instance_counts": (str(count),)}, observed(kind, series, axis), axis)
    if load is month_end:
        endpoint = replace(endpoint, environment="prod")
    there = worth(type_, count, cores, memory)
    changes = list(endpoint_size.plan(Estate((config, endpoint)), context(Settings(), axis)))
    if not changes:
        yield Verdict(named(load), "endpoint", NOTHING, None, there)
    for change in changes:
        held = harm(change, type_, count, cores[axis.future], memory[axis.future])
        claimed = min(there, change.saving.monthly) if change.saving and not held else Decimal(0)
        yield Verdict(named(load), "endpoint", grade(change), held, there, claimed)
        for option in change.instead:
            held = harm(option, type_, count, cores[axis.future], memory[axis.future])
            yield Verdict(named(load), "endpoint", grade(option), held)


def worth(type_: InstanceType, count: int, cores: Values, memory: Values) -> Decimal:
    """The dollars a month that the best single step saves; of several instances the shares are of each."""
    needed = max(_roomy(cores), float(np.quantile(cores, 0.95)) / FACING_USERS)
    mib = _roomy(memory) / 100 * (type_.memory_mib or 0)
    paid = _price(type_) * count
    fitting = [one for one in smaller(type_) if (one.vcpu or 0) >= needed and (one.memory_mib or 0) >= mib]
    savings = [paid - _price(one) * count for one in fitting]
    fewer = [n for n in range(max(2, ceil(count / 2)), count) if needed * count / n <= (type_.vcpu or 0)]
    savings += [paid - _price(type_) * n for n in fewer]
    return max(Decimal(0), *(saving.quantize(Decimal("0.01")) for saving in savings))


def harm(change: Change, type_: InstanceType, count: int, cores: Values, memory: Values) -> str | None:
    """Why what it moves to does not hold what is asked in the days that decide; None where it does."""
    [action] = [a for a in change.actions if isinstance(a, SetAttribute) and a.path.startswith(PATH)]
    needed, mib = float(cores.max()), float(memory.max()) / 100 * (type_.memory_mib or 0)
    if isinstance(action.target, int):
        needed *= count / action.target
        offered, what = type_, f"{action.target} of {count} instances"
    else:
        offered, what = known(str(action.target).removeprefix("ml.")), str(action.target)
    fits = needed <= (offered.vcpu or 0) and mib <= (offered.memory_mib or 0)
    return None if fits else f"{needed:.1f} vCPU and {mib / 1024:.1f} GiB are asked of {what}"


def _roomy(values: Values) -> float:
    return max(float(np.quantile(values, 0.995)) * HEADROOM, float(values.max()))


def _price(type_: InstanceType) -> Decimal:
    found = Hosting().price("aws_sagemaker_endpoint", f"ml.{type_.name}", REGION)
    if found is None:
        raise KeyError(type_.name)
    return found.amount * HOURS_A_MONTH
