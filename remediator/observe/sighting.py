"""One account in one region, observed: its resources and their use."""

from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from remediator.config import AccountConfig, RunConfig
from remediator.errors import RemediatorError
from remediator.model import CallCount, Failure, Resource, Usage
from remediator.observe.failures import explained
from remediator.observe.inventory import list_kind
from remediator.observe.kinds import KINDS
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
    """What was seen of a unit; `complete` when every kind could be listed, whatever became of the metrics."""

    unit: str
    resources: tuple[Resource, ...]
    usages: tuple[tuple[str, Usage], ...]
    calls: tuple[CallCount, ...]
    failures: tuple[Failure, ...]
    complete: bool


def observe(unit: Unit, run: RunConfig, now: datetime) -> Sighting:
    """List every kind of resource and read the metrics of what runs.

    A kind that cannot be listed, and metrics that cannot be read, are failures in the answer. Raises RemediatorError
    when nothing of the unit can be read.
    """
    clients = open_clients(unit.account, unit.region, str(unit))
    resources: list[Resource] = []
    failures: list[Failure] = []
    for kind in KINDS:
        try:
            resources += list_kind(kind, clients, unit.account.name)
        except (BotoCoreError, ClientError) as error:
            failures.append(Failure(f"{unit} {kind.name}", str(explained(str(unit), error))))
    if len(failures) == len(KINDS):
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
        complete=not failures,
    )
