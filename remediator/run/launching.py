"""The launch records of what no state holds, asked of each account's audit trail."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from remediator.config import Config
from remediator.model import CallCount, Failure, LaunchRecord, Resource
from remediator.observe.calls import CallCounter
from remediator.observe.launches import read_launches
from remediator.observe.sighting import Unit
from remediator.run.sweep import start
from remediator.trace.addresses import Key, key_of


@dataclass(frozen=True, slots=True)
class Launches:
    """What launched resources, as far as it could be read, and the calls that it took."""

    records: Mapping[Key, LaunchRecord]
    failures: tuple[Failure, ...] = ()
    calls: tuple[CallCount, ...] = ()


def launches(resources: Iterable[Resource], config: Config, now: datetime) -> Launches:
    """The launch records of resources, account by account and region by region, side by side."""
    wanted: dict[tuple[str, str], list[Resource]] = {}
    for resource in dict.fromkeys(resources):
        wanted.setdefault((resource.account, resource.region), []).append(resource)
    units = [Unit(a, region) for (name, region) in wanted if (a := config.account(name)) is not None]
    if not units:
        return Launches({})
    counter = CallCounter()
    with ThreadPoolExecutor(config.run.workers) as executor:
        one = partial(_read, wanted=wanted, config=config, now=now, counter=counter)
        swept = start(executor, one, units, _trail)()
    records = {key: record for found in swept.results for key, record in found.items()}
    return Launches(records, swept.failures, counter.counts())


def _trail(unit: Unit) -> str:
    return f"{unit} launch records"


def _read(
    unit: Unit,
    wanted: Mapping[tuple[str, str], Sequence[Resource]],
    config: Config,
    now: datetime,
    counter: CallCounter,
) -> Mapping[Key, LaunchRecord]:
    resources = wanted[unit.account.name, unit.region]
    cache = config.run.state_dir / "cache" / "launches"
    found = read_launches(unit.account, unit.region, resources, cache, now, counter)
    return {key_of(resource): found[resource.id] for resource in resources if resource.id in found}
