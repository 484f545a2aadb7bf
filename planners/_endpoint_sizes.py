"""Smaller sizes of a SageMaker endpoint, by type or by number, that hold what was asked of it.

SageMaker's CPU utilisation is the sum over the cores (four give up to 400 %), its GPU utilisation and memory the sum
over the GPUs; memory and disk are of the whole instance, and the busiest instance is what counts:
https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
Demand is judged as that of machines (planners/_sizing.py), P99.5 with 20 % headroom, AWS Compute Optimizer's default,
by what the machine type of the same name offers, since a type of SageMaker is that type with `ml.` before it:
https://docs.aws.amazon.com/compute-optimizer/latest/ug/rightsizing-preferences.html
Somebody waits for what it answers: the P95 of its CPU also has to stay at 40 % of what the smaller one has, as Azure
Advisor asks for workloads that face users (https://learn.microsoft.com/azure/advisor/advisor-cost-recommendations).
GPUs stay as they are, in model, number and memory: how a model lies on several is not measured. Of several instances
half may go in one step, at least two remaining, as AWS asks for in production:
https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-best-practices.html
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil

from planners._accelerated import neuron
from planners._endpoint import instances
from planners._managed import Settings as Sizing
from planners._money import as_month, monthly
from planners._resize import moves
from planners._seen import check_within
from planners._sizing import Demand, fits, widened
from remediator.model import Context, InstanceType, MetricSummary, Observation, Price, Saving, SetAttribute

VARIANT = "production_variants"
_LEAST_INSTANCES = 2
_WEEK = 168


@dataclass(frozen=True, slots=True)
class Settings(Sizing):
    """As for databases and caches; `load_percent` is what the CPU of less may come to, as Azure Advisor leaves it.

    `payload_mbytes` is the largest request, 25 MB unless it is known to be less: what goes over an endpoint's network
    is not measured.
    """

    load_percent: float = 40.0
    payload_mbytes: float = 25.0

    def __post_init__(self) -> None:
        Sizing.__post_init__(self)
        check_within("load_percent", self.load_percent, 1, 80)
        check_within("payload_mbytes", self.payload_mbytes, 0.001, 1000)


@dataclass(frozen=True, slots=True)
class Option:
    """A smaller type or number: the attribute, what it saves, and what is not known of it."""

    attribute: SetAttribute
    saving: Saving | None
    doubts: tuple[str, ...]


def smaller_types(
    endpoint: Observation, current: InstanceType, found: dict[str, MetricSummary], context: Context[Settings]
) -> Iterator[Option]:
    """The smaller types of the family that hold what the busiest instance asked for."""
    settings, count = context.of(endpoint), instances(endpoint)
    if count is None or neuron(current):
        return
    needs = Demand(
        vcpu=widened(found["cpu"], settings.headroom) / 100,
        memory_mib=None
        if current.memory_mib is None
        else widened(found["memory"], settings.headroom) / 100 * current.memory_mib,
        network=0,  # told apart below
        ebs_bytes=0,  # a model is read from disk once
        ebs_ops=0,
    )
    for candidate in context.catalogue.family(current.family):
        if (candidate.vcpu or 0) >= (current.vcpu or 0) or not moves(candidate, current, settings.largest_step):
            continue
        if candidate.gpu_count != current.gpu_count or candidate.gpu_memory_mib != current.gpu_memory_mib:
            continue
        if not fits(candidate, current, needs, disks=False):
            continue
        if found["cpu"].p95 > (candidate.vcpu or 0) * settings.load_percent:
            continue
        before, after = (_price(endpoint, type_, count, context) for type_ in (current, candidate))
        saving = monthly(before, after, endpoint, f"ml.{candidate.name}")
        if saving is not None or (before is None and after is None):
            attribute = SetAttribute(f"{VARIANT}.instance_type", f"ml.{current.name}", f"ml.{candidate.name}")
            yield Option(
                attribute,
                _while_used(saving, endpoint, found),
                tuple(_unmeasured(endpoint, current, candidate, found, context)),
            )


def _while_used(saving: Saving | None, endpoint: Observation, found: dict[str, MetricSummary]) -> Saving | None:
    """What is saved in the hours in which a queue has work; in the others endpoint_scaling may save all of it."""
    hours = [summary.active_hours for summary in found.values() if summary.active_hours is not None]
    if saving is None or not hours or not endpoint.resource.spec.flag("asynchronous"):
        return saving
    share = Decimal(len({hour for each in hours for hour in each})) / _WEEK
    used, least = ((amount * share).quantize(Decimal("0.01")) for amount in (saving.monthly, saving.low))
    return replace(saving, monthly=used, low=least)


def _unmeasured(
    endpoint: Observation,
    current: InstanceType,
    candidate: InstanceType,
    found: dict[str, MetricSummary],
    context: Context[Settings],
) -> Iterator[str]:
    """What of a smaller type is not known to be enough."""
    settings, gbps = context.of(endpoint), candidate.network_gbps
    rate = widened(found["invocations"], settings.headroom)
    if endpoint.resource.spec.flag("asynchronous"):
        yield "it takes work of any size from S3, and what goes over its network is not measured"
    elif gbps is None or rate * settings.payload_mbytes > gbps * 1e3 / 8:
        yield (
            f"{rate:,.1f} requests a second of up to {settings.payload_mbytes:g} MB may be more than the network of "
            f"{candidate.name} (payload_mbytes), which is not measured"
        )
    if candidate.local_storage_gb < current.local_storage_gb:
        disk = found.get("disk")
        if (
            disk is None
            or widened(disk, settings.headroom) / 100 * current.local_storage_gb > candidate.local_storage_gb
        ):
            yield f"its disk of {candidate.local_storage_gb} GB is not known to hold model and image"
    if context.prices.price("aws_sagemaker_endpoint", f"ml.{candidate.name}", endpoint.resource.region) is None:
        yield f"whether SageMaker offers ml.{candidate.name} is not known, since it has no list price"


def fewer_instances(
    seen: Observation,
    endpoint: Observation,
    current: InstanceType,
    found: dict[str, MetricSummary],
    context: Context[Settings],
) -> Iterator[Option]:
    """The smaller number of instances among which the load is still light; none where SageMaker scales them itself."""
    settings, count = context.of(endpoint), instances(endpoint)
    if count is None or seen.resource.spec.texts("managed_instance_scaling"):
        return
    busy = widened(found["cpu"], 0) / ((current.vcpu or 1) * settings.load_percent)
    if current.gpu_count:
        busy = max(busy, widened(found["gpu"], 0) / (current.gpu_count * settings.load_percent))
    fewer = max(ceil(count * busy), ceil(count / settings.largest_step), _LEAST_INSTANCES)
    if fewer >= count:
        return
    before, after = (_price(endpoint, current, n, context) for n in (count, fewer))
    saving = monthly(before, after, endpoint)
    doubts = (
        "what of its memory grows with requests is not measured",
        *(("its GPUs hold the model on each instance, and batches take the rest",) if current.gpu_count else ()),
    )
    yield Option(SetAttribute(f"{VARIANT}.initial_instance_count", count, fewer), saving, doubts)


def _price(endpoint: Observation, type_: InstanceType, count: int, context: Context[Settings]) -> Price | None:
    price = context.prices.price("aws_sagemaker_endpoint", f"ml.{type_.name}", endpoint.resource.region)
    return as_month(price, count)
