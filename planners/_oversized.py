"""Machines with more devices, GPUs or NeuronCores, or more machine around them than their use shows: a question each.

Never a request: such a machine that is stopped to be resized may not be had again at once, and what is on its local
disks is lost and not measured.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from planners._month import without_turn
from planners._opinions import against_less
from planners._resize import blocks, by_list, movable, saved, scarce, short, unseen, worth
from planners._seen import check_within, where
from planners._sized import Settings as Sizing
from planners._sized import best, candidates, measured, resized
from planners._sizing import Demand, demand
from remediator.model import (
    Catalogue,
    Change,
    Context,
    Estate,
    InstanceType,
    Level,
    MetricSummary,
    Observation,
    SetAttribute,
)

_AROUND = ("cpu", "memory", "network", "ebs_bytes", "ebs_ops")


@dataclass(frozen=True, slots=True)
class Settings(Sizing):
    """How much evidence is enough, how much headroom is kept, and the largest step down in vCPUs and memory.

    Less than `least_percent` of the price is not asked about. `families` are further families to look in.
    """

    memory_coverage: float = 0.995
    least_percent: float = 10.0
    families: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Sizing.__post_init__(self)
        check_within("memory_coverage", self.memory_coverage, 0.9, 1)
        check_within("least_percent", self.least_percent, 0, 100)


SettingsT = TypeVar("SettingsT", bound=Settings)


@dataclass(frozen=True, slots=True)
class Rule(Generic[SettingsT]):
    """A rule on machines with some kind of device: how these are counted and measured, and what is said of them.

    `measured` are our metrics of them, of which `use` is in percent: a machine whose devices stayed within `idle` did
    no work, and shows nothing of the size it needs. `counted` says how many were in use, which needs no telling of one
    alone. `step` is how many times less of vCPUs and memory a candidate may have. `families` are those to look in
    beside the machine's own, of which a candidate has to suit by what was measured, unless its family is one that
    somebody named; `reasons` say what of its devices a candidate spares, `doubts` what the candidate's may not do.
    """

    name: str
    devices: Callable[[InstanceType], int]
    measured: tuple[str, ...]
    use: str
    counted: str
    idle: Callable[[SettingsT], float]
    step: Callable[[InstanceType, Catalogue, SettingsT], float]
    families: Callable[[InstanceType, Catalogue], tuple[str, ...]]
    suits: Callable[[InstanceType, InstanceType, Mapping[str, MetricSummary], SettingsT], bool]
    reasons: Callable[[InstanceType, InstanceType, Demand, Mapping[str, MetricSummary]], Iterator[str]]
    doubts: Callable[[InstanceType, InstanceType], Iterator[str]]


def asked(rule: Rule[SettingsT], estate: Estate, context: Context[SettingsT]) -> Iterator[Change]:
    """A question for each running machine of its own that was measured, did work, and fits a cheaper type."""
    for seen in estate.of_kind("aws_instance"):
        current = context.catalogue.instance_type(seen.resource.spec.text("instance_type") or "")
        if current is None or not rule.devices(current) or current.bare_metal is not False:
            continue
        if movable(seen, context.of(seen).keep_tags):
            found = best(_smaller(rule, seen, current, estate, context))
            yield from (replace(change, instead=()) for change in found)


def _smaller(
    rule: Rule[SettingsT],
    seen: Observation,
    current: InstanceType,
    estate: Estate,
    context: Context[SettingsT],
) -> Iterator[Change]:
    settings, names = context.of(seen), (*rule.measured, *_AROUND)
    found = measured(seen, names, settings, {"memory": settings.memory_coverage})
    if rule.use not in found or found[rule.use].maximum <= rule.idle(settings):
        return
    needs = demand(seen.usage, current, settings.headroom, settings.days, settings.coverage, settings.memory_coverage)
    families = (*rule.families(current, context.catalogue), *settings.families)
    single = (rule.counted,) if rule.devices(current) == 1 else ()
    step = rule.step(current, context.catalogue, settings)
    for candidate in candidates(current, needs, step, context.catalogue, families, disks=False):
        if candidate.family not in settings.families and not rule.suits(candidate, current, found, settings):
            continue
        saving = saved(seen, context.prices, current, candidate)
        if saving is None or estate.offered(candidate.name, seen.resource) is False:
            continue
        if not worth(saving, current, seen, context.prices, settings.least_percent):
            continue
        yield resized(
            rule.name,
            seen,
            where(seen),
            SetAttribute("instance_type", current.name, candidate.name),
            "; ".join((*rule.reasons(current, candidate, needs, found), *_reasons(current, needs))),
            evidence=found.values(),
            missing=(
                *(name for name in names if name not in found and name not in single),
                *unseen(seen, candidate, estate),
            ),
            doubts=(
                *_doubts(rule, seen, current, candidate),
                *without_turn(seen, settings.month_end_in),
                *against_less(seen, current.name, candidate, context.catalogue),
            ),
            saving=saving if by_list(seen) else None,
            effort=Level.MEDIUM,
            confidence=0.6,
        )


def _reasons(current: InstanceType, needs: Demand) -> Iterator[str]:
    """What it has more of than it used beside its devices, each as a phrase."""
    if needs.vcpu is not None:
        yield f"it needs {needs.vcpu:.1f} of its {current.vcpu} vCPU with headroom"
    if needs.memory_mib is not None:
        yield f"and {needs.memory_mib / 1024:,.1f} of its {(current.memory_mib or 0) / 1024:,.0f} GiB"


def _doubts(rule: Rule[SettingsT], seen: Observation, current: InstanceType, candidate: InstanceType) -> Iterator[str]:
    yield scarce(candidate)
    yield from rule.doubts(current, candidate)
    if candidate.local_storage_gb < current.local_storage_gb:
        yield f"{candidate.name} has {candidate.local_storage_gb:,} GB of instance store; how much is used is not known"
    yield from blocks(seen, current)
    yield from short(seen, candidate)
