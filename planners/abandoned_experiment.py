"""Experiments all of whose resources are idle, as one finding: stopped first, removed after they stayed stopped.

An experiment is a workspace, a state, a module call, or all that carries one of the configured tags. Its members are
judged by their own rules, with their thresholds: it is abandoned where each of them is idle or stands still already.
The chain is of three requests, each `after` the one before is live: what can be stopped is stopped or scaled to zero;
the volumes that code declares get a final snapshot; everything is removed. AWS' own finding is of one resource
(https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html), which leaves behind the disks,
addresses and gateways of an experiment whose machine is stopped.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from planners._experiment import DATA, Abandoned, Judged, abandoned, grouped, idle, inert
from planners._money import whole
from planners._seen import LEAST_DAYS, check_within, few, where
from planners._settings import check_environments
from planners._unused import unused
from remediator.model import (
    EXPERIMENT_TAGS,
    Attributes,
    Bound,
    Change,
    Context,
    Effect,
    Estate,
    Experiment,
    Layer,
    Level,
    Observation,
    Resource,
    SetAttribute,
    Usage,
)

SUMMARY = "Stops experiments all of whose resources are idle as one, and removes them after they stayed stopped."
LAYER = Layer.USAGE
GATHERS = True
KINDS = ("aws_instance", "aws_autoscaling_group", "aws_ebs_volume")
"""What is listed anyway; of what other rules do not look at, nobody knows whether it is idle."""

_RULE = "abandoned_experiment"
_STOP, _SNAPSHOT, _REMOVAL = "running", "snapshot before removal", "existence"
_NAMED = 5
"""Resources that a sentence names; the rest it counts."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How many members that work make an experiment, how long it stays stopped before its removal, and by which tags.

    `tags` are the keys whose value names an experiment, beside workspaces, states and module calls. There is no
    published time between a stop and a removal; `days` is the look-back that everything is removed by. A stop asks
    where its members' own rules do, a removal in `ask_in`.
    """

    least_members: int = 2
    days: float = 14.0
    tags: tuple[str, ...] = EXPERIMENT_TAGS
    ask_in: tuple[str, ...] = ("prod",)
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("least_members", self.least_members, 1, 1000)
        check_within("days", self.days, LEAST_DAYS, 3650)
        check_environments("ask_in", self.ask_in)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """The next step for each experiment that is abandoned; what is part of a wider one is settled with that.

    One that is under way stays what it is, though all around it is idle by now.
    """
    taken: set[int] = set()
    findings = idle(context.wanted)
    experiments = grouped(estate, context.settings.tags)
    known = context.open_changes | context.live_since.keys()
    for experiment in sorted(experiments, key=lambda e: not (known and _is_known(e, known))):
        members = experiments[experiment]
        if any(id(member) in taken for member in members):
            continue
        settings = context.of(members[0])
        found = abandoned(experiment, members, findings, settings.least_members, settings.keep_tags)
        if found is not None:
            taken.update(map(id, members))
            yield from _next(found, estate, context)


def _next(found: Abandoned, estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    settings = context.of(found.members[0])
    stops = {one: change for one in found.judged if (change := one.stop) is not None}
    stops = {one: change for one, change in stops.items() if not change.doubts} or stops
    if stops:
        yield from (_stop(one, change, tuple(stops), found) for one, change in stops.items())
        return
    if not found.still and found.experiment.bound in (Bound.STATE, Bound.WORKSPACE):
        return  # nothing was stopped, and what can go alone is better removed from code than destroyed with all of it
    since = context.live_since.get(_fingerprint(found.experiment, _STOP))
    if since is not None and context.now - since < timedelta(days=settings.days):
        return
    after = _fingerprint(found.experiment, _STOP) if found.still else None
    volumes = [member for member in found.members if member.resource.kind == "aws_ebs_volume" and member.declared]
    bare = [volume for volume in volumes if volume.declared and not volume.declared.attributes.flag("final_snapshot")]
    if bare:
        yield from (_snapshot(volume, bare, found, after) for volume in bare)
        return
    after = _fingerprint(found.experiment, _SNAPSHOT) if volumes else after
    doubts = tuple(_against(found, estate, settings, since is None and bool(found.still)))
    along = tuple(address for address, _ in found.unseen(estate))
    yield from (replace(_removal(one, found, doubts), after=after, along=along) for one in found.judged)


def _is_known(experiment: Experiment, known: Collection[str]) -> bool:
    return any(_fingerprint(experiment, concern) in known for concern in (_STOP, _SNAPSHOT, _REMOVAL))


def _fingerprint(experiment: Experiment, concern: str) -> str:
    nobody = Observation(Resource("", "", "", "", "", None, Attributes(), Attributes(), None), Usage(), None, None)
    return replace(unused(_RULE, nobody, "", "", saving=None, concern=concern), whole=experiment).fingerprint


def _stop(one: Judged, own: Change, all_: Sequence[Judged], found: Abandoned) -> Change:
    left = [where(other.seen) for other in found.judged if other.finding and other not in all_]
    later = f"; {few(left, _NAMED)} stay for a person to decide" if left else ""
    return replace(
        own,
        rule=_RULE,
        concern=_STOP,
        title=f"Stop {found.experiment}, all of which is idle",
        reason=f"{where(one.seen)}: {own.reason}; so are or stand still all {len(found.judged)} resources of "
        f"{found.experiment}{later}",
        instead=(),
        whole=found.experiment,
    )


def _snapshot(volume: Observation, all_: Sequence[Observation], found: Abandoned, after: str | None) -> Change:
    size = sum(member.resource.spec.number("size") or 0 for member in all_)
    change = unused(
        _RULE,
        volume,
        f"Take final snapshots of the volumes of {found.experiment} before its removal",
        f"{found.experiment} is abandoned, and its volumes ({len(all_)}) hold {size:,.0f} GiB",
        saving=None,
        action=SetAttribute("final_snapshot", None, True),
        concern=_SNAPSHOT,
        effect=Effect.IN_PLACE,
    )
    return replace(
        change,
        saves_nothing=True,
        after=after,
        prepares=whole(volume.price, volume),
        risk=Level.LOW,
        whole=found.experiment,
    )


def _removal(one: Judged, found: Abandoned, doubts: tuple[str, ...]) -> Change:
    """A removal; what stands still costs nothing that this would save, save for its disks, which are members."""
    data = any(member.resource.kind in DATA for member in found.members)
    saving = one.finding.saving if one.finding else None if one.still else whole(one.seen.price, one.seen)
    change = unused(
        _RULE,
        one.seen,
        f"Remove {found.experiment}, which is abandoned",
        f"nothing in {found.experiment} ({len(found.judged)} resources) does any work, and what can stand still does",
        saving=saving,
        evidence=one.finding.evidence if one.finding else (),
        doubts=(*doubts, *(one.finding.doubts if one.finding else ())),
        concern=_REMOVAL,
        effect=Effect.DATA_LOSS if data else Effect.REMOVAL,
    )
    return replace(change, whole=found.experiment)


def _against(found: Abandoned, estate: Estate, settings: Settings, unknown: bool) -> Iterator[str]:
    """Why a person decides on a removal: what holds data, what is not known, and what code alone cannot do."""
    yield from _asked(found, settings)
    unseen = found.unseen(estate)
    stored = [(where(member), member.resource.kind) for member in found.members] + list(unseen)
    data = [f"{name} ({DATA[kind]})" for name, kind in stored if kind in DATA]
    if data:
        yield f"these hold data that is lost with them: {few(data, _NAMED)}; say which of it is still wanted"
    others = [address for address, kind in unseen if kind not in DATA and not inert(kind)]
    if others:
        yield f"it also holds {few(others, _NAMED)}, whose use is not judged here"
    if unknown:
        yield f"since when {few([where(one.seen) for one in found.still], _NAMED)} stand still is not known"
    if found.experiment.bound in (Bound.STATE, Bound.WORKSPACE):
        workspace = f" (workspace {found.experiment.workspace})" if found.experiment.bound is Bound.WORKSPACE else ""
        yield (
            f"the whole of it goes: run `terraform destroy` in {found.experiment.root or '.'}{workspace}, then take "
            "its code or its workspace away"
        )


def _asked(found: Abandoned, settings: Settings) -> Iterator[str]:
    inside = sorted({m.environment for m in found.members if m.environment in settings.ask_in})
    if inside:
        yield f"it is in {', '.join(map(str, inside))}, where a person says whether it is only waiting (ask_in)"
