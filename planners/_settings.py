"""What the settings of most rules have in common, and what checks them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from planners._seen import LEAST_DAYS, check_within
from remediator.model import ENVIRONMENTS, Observation


@dataclass(frozen=True, slots=True)
class Evidence:
    """Days of evidence, the share of its points that has to be there, and the tags by which something is left alone.

    AWS Compute Optimizer and Trusted Advisor look back 7 to 32 days, 14 by default:
    https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-idle-recommendations.html
    """

    days: float = 14.0
    coverage: float = 0.95
    keep_tags: tuple[str, ...] = ("remediator:keep",)

    def __post_init__(self) -> None:
        check_within("days", self.days, LEAST_DAYS, 63)
        check_within("coverage", self.coverage, 0.9, 1)


class Asks(Protocol):
    """Settings that say where a person is always asked."""

    @property
    def ask_in(self) -> tuple[str, ...]:
        """Environments."""


def asked(seen: Observation, settings: Asks) -> tuple[str, ...]:
    """The doubt that belongs to an environment in which a person decides."""
    if seen.environment not in settings.ask_in:
        return ()
    return (f"it is in {seen.environment}, where a person says whether it is only waiting (ask_in)",)


def check_environments(name: str, values: Collection[str]) -> None:
    """Raise ValueError, worded for the person who set it, unless a setting names environments that are told apart."""
    for value in values:
        if value not in ENVIRONMENTS:
            raise ValueError(f"{name} = '{value}' is not one of {', '.join(ENVIRONMENTS)}")
