"""The part of a plan file that says what was found, on which resource, and what it costs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from remediator.model import Effect, Layer, Level, Window
from remediator.planfile.text import Identifier, Section, Untrusted

PlainValue = Annotated[
    str | int | float | bool | tuple[str, ...] | None,
    Field(description="A value of an attribute, as data: text, a number, true or false, a list of texts, or unknown."),
]


class Metric(Section):
    """One metric over one window; `coverage` is the part of the expected points that was seen, 0 to 1."""

    name: Identifier
    unit: Identifier
    window: Window
    start: datetime
    end: datetime
    points: int
    expected: int
    coverage: float
    minimum: float
    p50: float
    p95: float
    p99_5: float
    maximum: float
    quiet_since: datetime | None
    source: Identifier


class State(Section):
    """Where a Terraform state holds the resource; `root` is the folder Terraform is run in."""

    repository: Identifier
    root: Identifier
    backend: Untrusted
    workspace: Identifier
    lineage: Identifier
    serial: int
    module: Identifier
    address: Identifier


class Tag(Section):
    """One tag of a live resource."""

    key: Untrusted
    value: Untrusted


class LiveResource(Section):
    """The live resource; `account` is its name in the configuration, not its number."""

    provider: Identifier
    account: Identifier
    region: Identifier
    kind: Identifier
    id: Untrusted
    arn: Untrusted | None
    tags: tuple[Tag, ...]
    state: State | None


class Set(Section):
    """Give an attribute a value."""

    kind: Literal["set_attribute"] = "set_attribute"
    attribute: Identifier
    live: PlainValue
    target: PlainValue


class Argument(Section):
    """A literal argument of a resource to be declared."""

    name: Identifier
    value: PlainValue


class Reference(Section):
    """An argument that takes an attribute of the found resource."""

    argument: Identifier
    attribute: Identifier


class Add(Section):
    """Declare a further resource; `shows` is what it changes on the found one once live."""

    kind: Literal["add_resource"] = "add_resource"
    type: Identifier
    arguments: tuple[Argument, ...]
    references: tuple[Reference, ...]
    shows: Set


class Remove(Section):
    """Remove the resource's declaration."""

    kind: Literal["remove_resource"] = "remove_resource"


Action = Annotated[Set | Add | Remove, Field(discriminator="kind")]


class Saving(Section):
    """Money a month with its range, on which basis, from which prices."""

    currency: Identifier
    monthly: Decimal
    low: Decimal
    high: Decimal
    basis: Identifier
    source: Identifier
    as_of: date


class Finding(Section):
    """One change that is wanted, and the evidence for it; `after` is a finding that must be live first.

    `asks` is what people are asked to do where there is nothing to set, add or remove: programs leave that to them.
    """

    fingerprint: Identifier
    rule: Identifier
    concern: Identifier
    layer: Layer
    title: Untrusted
    reason: Untrusted
    confidence: float
    risk: Level
    effort: Level
    effect: Effect
    actions: tuple[Action, ...]
    asks: Untrusted | None
    resource: LiveResource
    evidence: tuple[Metric, ...]
    missing_evidence: tuple[Untrusted, ...]
    doubts: tuple[Untrusted, ...]
    saving: Saving | None
    accrued: Decimal | None
    after: Identifier | None
