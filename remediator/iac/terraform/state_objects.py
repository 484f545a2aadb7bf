"""One resource instance of a state, from JSON of any shape to the little of it that is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from sys import intern
from typing import ClassVar, Self

from pydantic import JsonValue

from remediator.iac.terraform.state_attributes import READABLE, Path, hidden_paths, is_hidden, readable, unflattened
from remediator.iac.terraform.state_providers import provider_address
from remediator.model import Standing, StateAddress, StateResource

__all__ = ["Head", "Held", "held", "made"]

TAGS_ALL = "tags_all"
_IDENTITY = ("id", "arn", "region", "account_id", "name")
_NEEDED = frozenset({name.partition(".")[0] for names in READABLE.values() for name in names} | {*_IDENTITY, TAGS_ALL})


@dataclass(frozen=True, slots=True)
class Head:
    """What a state says of a resource beside its instances."""

    NAMES: ClassVar[tuple[str, ...]] = ("module", "provider", "mode", "type", "name")
    module: str
    provider: str
    mode: str
    type: str
    name: str

    @classmethod
    def complete(cls, parts: Mapping[str, JsonValue]) -> bool:
        """Whether all that a resource must have was read; the module is absent at the root, and comes first."""
        return all(name in parts for name in cls.NAMES[2:])

    @classmethod
    def of(cls, parts: Mapping[str, JsonValue]) -> Self | str:
        """The head, or the name of the part that is not as Terraform writes it."""
        texts = {
            name: value for name, value in {"module": "", "provider": "", **parts}.items() if isinstance(value, str)
        }
        wrong = next((name for name in cls.NAMES if name not in texts), None)
        if wrong is not None:
            return wrong
        return cls(**texts) if texts["mode"] in ("managed", "data") else "mode"


@dataclass(frozen=True, slots=True)
class Held:
    """An instance as its state has it; its attributes are never shown."""

    index_key: int | str | None
    standing: Standing
    attributes: Mapping[str, JsonValue]
    identity: Mapping[str, JsonValue]
    hidden: frozenset[Path]
    dependencies: tuple[str, ...]

    def __repr__(self) -> str:
        return f"Held({self.index_key!r})"

    def narrowed(self) -> "Held":
        """The same without the attributes that are read of no type at all."""
        return replace(self, attributes={name: v for name, v in self.attributes.items() if name in _NEEDED})

    def text(self, name: str) -> str | None:
        """An attribute that is text and not hidden; else what the provider's identity says; else None."""
        value = self.attributes.get(name)
        if isinstance(value, str) and value:
            return None if is_hidden((name,), self.hidden) else value
        value = self.identity.get(name)
        return value if isinstance(value, str) and value else None


def held(raw: JsonValue, place: str, known: dict[tuple[str, ...], tuple[str, ...]]) -> Held | str:
    """An instance from its JSON, or the place that is not as Terraform writes it.

    Instances of one resource depend on the same: `known` keeps each list of dependencies once.
    """
    if not isinstance(raw, dict):
        return place
    key, status = raw.get("index_key"), raw.get("status")
    if isinstance(key, bool) or not isinstance(key, int | str | None):
        return f"{place}.index_key"
    attributes, flat, identity = raw.get("attributes"), raw.get("attributes_flat"), raw.get("identity")
    for name, value in (("attributes", attributes), ("attributes_flat", flat), ("identity", identity)):
        if not isinstance(value, dict | None):
            return f"{place}.{name}"
    if not isinstance(attributes, dict):
        attributes = unflattened(flat) if isinstance(flat, dict) else {}
    after = raw.get("dependencies")
    names = tuple(name for name in after if isinstance(name, str)) if isinstance(after, list) else ()
    standing = Standing.TAINTED if status == "tainted" else Standing.CURRENT
    return Held(
        index_key=key,
        standing=standing if raw.get("deposed") is None else Standing.DEPOSED,
        attributes=attributes,
        identity=identity if isinstance(identity, dict) else {},
        hidden=hidden_paths(raw.get("sensitive_attributes")),
        dependencies=known.setdefault(names, names),
    )


def made(one: Held, head: Head, at: StateAddress) -> StateResource:
    """The value that is kept of an instance."""
    arn = one.text("arn")
    _, _, _, region, account, *_ = (*(arn or "").split(":", 5), "", "", "", "", "")
    return StateResource(
        at=at,
        id=_first(one.text("id"), one.identity.get("name")) or "",
        arn=arn,
        attributes=readable(head.type, one.attributes, one.hidden),
        dependencies=one.dependencies,
        account_id=_first(one.identity.get("account_id"), account),
        region=_first(one.identity.get("region"), region, one.text("region")),
        standing=one.standing,
        configured_by=provider_address(head.provider),
        tag_keys=_tag_keys(one),
    )


def _tag_keys(one: Held) -> tuple[str, ...] | None:
    """The keys of all tags, those of `default_tags` included, unless any is hidden; their values are not kept."""
    found = one.attributes.get(TAGS_ALL)
    if not isinstance(found, dict) or any(is_hidden((TAGS_ALL, key), one.hidden) for key in ("", *found)):
        return None
    return tuple(map(intern, found))


def _first(*values: JsonValue) -> str | None:
    return next((value for value in values if isinstance(value, str) and value), None)
