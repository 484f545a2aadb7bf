"""Whether something has done nothing for days, by metrics that say so completely."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from planners._settings import Evidence, check_environments
from remediator.model import MetricSummary, Observation


@dataclass(frozen=True, slots=True)
class Settings(Evidence):
    """Days of silence, how complete their evidence is, what is left alone, and where a person is always asked."""

    ask_in: tuple[str, ...] = ("prod",)

    def __post_init__(self) -> None:
        Evidence.__post_init__(self)
        check_environments("ask_in", self.ask_in)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Silence: since when at the latest, and the summaries that show it."""

    since: datetime
    evidence: tuple[MetricSummary, ...]

    @property
    def counted_since(self) -> datetime:
        """The same, later by the time in which nothing ran."""
        return self.since + max(s.end - s.start - timedelta(hours=s.hours) for s in self.evidence)

    def days(self, now: datetime) -> float:
        """How long it has lasted."""
        return (now - self.since).total_seconds() / 86_400


def quiet(seen: Observation, limits: Mapping[str, float], settings: Evidence, *, briefly: bool = False) -> Quiet | None:
    """The silence of a resource none of whose metrics went over its limit; None where one did, or is not known.

    With `briefly` one may have done so for less than 0.5 % of the time, as a daily job for updates does.
    """
    found: list[MetricSummary] = []
    for name, limit in limits.items():
        summary = seen.usage.metric(name)
        if summary is None or summary.coverage < settings.coverage:
            return None
        if (summary.p99_5 if briefly else summary.maximum) > limit:
            return None
        if summary.hours < settings.days * 24 * 0.99:
            return None
        found.append(summary)
    return Quiet(max(summary.start for summary in found), tuple(found)) if found else None
