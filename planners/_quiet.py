"""Whether something has done nothing for days, by metrics that say so completely."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from planners._seen import LEAST_DAYS, check_within
from remediator.model import MetricSummary, Observation


@dataclass(frozen=True, slots=True)
class Settings:
    """Days of silence, how complete their evidence is, what is left alone, and where a person is always asked.

    AWS Compute Optimizer and Trusted Advisor look back 7 to 32 days for the same kinds of resource, 14 by default:
    https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html
    """

    days: float = 14.0
    coverage: float = 0.95
    ask_in: tuple[str, ...] = ("prod",)
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("days", self.days, LEAST_DAYS, 63)
        check_within("coverage", self.coverage, 0.9, 1)
        for name in self.ask_in:
            if name not in ("prod", "staging", "dev"):
                raise ValueError(f"ask_in = '{name}' is not one of prod, staging, dev")


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


def quiet(seen: Observation, limits: Mapping[str, float], settings: Settings) -> Quiet | None:
    """The silence of a resource none of whose metrics went over its limit; None where one did, or is not known."""
    found: list[MetricSummary] = []
    for name, limit in limits.items():
        summary = seen.usage.metric(name)
        if summary is None or summary.coverage < settings.coverage or summary.maximum > limit:
            return None
        if summary.hours < settings.days * 24 * 0.99:
            return None
        found.append(summary)
    return Quiet(max(summary.start for summary in found), tuple(found)) if found else None


def asked(seen: Observation, settings: Settings) -> tuple[str, ...]:
    """The doubt that belongs to an environment in which a person decides."""
    if seen.environment not in settings.ask_in:
        return ()
    return (f"it is in {seen.environment}, where a person says whether it is only waiting (ask_in)",)
