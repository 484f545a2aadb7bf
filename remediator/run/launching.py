"""The launch records of what no state holds, asked of each account's audit trail."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from remediator.config import Config
from remediator.model import CallCount, Failure, Launch, Resource, Untold
from remediator.observe.calls import CallCounter
from remediator.observe.launches import known_launches, read_launches
from remediator.observe.sighting import Unit
from remediator.run.sweep import start
from remediator.trace.addresses import Key, key_of


@dataclass(frozen=True, slots=True)
class Launches:
    """What is known of who launched resources, and the calls that it took; `notes` say how many were too many."""

    known: Mapping[Key, Launch] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    calls: tuple[CallCount, ...] = ()
    notes: tuple[str, ...] = ()


def launches(resources: Iterable[Resource], config: Config, now: datetime) -> Launches:
    """What is known of who launched resources, account by account and region by region, side by side.

    The first resources come first: of each account and region its share of `max_launch_lookups` is asked, and the
    answers are kept, so that the next run asks of the others.
    """
    wanted: dict[tuple[str, str], list[Resource]] = {}
    for resource in dict.fromkeys(resources):
        wanted.setdefault((resource.account, resource.region), []).append(resource)
    units = {Unit(a, region): own for (name, region), own in wanted.items() if (a := config.account(name)) is not None}
    cache, most = config.run.state_dir / "cache" / "launches", config.run.max_launch_lookups
    unasked = {unit: known_launches(unit.account, unit.region, own, cache, now).unasked for unit, own in units.items()}
    given = _shares({unit: len(some) for unit, some in unasked.items()}, most)
    asked = {unit: unasked[unit][:share] for unit, share in given.items() if share}
    counter = CallCounter()
    failures: tuple[Failure, ...] = ()
    if asked:
        with ThreadPoolExecutor(config.run.workers) as executor:
            one = partial(_read, asked=asked, cache=cache, now=now, counter=counter)
            failures = start(executor, one, list(asked), _trail)().failures
    failed = {failure.unit for failure in failures}
    found: dict[Key, Launch] = {}
    for unit, own in units.items():
        known = known_launches(unit.account, unit.region, own, cache, now)
        found |= {key_of(resource): launch for resource, launch in known.launches.items()}
        tried = frozenset(asked.get(unit, ()))
        why = Untold.UNREAD if _trail(unit) in failed else Untold.LATE
        found |= {key_of(resource): why if resource in tried else Untold.LEFT for resource in known.unasked}
    left = sum(map(len, unasked.values())) - sum(given.values())
    cut = {unit: sum(found[key_of(one)] is Untold.CUT for one in own) for unit, own in units.items()}
    notes = (*((_left(left, most),) if left else ()), *(_cut(unit, many) for unit, many in cut.items() if many))
    return Launches(found, failures, counter.counts(), notes)


def _cut(unit: Unit, many: int) -> str:
    return (
        f"{unit}: CloudTrail has more calls than the newest 1,000 that are read for each question, and who made "
        f"{many:,} of what no state holds is not among those."
    )


def _left(left: int, most: int) -> str:
    return (
        f"CloudTrail was not asked who launched the cheapest {left:,} of what no state holds, since [run] "
        f"max_launch_lookups = {most} is reached; the next runs ask."
    )


def _shares(wanted: Mapping[Unit, int], most: int) -> Mapping[Unit, int]:
    """How many of what is wanted each unit has, of `most` in all: as much for one as for another, as far as it goes."""
    given: dict[Unit, int] = {}
    for unit in sorted(wanted, key=lambda unit: wanted[unit]):
        given[unit] = min(wanted[unit], (most - sum(given.values())) // (len(wanted) - len(given)))
    return given


def _trail(unit: Unit) -> str:
    return f"{unit} launch records"


def _read(
    unit: Unit, asked: Mapping[Unit, Sequence[Resource]], cache: Path, now: datetime, counter: CallCounter
) -> None:
    read_launches(unit.account, unit.region, asked[unit], cache, now, counter)
