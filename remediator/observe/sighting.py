"""One account in one region, observed: its resources and their use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from remediator.config import AccountConfig, RunConfig
from remediator.errors import RemediatorError
from remediator.model import CallCount, Failure, Resource, Usage
from remediator.observe.failures import explained
from remediator.observe.inventory import list_kind
from remediator.observe.kinds import KINDS, Kind
from remediator.observe.measuring import measure
from remediator.observe.series import SeriesFile, grid
from remediator.observe.sessions import open_clients


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of observation: one account in one region."""

    account: AccountConfig
    region: str

    def __str__(self) -> str:
        return f"{self.account.name}/{self.region}"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen of a unit; `listed` are the kinds that could be listed, whatever became of their metrics.

    A usage is under `kind/id`.
    """

    unit: str
    resources: tuple[Resource, ...]
    usages: tuple[tuple[str, Usage], ...]
    calls: tuple[CallCount, ...]
    failures: tuple[Failure, ...]
    listed: frozenset[str]


def observe(unit: Unit, run: RunConfig, now: datetime, kinds: Sequence[Kind] = KINDS) -> Sighting:
    """List every resource of the kinds and read the metrics of what runs.

    A kind that cannot be listed, and metrics that cannot be read, are failures in the answer. Raises RemediatorError
    when nothing of the unit can be read.
    """
    clients = open_clients(unit.account, unit.region, str(unit))
    resources: list[Resource] = []
    failures: list[Failure] = []
    listed: set[str] = set()
    for kind in kinds:
        try:
            resources += list(list_kind(kind, clients, unit.account.name))
            listed.add(kind.name)
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            failures.append(Failure(f"{unit} {kind.name}", str(explained(str(unit), error))))
    if len(failures) == len(kinds):
        raise RemediatorError(failures[0].reason)
    kept = SeriesFile(run.state_dir / "cache" / "metrics" / unit.account.name / f"{unit.region}.sqlite")
    on = grid(now, run.metric_period, run.lookback_days)
    measured = measure(resources, clients, on, kept, str(unit))
    return Sighting(
        unit=str(unit),
        resources=tuple(resources),
        usages=tuple(measured.usages.items()),
        calls=clients.counter.counts(),
        failures=(*failures, *(Failure(f"{unit} metrics", problem) for problem in measured.problems)),
        listed=frozenset(listed),
    )


def listed(sightings: Iterable[Sighting]) -> frozenset[tuple[str, str, str]]:
    """What was listed whole: account, region and kind."""
    places = ((sighting, *sighting.unit.partition("/")) for sighting in sightings)
    return frozenset((account, region, kind) for seen, account, _, region in places for kind in seen.listed)
