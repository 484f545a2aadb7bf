"""Which series a unit's resources have, found before any of them is paid for."""

from collections.abc import Mapping
from types import MappingProxyType

from remediator.config import RunConfig
from remediator.observe.failures import REFUSALS
from remediator.observe.listing import Listing, Unit
from remediator.observe.measuring import runs
from remediator.observe.portions import own_key
from remediator.observe.queries import Listed, queries, series_of
from remediator.observe.series import SeriesFile
from remediator.observe.succession import Successions


def kept_series(unit: Unit, run: RunConfig) -> SeriesFile:
    """Where the series of a unit are kept between runs."""
    return SeriesFile(run.state_dir / "cache" / "metrics" / unit.account.name / f"{unit.region}.sqlite")


def named(
    listing: Listing, run: RunConfig, before: Mapping[str, Successions] = MappingProxyType({})
) -> tuple[str, Listed | None]:
    """A unit and the series that what runs in it has; None where CloudWatch does not say, as measuring it will tell.

    `before` is what was at the addresses of machines before them, by unit.
    """
    unit = listing.unit
    running = [resource for resource in listing.resources if runs(resource)]
    earlier = before.get(str(unit), {})
    live = {own_key(resource) for resource in running} & earlier.keys()
    ended = [former.resource for key in live for former in earlier[key].before]
    try:
        return str(unit), series_of(running, listing.clients, kept_series(unit, run), run.metric_period, ended)
    except REFUSALS:
        return str(unit), None


def settled(unit: Unit, run: RunConfig, before: Successions, known: Listed) -> frozenset[str]:
    """The series of machines that are no more of which all that is to come is kept, so that none is paid for again."""
    ends = {
        query.key: former.whole_by
        for succession in before.values()
        for former in succession.before
        for query in queries(former.resource, known)
    }
    until = kept_series(unit, run).until(tuple(ends), run.metric_period) if ends else {}
    return frozenset(key for key, at in until.items() if at >= ends[key])
