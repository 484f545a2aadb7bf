"""What a planner sees."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from remediator.model.opinions import Opinion
from remediator.model.prices import Price
from remediator.model.resources import Resource, Usage
from remediator.model.state import StateResource

ENVIRONMENTS = ("prod", "staging", "dev")
"""The environments that are told apart, the one that asks for most care first."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What a planner sees of one resource; `price` is the list price a month as it stands and runs.

    `environment` is one of ENVIRONMENTS, or None where nothing says which. `opinions` are those of AWS' own advisers,
    none where they have none or could not be asked.
    """

    resource: Resource
    usage: Usage
    price: Price | None
    declared: StateResource | None
    environment: str | None = None
    opinions: tuple[Opinion, ...] = ()


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything observed in this run, in a stable order.

    `held` is all that the states read hold, observed or not; `offers` are the instance types that each zone has, by
    account, region and zone.
    """

    observations: tuple[Observation, ...]
    held: tuple[StateResource, ...] = ()
    offers: Mapping[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)

    def offered(self, instance_type: str, resource: Resource) -> bool | None:
        """Whether the zone of a machine has an instance type; None where that is not known."""
        zone = resource.spec.text("availability_zone") or ""
        types = self.offers.get((resource.account, resource.region, zone))
        return None if types is None else instance_type in types

    def of_kind(self, kind: str) -> Iterator[Observation]:
        """The observations of one Terraform type."""
        return (o for o in self.observations if o.resource.kind == kind)

    def members(self, group: Resource) -> Iterator[Observation]:
        """The observations of what a group made."""
        return (
            o
            for o in self.observations
            if o.resource.group == (group.kind, group.id)
            and (o.resource.account, o.resource.region) == (group.account, group.region)
        )
