"""What a plan of a shadow says: the attributes of every instance, under their real addresses."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, JsonValue, ValidationError

from remediator.iac.terraform.shadow.shadow import OPERANDS, Place, Shadow

__all__ = ["Frozen", "Instance", "Seen", "read_plan"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A value as canonical JSON without what is unknown in it; `unknown` marks those parts, None where all is known."""

    value: str
    unknown: str | None

    def loaded(self) -> JsonValue:
        """The value, without what is unknown in it; None where all is."""
        found: JsonValue = json.loads(self.value)
        return found


@dataclass(frozen=True, slots=True)
class Instance:
    """A resource instance: where it is declared and the attributes in question that it sets.

    `reads` has by attribute what its expression takes from `each` and `count`.
    """

    place: Place
    attributes: Mapping[str, Seen]
    reads: Mapping[str, Seen]


@dataclass(frozen=True, slots=True)
class Frozen:
    """Every instance of a root by its real address, and the shadow that Terraform planned."""

    instances: Mapping[str, Instance]
    shadow: Shadow


class _Change(BaseModel):
    after: JsonValue = None
    after_unknown: JsonValue = None


class _Resource(BaseModel):
    address: str
    module_address: str = ""
    name: str
    change: _Change


class _Plan(BaseModel):
    resource_changes: list[_Resource] = []


def read_plan(shown: bytes, shadow: Shadow) -> Frozen:
    """The instances in what `terraform show -json` prints; raises ValueError where it is no such thing."""
    try:
        plan = _Plan.model_validate_json(shown)
    except ValidationError as error:
        raise ValueError("its plan is not what `terraform show -json` writes") from error
    return Frozen(dict(_instances(plan, shadow)), shadow)


def _instances(plan: _Plan, shadow: Shadow) -> Iterator[tuple[str, Instance]]:
    for resource in plan.resource_changes:
        place = shadow.places.get(resource.name)
        if place is None:
            continue
        prefix = f"{resource.module_address}." if resource.module_address else ""
        key = resource.address.removeprefix(f"{prefix}terraform_data.{resource.name}")
        after, unknown = _input(resource.change.after), _input(resource.change.after_unknown)
        attributes = {
            name: Seen(_canonical(after.get(name)), _canonical(unknown[name]) if _any(unknown.get(name)) else None)
            for name in sorted(after.keys() | unknown.keys())
        }
        reads = {name.removesuffix(OPERANDS): seen for name, seen in attributes.items() if name.endswith(OPERANDS)}
        own = {name: seen for name, seen in attributes.items() if not name.endswith(OPERANDS)}
        yield f"{prefix}{place.address}{key}", Instance(place, own, reads)


def _input(value: JsonValue) -> Mapping[str, JsonValue]:
    inner = value.get("input") if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def _canonical(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _any(unknown: JsonValue) -> bool:
    if isinstance(unknown, list | dict):
        return any(_any(u) for u in (unknown if isinstance(unknown, list) else unknown.values()))
    return unknown is True
