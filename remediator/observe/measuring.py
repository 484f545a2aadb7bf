"""The use of what was listed: every series in a few calls, a bounded number of points in memory at once."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from remediator.model import InstanceType, Resource, Usage
from remediator.observe.accelerators import in_use
from remediator.observe.catalogue import load
from remediator.observe.cloudwatch import read_series
from remediator.observe.failures import REFUSALS, explained, unread
from remediator.observe.metrics import DCGM, FALLBACKS, GPU_INDEX, HOST, METRICS, NODE, SCALING_GROUP, Metric
from remediator.observe.pools import Pool, Tracks, joined, one_by_one, seen
from remediator.observe.portions import Portion, ends, own_key, portions
from remediator.observe.purse import BOTTOMLESS, Purse
from remediator.observe.queries import Listed, series_of
from remediator.observe.series import Grid, Series, SeriesFile, Values
from remediator.observe.sessions import Clients
from remediator.observe.succession import Succession, Successions
from remediator.observe.usage import Track, summed, track, usage

Gpus: TypeAlias = Mapping[str, Mapping[str, Values]]
"""Values of GPU metrics by machine (`account/region/id`) and metric."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Usages by `kind/id`, and sentences on what could not be read."""

    usages: dict[str, Usage] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


_MEASURED = frozenset(metric.kind for metric in METRICS)


def measure(
    resources: Sequence[Resource],
    clients: Clients,
    on: Grid,
    kept: SeriesFile,
    where: str,
    purse: Purse = BOTTOMLESS,
    left_out: Collection[str] = (),
    gpus: Gpus = MappingProxyType({}),
    resized: Mapping[str, datetime] = MappingProxyType({}),
    successions: Successions = MappingProxyType({}),
    known: Listed | None = None,
) -> Measured:
    """The use of what runs, of volumes, and of groups, within what the purse holds.

    A group has what is measured of itself, and beside it what its members do together; a machine has what those did
    that were at its address before it (`successions`), as if they were one.

    What is `left_out` (`kind/id`) is not asked after, and a group that it belongs to is not known either. `gpus` stand
    in where CloudWatch has nothing of them; what was before a change of size (`resized`, by `kind/id`) does not count.
    `known` are the series that were found before, None where nobody has looked.
    Where metrics cannot be read, what was read before stands, and a sentence says so.
    """
    found = Measured()
    running = [r for r in resources if runs(r)]
    members = Counter(r.group for r in running)
    pools: dict[tuple[str, str], dict[str, Pool]] = defaultdict(dict)
    missed: Counter[str] = Counter()
    asked = 0
    try:
        wanted = [r for r in running if own_key(r) not in left_out]
        live = {own_key(r) for r in wanted}
        ended = [f.resource for key in live & successions.keys() for f in successions[key].before]
        known = series_of(wanted, clients, kept, on.period, ended) if known is None else known
        for some in portions(wanted, known, on.count, successions):
            read = read_series(clients, [q for _, own in some for q in own], on, kept, purse, ends(some, successions))
            asked += sum(len(own) for _, own in some)
            missed.update(read.unread.values())
            every = _tracks(some, read.series, on, gpus, resized)
            whole = {own_key(resource) for resource, own in some if read.unread.keys().isdisjoint(q.key for q in own)}
            for resource in (r for r, _ in some if own_key(r) in live):
                succession = successions.get(own_key(resource))
                tracks, earlier = _with_formers(resource, every, whole, succession, on, _first(resource, on, resized))
                found.usages[own_key(resource)] = usage(tracks.values(), on, _began(resource, resized), earlier)
                if resource.group is not None:
                    pool = pools[resource.group]
                    pool.update({name: joined(pool.get(name), one) for name, one in tracks.items()})
    except REFUSALS as error:
        found.problems.append(str(explained(where, error)))
    if missed:
        found.problems.append(unread(where, missed, asked))
    for group, pool in pools.items():
        together = (one.track(members[group]) for one in pool.values())
        own = found.usages.get("/".join(group), Usage())
        pooled = usage([t for t in together if t is not None], on, None)
        found.usages["/".join(group)] = Usage((*own.summaries, *pooled.summaries))
    return found


def runs(resource: Resource) -> bool:
    """Whether there is use of it to measure."""
    if resource.kind == "aws_instance":
        return resource.spec.text("instance_state") == "running"
    return resource.kind in _MEASURED


def _began(resource: Resource, resized: Mapping[str, datetime]) -> datetime | None:
    """Since when its use counts: a change of size or a start gives an instance a new launch time, other things none.

    A change of a group's size is one of each of its members.
    """
    began = resource.created_at if resource.kind != "aws_ebs_volume" else None
    keys = (own_key(resource), "/".join(resource.group or ()))
    changed = max((resized[key] for key in keys if key in resized), default=None)
    return began if changed is None else max(changed, began or changed)


def _first(resource: Resource, on: Grid, resized: Mapping[str, datetime]) -> int:
    began = _began(resource, resized)
    return on.slot(began.timestamp()) if began else 0


def _with_formers(
    resource: Resource,
    every: Mapping[str, Tracks],
    whole: Collection[str],
    succession: Succession | None,
    on: Grid,
    first: int,
) -> tuple[Tracks, tuple[str, ...]]:
    """Its tracks with those of the machines before it, and the ids of these; back to the first not known `whole`."""
    own = every[own_key(resource)]
    before = succession.before if succession else ()
    read = list(takewhile(lambda former: own_key(former.resource) in whole, before))
    counted = [r for r in (former.resource for former in read) if seen(every[own_key(r)], on).any()]
    if succession is None or not counted:
        return own, ()
    since = succession.sized_since(resource, len(read))
    sized = first if since is None else min(first, on.slot(since.timestamp()))
    return one_by_one(own, [every[own_key(r)] for r in counted], on, first, sized), tuple(r.id for r in counted)


def _tracks(
    some: Portion,
    series: Mapping[str, Series],
    on: Grid,
    gpus: Gpus,
    resized: Mapping[str, datetime],
) -> Mapping[str, Tracks]:
    found: dict[str, dict[str, Track]] = {}
    for resource, own in some:
        first = _first(resource, on, resized)
        tracks: dict[str, Track] = {}
        for metric in (m for m in METRICS if m.kind == resource.kind):
            beat = tracks.get(metric.heartbeat or "")
            alive = None if beat is None else ~np.isnan(beat.values)
            one = track(metric, own, series, on, first, _parts(metric, resource), alive)
            if one is not None and (metric.name not in tracks or tracks[metric.name].empty):
                tracks[metric.name] = one
        known = gpus.get(f"{resource.account}/{resource.region}/{resource.id}", {})
        for metric in DCGM if resource.kind == "aws_instance" else ():
            if metric.name in known and (metric.name not in tracks or tracks[metric.name].empty):
                tracks[metric.name] = Track(metric, known[metric.name], first)
        devices = in_use(_type(resource), own, series, tracks, on, first) if resource.kind == "aws_instance" else ()
        found[own_key(resource)] = tracks | {one.metric.name: one for one in devices}
    return {
        own_key(resource): found[own_key(resource)] | _from_volumes(resource, found, on, _first(resource, on, resized))
        for resource, _ in some
    }


def _parts(metric: Metric, resource: Resource) -> int:
    """How many parts must have series: a machine's GPUs, a job's machines, a cluster's nodes; 0 if not known."""
    if metric.part == GPU_INDEX:
        return _gpus(resource)
    if metric.part == NODE:
        spec, known = resource.spec, load()
        counts = zip(spec.texts("instance_types"), spec.texts("instance_counts"), strict=False)
        types = ((known.instance_type(name.removeprefix("ml.")), count) for name, count in counts)
        return sum(int(count) for type_, count in types if count.isdecimal() and type_ and type_.gpu_count)
    if metric.part == HOST:
        return sum(int(count) for count in resource.spec.texts("instance_counts") if count.isdecimal())
    if metric.part == SCALING_GROUP:
        return len(resource.spec.texts("autoscaling_groups"))
    return 0


def _gpus(resource: Resource) -> int:
    type_ = _type(resource)
    return type_.gpu_count if type_ else 0


def _type(resource: Resource) -> InstanceType | None:
    return load().instance_type(resource.spec.text("instance_type") or "")


def _from_volumes(
    resource: Resource, tracks: Mapping[str, Mapping[str, Track]], on: Grid, first: int
) -> dict[str, Track]:
    """What an instance's volumes say together, for what it does not report itself."""
    volumes = [tracks.get(f"aws_ebs_volume/{id_}", {}) for id_ in resource.spec.texts("volume_ids")]
    stood_in: dict[str, Track] = {}
    for name, metric in FALLBACKS:
        own = tracks[own_key(resource)].get(metric.name)
        if (own is None or own.empty) and volumes and all(name in volume for volume in volumes):
            stood_in[metric.name] = summed(metric, [volume[name] for volume in volumes], first)
    return stood_in
