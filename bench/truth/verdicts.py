"""What is wanted of a group or an endpoint beside what would come of it, and how such a thing is seen."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from bench.truth.clock import Clock
from bench.truth.pipeline import ACCOUNT
from bench.truth.truth import REGION
from remediator.model import (
    Attributes,
    Change,
    Context,
    Observation,
    Price,
    Resource,
    StateAddress,
    StateResource,
    Usage,
    Value,
)
from remediator.observe import catalogue, prices
from remediator.observe.metrics import METRICS
from remediator.observe.series import Values
from remediator.observe.usage import Track, usage

Settings = TypeVar("Settings")
NOTHING = "nothing"
"""The grade where nothing is wanted."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was wanted of one shape, and why it is unsafe; `grade` is request, question, withheld or nothing.

    `there` are the dollars a month that one step would save in truth, and `found` those of them that this claims; of
    what is judged for harm alone, as a second choice is, they are none.
    """

    shape: str
    what: str
    grade: str
    harm: str | None
    there: Decimal = Decimal(0)
    found: Decimal = Decimal(0)


def observed(kind: str, series: dict[str, Values], axis: Clock) -> Usage:
    """The use that observation would see of such series."""
    metrics = {metric.name: metric for metric in METRICS if metric.kind == kind}
    shared = {metric.name: metric for metric in METRICS if metric.kind == "aws_instance"} | metrics
    return usage([Track(shared[name], values[axis.past], 0) for name, values in series.items()], axis.on, None)


class Hosting:
    """List prices; those of SageMaker, which are not embedded, as a fifth more than the machine's."""

    def price(self, kind: str, item: str, region: str) -> Price | None:
        """The price of an item of a kind."""
        if kind != "aws_sagemaker_endpoint":
            return prices.load().price(kind, item, region)
        found = prices.load().price("aws_instance", item.removeprefix("ml."), region)
        return found and replace(found, amount=found.amount * 6 / 5)


def context(settings: Settings, axis: Clock) -> Context[Settings]:
    """What a rule knows beside the estate."""
    return Context(datetime.fromtimestamp(axis.on.end, UTC), Hosting(), catalogue.load(), settings)


def seen(
    kind: str, id_: str, spec: dict[str, Value], of: Usage, axis: Clock, member_of: str | None = None
) -> Observation:
    """A resource that has stood for a year, as code with a generated name that refers to what it uses declares it."""
    made = datetime.fromtimestamp(axis.on.end, UTC) - timedelta(days=365)
    resource = Resource("aws", ACCOUNT, REGION, kind, id_, None, Attributes(spec), Attributes(), made, member_of)
    at = StateAddress("infra", ".", "s3:estate", "default", "l", 1, "", "managed", kind, "x", None)
    refers = ("aws_sagemaker_endpoint_configuration.x",)
    declared = StateResource(at, id_, None, Attributes({"name_prefix": "c-"}), refers)
    return Observation(resource, of, None, declared)


def grade(change: Change) -> str:
    """Whether a change is a request, a question, or withheld."""
    return "withheld" if change.withheld else "question" if change.doubts else "request"
