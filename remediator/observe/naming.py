"""Which series a unit's resources have, found before any of them is paid for."""

from botocore.exceptions import BotoCoreError, ClientError

from remediator.config import RunConfig
from remediator.observe.listing import Listing, Unit
from remediator.observe.measuring import runs
from remediator.observe.queries import Listed, series_of
from remediator.observe.series import SeriesFile


def kept_series(unit: Unit, run: RunConfig) -> SeriesFile:
    """Where the series of a unit are kept between runs."""
    return SeriesFile(run.state_dir / "cache" / "metrics" / unit.account.name / f"{unit.region}.sqlite")


def named(listing: Listing, run: RunConfig) -> tuple[str, Listed | None]:
    """A unit and the series that what runs in it has; None where CloudWatch does not say, as measuring it will tell."""
    unit = listing.unit
    running = [resource for resource in listing.resources if runs(resource)]
    try:
        return str(unit), series_of(running, listing.clients, kept_series(unit, run), run.metric_period)
    except (BotoCoreError, ClientError):
        return str(unit), None
