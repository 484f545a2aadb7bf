"""SageMaker endpoints larger than two weeks of their demand: a smaller type, or fewer instances of it.

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

A configuration cannot be changed. A new one replaces it, and the endpoint moves over to new instances while the old
ones answer (the API's UpdateEndpoint), which Terraform does only where the new one has another name, is made before
the old one goes, and the endpoint refers to it: of what a fixed name is, Terraform deletes the configuration that the
endpoint runs on, and the endpoint keeps its instances.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from math import ceil

from planners._accelerated import neuron
from planners._endpoint import instances, left_behind, runs_on, scales
from planners._managed import Settings as Sizing
from planners._money import as_month, monthly
from planners._month import without_turn
from planners._resize import moves
from planners._seen import check_within, kept, where
from planners._sizing import Demand, enough, fits, widened
from remediator.model import (
    Change,
    Context,
    Effect,
    Estate,
    InstanceType,
    Layer,
    Level,
    MetricSummary,
    Observation,
    Price,
    Saving,
    SetAttribute,
)

SUMMARY = "Moves SageMaker endpoints to a smaller type, or to fewer instances, that hold two weeks of their demand."
LAYER = Layer.CONFIGURATION
KINDS = ("aws_sagemaker_endpoint_configuration", "aws_sagemaker_endpoint", "aws_appautoscaling_target")

_MEASURED = ("cpu", "memory", "invocations")
_GPU = ("gpu", "gpu_memory")
_VARIANT = "production_variants"
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
class _Option:
    """A smaller type or number: the attribute, what it saves, and what is not known of it."""

    attribute: SetAttribute
    saving: Saving | None
    doubts: tuple[str, ...]


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A smaller size for each configuration of one variant whose endpoint was invoked and measured."""
    for seen in estate.of_kind("aws_sagemaker_endpoint_configuration"):
        spec = seen.resource.spec
        same = estate.having("aws_sagemaker_endpoint", "endpoint_config_name", seen.resource.id)
        endpoints = [one for one in same if runs_on(one, seen)]
        name = (spec.text(f"{_VARIANT}.instance_type") or "").removeprefix("ml.")
        current = context.catalogue.instance_type(name)
        # Two endpoints of one configuration have a use each; that is rare, and left to people.
        if len(endpoints) != 1 or current is None or not spec.text(f"{_VARIANT}.model_name"):
            continue
        keep = context.of(seen).keep_tags
        if spec.flag("shadowed") or current.burstable is not False or kept(seen, keep) or kept(endpoints[0], keep):
            continue
        if endpoints[0].resource.spec.text("endpoint_status") == "InService":
            yield from _smaller(seen, endpoints[0], current, estate, context)


def _smaller(
    seen: Observation, endpoint: Observation, current: InstanceType, estate: Estate, context: Context[Settings]
) -> Iterator[Change]:
    settings = context.of(endpoint)
    names = (*_MEASURED, "disk", *(_GPU if current.gpu_count else ()))
    found = {n: s for n in names if (s := enough(endpoint.usage, n, settings.days, settings.coverage)) is not None}
    needed = {*_MEASURED, *(_GPU if current.gpu_count else ())}
    # What nobody invokes did no work, and shows nothing of the size it needs.
    if not needed <= found.keys() or found["invocations"].maximum <= 0 or not current.vcpu:
        return
    initial = seen.resource.spec.number(f"{_VARIANT}.initial_instance_count")
    scaled = any(scales(target, endpoint) for target in estate.of_kind("aws_appautoscaling_target"))
    if not _since(seen, endpoint, scaled, found["cpu"].start):
        return
    resets = tuple(_reset(initial, scaled, instances(endpoint)))
    options = [replace(one, doubts=(*one.doubts, *resets)) for one in _types(endpoint, current, found, context)]
    options = options or ([] if resets else list(_counts(seen, endpoint, current, found, context)))
    options.sort(key=lambda option: -option.saving.monthly if option.saving else 0)
    changes = [_change(seen, endpoint, current, option, found, context) for option in options]
    if changes:
        yield replace(changes[0], instead=tuple(changes[1:]))


def _since(seen: Observation, endpoint: Observation, scaled: bool, start: datetime) -> bool:
    """Whether an endpoint is known to have run on its configuration since a time; before, shares were of another size.

    What scales an endpoint changes it without another configuration.
    """
    moved = None if scaled else endpoint.resource.spec.text("last_modified_time")
    times = (seen.resource.created_at, datetime.fromisoformat(moved) if moved else seen.resource.created_at)
    return all(at is not None and at <= start for at in times)


def _reset(initial: float | None, scaled: bool, count: int | None) -> Iterator[str]:
    """What moving over to another configuration makes of the number of instances."""
    if scaled:
        begins = "with an unknown number of" if initial is None else f"with its initial {initial:.0f}"
        yield (
            f"something scales it, and moving over begins {begins} instances; it may have to be taken off its scalable "
            "target for that time"
        )
    elif initial != count:
        has = "how many instances it has is not known" if count is None else f"it has {count} instances"
        anew = "with how many it would begin anew is not known"
        yield f"{has}, and {anew if initial is None else f'moving over gives it its initial {initial:.0f}'}"


def _types(
    endpoint: Observation, current: InstanceType, found: dict[str, MetricSummary], context: Context[Settings]
) -> Iterator[_Option]:
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
            attribute = SetAttribute(f"{_VARIANT}.instance_type", f"ml.{current.name}", f"ml.{candidate.name}")
            yield _Option(
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


def _counts(
    seen: Observation,
    endpoint: Observation,
    current: InstanceType,
    found: dict[str, MetricSummary],
    context: Context[Settings],
) -> Iterator[_Option]:
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
    yield _Option(SetAttribute(f"{_VARIANT}.initial_instance_count", count, fewer), saving, doubts)


def _price(endpoint: Observation, type_: InstanceType, count: int, context: Context[Settings]) -> Price | None:
    price = context.prices.price("aws_sagemaker_endpoint", f"ml.{type_.name}", endpoint.resource.region)
    return as_month(price, count)


def _change(
    seen: Observation,
    endpoint: Observation,
    current: InstanceType,
    option: _Option,
    found: dict[str, MetricSummary],
    context: Context[Settings],
) -> Change:
    settings = context.of(endpoint)
    kept_behind = tuple(left_behind(seen, endpoint))
    doubts = (*option.doubts, *kept_behind, *without_turn(endpoint, settings.month_end_in))
    attribute = option.attribute
    what = "type" if attribute.path.endswith("instance_type") else "number of instances"
    cores = found["cpu"].maximum / 100
    gpu = f", {found['gpu'].maximum / current.gpu_count:.0f} % of its GPUs" if current.gpu_count else ""
    anew = ((endpoint.declared.at.address, "endpoint_config_name"),) if endpoint.declared and not kept_behind else ()
    return Change(
        rule="endpoint_size",
        concern="size",
        layer=LAYER,
        resource=seen.resource,
        declared=seen.declared,
        title=f"Resize endpoint {where(endpoint)} from {attribute.live} to {attribute.target} ({what})",
        reason=f"its busiest ml.{current.name} needed at most {cores:.1f} of {current.vcpu} vCPU, "
        f"{found['memory'].maximum:.0f} % of its memory{gpu}. Its configuration is replaced by a new one, and the "
        "endpoint moves over to new instances while the old ones answer",
        actions=(attribute, SetAttribute("lifecycle.create_before_destroy", None, True)),
        evidence=tuple(found.values()),
        missing=(
            *(() if option.saving else ("list prices of what it has and of what would do",)),
            "latency under its load, of which users may expect what the larger size gives",
            "the account's quota of endpoint instances of that type",
            "the size of its storage volume, which may follow from the type",
            "whether a SageMaker savings plan pays for it",
        ),
        doubts=doubts,
        saving=option.saving,
        accrued=None,
        risk=Level.MEDIUM,
        effort=Level.LOW,
        effect=Effect.REPLACEMENT,
        confidence=0.5 if doubts else 0.85,
        updates=anew,
    )
