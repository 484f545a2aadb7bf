"""One account in one region, observed: its resources and their use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from remediator.config import RunConfig
from remediator.model import CallCount, Failure, Opinion, Resource, Usage
from remediator.observe.affording import EVERYTHING, Ration
from remediator.observe.buckets import describe
from remediator.observe.kinds import KINDS, Kind
from remediator.observe.listing import Listing, Unit, list_unit
from remediator.observe.logins import with_logins
from remediator.observe.measuring import Gpus, measure
from remediator.observe.naming import kept_series
from remediator.observe.offers import read_offers
from remediator.observe.opinions import Opinions
from remediator.observe.opinions.compute_optimizer import read_opinions
from remediator.observe.resizes import read_resizes
from remediator.observe.series import grid
from remediator.observe.sessions import Clients

__all__ = ["Sighting", "Unit", "listed", "observe", "sight"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen of a unit; `listed` are the kinds that could be listed, whatever became of their metrics.

    A usage is under `kind/id`; `notes` are sentences on what was not looked at; `rationed` is that the use of something
    was not asked for to save cost, so that a rule's silence says nothing there; `offers` are the instance types that
    each zone has.
    """

    unit: str
    resources: tuple[Resource, ...]
    usages: tuple[tuple[str, Usage], ...]
    calls: tuple[CallCount, ...]
    failures: tuple[Failure, ...]
    listed: frozenset[str]
    notes: tuple[str, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    rationed: bool = False
    offers: Mapping[str, frozenset[str]] = field(default_factory=dict)


def observe(unit: Unit, run: RunConfig, now: datetime, kinds: Sequence[Kind] = KINDS) -> Sighting:
    """List every resource of the kinds and read the metrics of what runs, at whatever price.

    A kind that cannot be listed, and metrics that cannot be read, are failures in the answer. Raises RemediatorError
    when nothing of the unit can be read.
    """
    return sight(list_unit(unit, kinds), run, now)


def sight(
    listing: Listing,
    run: RunConfig,
    now: datetime,
    ration: Ration = EVERYTHING,
    gpus: Gpus = MappingProxyType({}),
) -> Sighting:
    """Read the metrics of what was listed, as far as the ration goes; `gpus` are what another store knows."""
    unit, clients = listing.unit, listing.clients
    kept = kept_series(unit, run)
    on = grid(now, run.metric_period, run.lookback_days)
    resizes = read_resizes(_hasty(clients), listing.resources, str(unit))
    measured = measure(
        listing.resources,
        clients,
        on,
        kept,
        str(unit),
        purse=ration.purse,
        left_out=ration.left_out,
        gpus=gpus,
        resized=resizes.at,
        successions=ration.before,
        known=ration.known,
    )
    logged_in = with_logins(_hasty(clients), listing.resources, now, str(unit))
    described = describe(logged_in.resources, measured.usages, clients, run.max_bucket_calls, str(unit))
    place = run.state_dir / "cache" / "offers" / unit.account.name / f"{unit.region}.json"
    offers = read_offers(_hasty(clients), listing.resources, place, now, str(unit))
    second = read_opinions(_hasty(clients), unit.account.name, listing.resources) if run.second_opinion else Opinions()
    return Sighting(
        unit=str(unit),
        resources=described.resources,
        usages=tuple(measured.usages.items()),
        calls=clients.counter.counts(),
        failures=(*listing.failures, *(Failure(f"{unit} metrics", problem) for problem in measured.problems)),
        listed=listing.whole,
        notes=(
            *listing.notes,
            *ration.notes(str(unit)),
            *resizes.notes,
            *logged_in.notes,
            *described.notes,
            *offers.notes,
            *second.notes,
        ),
        opinions=second.opinions,
        rationed=bool(ration.left_out or ration.cut) or described.left,
        offers=offers.by_zone,
    )


def _hasty(clients: Clients) -> Clients:
    """Clients that give up soon where the endpoint is one's own, which may not have the service."""
    return clients if clients.endpoint_url is None else replace(clients, attempts=1, _made={})


def listed(sightings: Iterable[Sighting]) -> frozenset[tuple[str, str, str]]:
    """What was listed whole: account, region and kind."""
    places = ((sighting, *sighting.unit.partition("/")) for sighting in sightings)
    return frozenset((account, region, kind) for seen, account, _, region in places for kind in seen.listed)
