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
    account, region and zone. What is of a kind, and of a group, is sorted once: rules ask for each of thousands.
    """

    observations: tuple[Observation, ...]
    held: tuple[StateResource, ...] = ()
    offers: Mapping[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)
    _of_kind: Mapping[str, list[Observation]] = field(init=False, repr=False, compare=False)
    _of_group: Mapping[tuple[str, str, str, str], list[Observation]] = field(init=False, repr=False, compare=False)
    _having: dict[tuple[str, str], dict[str, list[Observation]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        kinds: dict[str, list[Observation]] = {}
        groups: dict[tuple[str, str, str, str], list[Observation]] = {}
        for one in self.observations:
            kinds.setdefault(one.resource.kind, []).append(one)
            if one.resource.group is not None:
                groups.setdefault((one.resource.account, one.resource.region, *one.resource.group), []).append(one)
        object.__setattr__(self, "_having", {})
        object.__setattr__(self, "_of_kind", kinds)
        object.__setattr__(self, "_of_group", groups)

    def offered(self, instance_type: str, resource: Resource) -> bool | None:
        """Whether the zone of a machine has an instance type; None where that is not known."""
        zone = resource.spec.text("availability_zone") or ""
        types = self.offers.get((resource.account, resource.region, zone))
        return None if types is None else instance_type in types

    def of_kind(self, kind: str) -> Iterator[Observation]:
        """The observations of one Terraform type."""
        return iter(self._of_kind.get(kind, ()))

    def having(self, kind: str, attribute: str, value: str) -> Iterator[Observation]:
        """The observations of a type in whose spec an attribute is this text; sorted when it is first asked for."""
        found = self._having.get((kind, attribute))
        if found is None:
            found = {}
            for one in self.of_kind(kind):
                found.setdefault(one.resource.spec.text(attribute) or "", []).append(one)
            self._having[kind, attribute] = found
        return iter(found.get(value, ()))

    def members(self, group: Resource) -> Iterator[Observation]:
        """The observations of what a group made."""
        return iter(self._of_group.get((group.account, group.region, group.kind, group.id), ()))
