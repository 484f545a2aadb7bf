"""What the planners want, beside the truth: what stands, what is unsafe, what it finds.

A change **claims** waste where it states a saving, or prepares one. A ticket that only asks for better evidence claims
none, and is counted by itself. A claim without a doubt is of pull-request grade, one with a doubt of ticket grade.

A claim **stands** where a stop meets an idle resource; a size holds all of the past and the next 30 days in every
dimension, by baselines; a volume's type holds what is asked of it in the next 30 days; a removal, or the snapshot
before it, meets a volume that nothing attaches in the next 30 days.

A claim is **unsafe** where it would harm what works:
- a size, also one of those offered instead, that one single period of the next 30 days would not fit;
- a stop of something that worked in its last 24 running hours, or works again within the day after the finding. A stop
  is reversible and waits for a reviewer: one of something that comes back after days is a false alarm, not a harm;
- a schedule that has something off in an hour of the week in which it works in the next 30 days;
- a removal of a volume that is attached again within 30 days;
- a volume's type that gives less than is asked of it in the next 30 days.

A ticket is a question with a doubt. One that would harm is **foretold** where its doubt is about just that: of a size
that the evidence holds no turn of a month, of a stop that something is held, at work, resting or waiting.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bench.truth.drafts import known
from bench.truth.estate import Estate, Live
from remediator.model import AddResource, Change, InstanceType, RemoveResource, SetAttribute

DAY = 24.0


class What(StrEnum):
    """What a change would do."""

    STOP = "stop"
    SIZE = "size"
    SCHEDULE = "schedule"
    VOLUME_TYPE = "volume type"
    SNAPSHOT = "snapshot before removal"
    REMOVAL = "removal"
    NOTHING = "nothing but a question"


_FORETELLS: dict[What | None, tuple[str, ...]] = {
    What.SIZE: ("turn of a month",),
    What.STOP: (
        "is held",
        "works (up to",
        "worked again",
        "worked before",
        "only waiting",
        "no GPU evidence",
        "GPU evidence is only",
        "NeuronCore evidence",
    ),
}
"""What doubts say of what would go wrong."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A change beside the truth; `what` is None where this bench has no truth for it, `harm` where it does none."""

    live: Live
    change: Change
    what: What | None
    claims: bool
    stands: bool
    harm: str | None

    @property
    def request(self) -> bool:
        """Whether it is of pull-request grade."""
        return not self.change.doubts

    @property
    def foretold(self) -> bool:
        """Whether its doubts name what would go wrong."""
        return any(word in doubt for word in _FORETELLS.get(self.what, ()) for doubt in self.change.doubts)

    @property
    def found(self) -> Decimal:
        """The dollars a month of true waste that it finds."""
        saving = self.change.saving or self.change.prepares
        return min(self.live.truth.monthly, saving.monthly) if self.claims and self.stands and saving else Decimal(0)


def judged(estate: Estate, changes: Iterable[Change]) -> Iterator[Judged]:
    """Every change beside the truth of its resource."""
    for change in changes:
        live = estate.live[change.resource.id]
        what = kind_of(change)
        stated = change.saving is not None or change.prepares is not None or not change.doubts
        claims = stated and what not in (None, What.NOTHING)
        harms = [said for option in (change, *change.instead) if (said := harm(live, option))] if claims else []
        yield Judged(live, change, what, claims, claims and _stands(live, change), harms[0] if harms else None)


def kind_of(change: Change) -> What | None:
    """What a change would do, by its actions."""
    if change.asks:
        return What.NOTHING
    for action in change.actions:
        if isinstance(action, RemoveResource):
            return What.REMOVAL if change.resource.kind == "aws_ebs_volume" else What.STOP
        if change.concern == "schedule":
            return What.SCHEDULE
        if isinstance(action, AddResource) and action.shows.target == "stopped":
            return What.STOP
        if isinstance(action, SetAttribute):
            if action.path == "instance_type":
                return What.SIZE
            if action.path == "type" and change.resource.kind == "aws_ebs_volume":
                return What.VOLUME_TYPE
            if action.path == "final_snapshot":
                return What.SNAPSHOT
            if action.path in ("min_size", "max_size", "desired_capacity") and action.target == 0:
                return What.STOP
    return None


def harm(live: Live, change: Change) -> str | None:
    """What a change would harm, in words; None where it harms nothing."""
    truth = live.truth
    match kind_of(change):
        case What.STOP if truth.quiet < DAY:
            return f"it worked {truth.quiet:.1f} running hours before"
        case What.STOP if truth.back is not None and truth.back < DAY:
            return f"it works again {truth.back:.1f} hours later"
        case What.SIZE if truth.scales:
            return "it would run more of a smaller type"
        case What.SIZE:
            target = str(_target(change, "instance_type"))
            if target in truth.drained:
                return f"the credits of {target} would not last"
            beyond = truth.next.beyond(known(target), _current(live))
            return f"{target} would not fit the next 30 days: {', '.join(beyond)}" if beyond else None
        case What.SCHEDULE:
            missed = sorted(truth.at_work - on_hours(change))
            return f"it works in hours {missed[:5]} of the week, when it would be off" if missed else None
        case What.REMOVAL if truth.back is not None:
            return f"it is attached again {truth.back / 24:.0f} days later"
        case What.VOLUME_TYPE:
            return _slower(live, change)
        case _:
            return None


def on_hours(change: Change) -> frozenset[int]:
    """The hours of the week that a schedule leaves it on in, as its title tells people; 0 is Monday from 00:00 UTC."""
    told = _WINDOW.search(change.title)
    if told is None:
        raise ValueError(f"{change.title} names no hours")
    begin, end = int(told["begin"]), int(told["end"])
    days = [_DAYS.index(day) for day in told["days"].split(", ")]
    return frozenset((24 * day + begin + n) % 168 for day in days for n in range((end - begin) % 24 or 24))


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WINDOW = re.compile(r"(?P<days>(?:[A-Z][a-z]{2}, )*[A-Z][a-z]{2}) (?P<begin>\d\d):00 to (?P<end>\d\d):00 UTC")


def _current(live: Live) -> InstanceType | None:
    name = live.resource.spec.text("instance_type")
    return known(name) if name else None


def _slower(live: Live, change: Change) -> str | None:
    iops, throughput = (_target(change, name) for name in ("iops", "throughput"))
    if isinstance(iops, int) and live.truth.next.ebs_ops > iops:
        return f"{live.truth.next.ebs_ops:,.0f} operations a second are asked of {iops:,} IOPS"
    if isinstance(throughput, int) and live.truth.next.ebs_bytes > throughput * 2**20:
        return f"{live.truth.next.ebs_bytes / 2**20:,.0f} MiB a second are asked of {throughput:,}"
    return None


def _stands(live: Live, change: Change) -> bool:
    if harm(live, change):
        return False
    match kind_of(change):
        case What.STOP:
            return live.truth.idle
        case What.SIZE:
            return not live.truth.past.beyond(known(str(_target(change, "instance_type"))), _current(live))
        case What.SNAPSHOT | What.REMOVAL:
            return live.truth.back is None
        case _:
            return True


def _target(change: Change, path: str) -> object:
    return next((a.target for a in change.actions if isinstance(a, SetAttribute) and a.path == path), None)
