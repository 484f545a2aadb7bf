"""What a planner wants, and the protocol of planners."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Generic, Protocol, TypeAlias, TypeVar

from remediator.model.attributes import Attributes, Value
from remediator.model.estate import Estate, Observation
from remediator.model.experiments import Experiment
from remediator.model.prices import Catalogue, PriceBook, Saving
from remediator.model.resources import MetricSummary, Resource
from remediator.model.state import StateResource

SettingsT = TypeVar("SettingsT", covariant=True)


class Layer(StrEnum):
    """The order in which waste is fixed: what is not used, what is oversized, what is badly bought."""

    USAGE = "usage"
    CONFIGURATION = "configuration"
    RATE = "rate"


class Level(StrEnum):
    """A coarse scale for risk and effort."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Effect(StrEnum):
    """What applying a change does to the running resource."""

    IN_PLACE = "in place"
    RESTART = "restart"
    ROLLING = "rolling replacement"
    STOP = "stop"
    REMOVAL = "removal"
    REPLACEMENT = "replacement"
    DATA_LOSS = "data loss"


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """Give an attribute (`instance_type`, `root_block_device.volume_type`) a value; `live` is what runs today."""

    path: str
    live: Value
    target: Value


@dataclass(frozen=True, slots=True)
class AddResource:
    """Declare a further resource beside this one.

    `arguments` are literals, in nested blocks where a name has dots (`rule.status`); `references` pairs an argument
    with an attribute of this resource (`instance_id`, `id`); `shows` is what the addition changes on this resource once
    it is live (`instance_state` from running to stopped); `name` tells apart several of one type: it follows this
    resource's name.
    """

    type: str
    arguments: Attributes
    references: tuple[tuple[str, str], ...]
    shows: SetAttribute
    name: str = ""


@dataclass(frozen=True, slots=True)
class RemoveResource:
    """Remove the resource's declaration."""


Action: TypeAlias = SetAttribute | AddResource | RemoveResource


@dataclass(frozen=True, slots=True)
class Change:
    """What a planner wants for one resource, and why.

    `title` and `reason` are sentences for people; `missing` names the evidence that was not there; it, `evidence` and
    `saving` have no default, so that no planner leaves out by oversight what it did not see. `doubts` are the
    planner's own reasons why a person must decide (any doubt makes a ticket); `accrued` is what the waste has cost so
    far; `after` is the fingerprint of a change that must be live first; `prepares` is the saving of the change that
    this one is the first half of, which is claimed there and counts here only against thresholds; `instead` are changes
    with other targets that would settle the same finding, best first, for where a literal is shared. Rules that touch
    the same attribute share a `concern`. `whole` is the experiment that this is a part of settling: all its changes of
    one concern are one finding, whose members may come and go; `along` are the addresses that go with a removal and
    are changes of nobody; `updates` are those whose attribute takes a value of this resource that it gets anew when it
    is replaced. `saves_nothing` is that it has no saving by itself, at whatever price. `asks` is what people are
    asked to do where nothing is to be set, added or removed, in the imperative. `withheld` says why it is
    counted in the report and reaches nobody. The resource may stand for a provider configuration: its kind is then
    PROVIDER, as is the mode of the address of what is declared.
    """

    rule: str
    concern: str
    layer: Layer
    resource: Resource
    declared: StateResource | None
    title: str
    reason: str
    actions: tuple[Action, ...]
    evidence: tuple[MetricSummary, ...]
    missing: tuple[str, ...]
    saving: Saving | None
    risk: Level
    effort: Level
    effect: Effect
    confidence: float
    doubts: tuple[str, ...] = ()
    accrued: Decimal | None = None
    after: str | None = None
    prepares: Saving | None = None
    instead: tuple["Change", ...] = ()
    whole: Experiment | None = None
    along: tuple[str, ...] = ()
    updates: tuple[tuple[str, str], ...] = ()
    withheld: str | None = None
    saves_nothing: bool = False
    asks: str = ""

    @property
    def fingerprint(self) -> str:
        """The finding's identity: 16 hex digits that survive new live ids, new prices and new titles."""
        parts: tuple[str, ...]
        if self.whole is not None:
            parts = ("whole", *self.whole.identity)
        elif self.declared is None:
            live = self.resource  # its kind tells a database from an endpoint of the same name
            parts = ("live", live.provider, live.account, live.region, live.kind, live.id)
        else:
            at = self.declared.at
            parts = ("code", at.repository, at.root, at.workspace, at.address)
        return hashlib.sha256("\0".join((*parts, self.concern)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Context(Generic[SettingsT]):
    """All a planner knows beside the estate: the time, prices, the catalogue, its settings, fingerprints under way.

    `settings` are those that hold where no environment has its own; `of` gives what holds for one observation.
    `live_since` says since when delivered changes, by fingerprint, are live; `wanted` is what the other rules want, and
    empty but for a rule that gathers (`GATHERS`).
    """

    now: datetime
    prices: PriceBook
    catalogue: Catalogue
    settings: SettingsT
    open_changes: frozenset[str] = frozenset()
    in_environments: tuple[tuple[str, SettingsT], ...] = ()
    live_since: Mapping[str, datetime] = field(default_factory=dict)
    wanted: tuple["Change", ...] = ()

    def of(self, seen: Observation) -> SettingsT:
        """The settings for the environment that a resource is in."""
        own = (settings for environment, settings in self.in_environments if environment == seen.environment)
        return next(own, self.settings)


class Planner(Protocol):
    """The names a planner module exports; its rule name is the module's name.

    One that also exports `GATHERS = True` is asked after the others and sees what they want in `context.wanted`.
    """

    SUMMARY: ClassVar[str]
    LAYER: ClassVar[Layer]
    KINDS: ClassVar[tuple[str, ...]]
    Settings: ClassVar[type[object]]

    def plan(self, estate: Estate, context: Context[object]) -> Iterable[Change]:
        """The changes this rule wants; pure: no network, no git, no clock."""
