"""Values that know where they were written.

An `Evaluated` is one value of Terraform's language with its provenance. Functions that hand a value on (`merge`,
`lookup`, `try`, an index, a conditional) return the very `Evaluated` they were given, so that its origin stays; what
computes a new value returns one without origin.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol, TypeAlias, runtime_checkable
from unicodedata import is_normalized, normalize

from remediator.iac.terraform.language.places import Absent, Place, Taken
from remediator.iac.terraform.language.types import ANY, Type

__all__ = [
    "MAX_PARTS",
    "Data",
    "Evaluated",
    "Fields",
    "Items",
    "Made",
    "Plain",
    "RefusedError",
    "Scalar",
    "Spliced",
    "Step",
    "Trail",
    "Unknown",
]


@dataclass(frozen=True, slots=True)
class Spliced:
    """What a text was put together of, in order; each part knows where it is written, if it is written anywhere."""

    parts: tuple["Evaluated", ...]


Step: TypeAlias = Place | Taken | Absent | Spliced


@dataclass(frozen=True, slots=True)
class Trail:
    """The way of a value from where it is used back to where it is written: the last step first."""

    step: Step
    rest: "Trail | None" = None

    def __iter__(self) -> Iterator[Step]:
        trail: Trail | None = self
        while trail is not None:
            yield trail.step
            trail = trail.rest


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that the repository does not hold.

    `reason` is a sentence for people; `key` names what the value hangs on, so that two unknowns with one key are the
    same value and an unknown whose inputs changed is another one. `type` is what the value will be as far as that is
    told, `any` where it is not; what an operator makes is `never_null`. `prefix` is what a string surely
    begins with, as a template may. `length` is how many elements a tuple surely has.
    """

    reason: str = field(compare=False)
    key: str
    type: Type = field(default=ANY, compare=False)
    prefix: str = field(default="", compare=False)
    never_null: bool = field(default=False, compare=False)
    length: int | None = field(default=None, compare=False)


class RefusedError(Exception):
    """Evaluation would take more than it may, or what cannot be read; unlike an EvaluationError nothing catches it."""


MAX_PARTS = 500_000
"""Values that one collection may come to, those inside its elements counted: what is shared doubles at every step."""


def _parts(inside: Iterable["Evaluated"]) -> tuple[int, bool]:
    """How many values a collection of these has, and whether one is sensitive; raises RefusedError for too many."""
    count, secret = 1, False
    for value in inside:
        data = value.data
        if isinstance(data, Items | Fields):
            count += data.parts
            secret = secret or data.secret
        else:
            count += 1
        secret = secret or value.sensitive
    if count > MAX_PARTS:
        raise RefusedError(f"a collection comes to more than the {MAX_PARTS:,} values that are followed")
    return count, secret


@dataclass(frozen=True, slots=True)
class Items:
    """A tuple, a list, or a set (in Terraform's order of iteration, without doubles); `parts` counts all inside.

    `secret` says whether anything inside is sensitive.

    What is written in brackets is a tuple; a list has elements of one type, which a function or a type made of it.
    """

    items: tuple["Evaluated", ...]
    is_set: bool = False
    is_list: bool = False
    parts: int = field(init=False, default=1, compare=False, repr=False)
    secret: bool = field(init=False, default=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Count the parts; raises RefusedError."""
        parts, secret = _parts(self.items)
        object.__setattr__(self, "parts", parts)
        if secret:
            object.__setattr__(self, "secret", secret)


@runtime_checkable
class Made(Protocol):
    """A mapping whose values are made when they are asked for."""

    def made(self) -> Iterable["Evaluated"]:
        """The values that were asked for until now."""


@dataclass(frozen=True, slots=True)
class Fields:
    """An object or a map, keys in the order they were written (Terraform iterates them sorted).

    What is written in braces is an object; a map has elements of one type, which a function or a type made of it.

    `rest` stands for further attributes that are not known, as those that a provider computes for a resource. `parts`
    counts all values inside, and `secret` says whether one is sensitive, save where they are made only when asked for.
    """

    fields: Mapping[str, "Evaluated"]
    rest: "Unknown | None" = None
    is_map: bool = False
    parts: int = field(init=False, default=1, compare=False, repr=False)
    secret: bool = field(init=False, default=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Count the parts; raises RefusedError."""
        if isinstance(self.fields, dict):
            parts, secret = _parts(self.fields.values())
            object.__setattr__(self, "parts", parts)
            if secret:
                object.__setattr__(self, "secret", secret)

    def sorted(self) -> Iterator[tuple[str, "Evaluated"]]:
        """The pairs in Terraform's order of iteration."""
        return ((key, self.fields[key]) for key in sorted(self.fields, key=str.encode))


Scalar: TypeAlias = bool | Decimal | str | None
Data: TypeAlias = Scalar | Items | Fields | Unknown
Plain: TypeAlias = tuple[str, "Decimal | str | tuple[Plain, ...] | tuple[tuple[str, Plain], ...]"]
"""Data without provenance: what kind it is (`bool`, `number`, `list`, …), and what it is."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A value; `origin` is where exactly this value is written, None where it was computed; `trail` how it came here.

    `sensitive` values, and all that lies in them, are shown to nobody.

    Equal only by its data: where it was written is left out of the comparison. Strings are in Unicode's normal form C,
    as all of Terraform's are.
    """

    data: Data
    origin: Place | None = field(default=None, compare=False)
    trail: Trail | None = field(default=None, compare=False)
    sensitive: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        """Compose the characters of a string."""
        data = self.data
        if data.__class__ is str and not data.isascii() and not is_normalized("NFC", data):
            object.__setattr__(self, "data", normalize("NFC", data))

    @property
    def known(self) -> bool:
        """Whether the value itself is known; what lies in a collection may still be unknown."""
        return not isinstance(self.data, Unknown)

    @property
    def size(self) -> int:
        """How many steps it takes to look at all of it."""
        data = self.data
        if isinstance(data, Items | Fields):
            return data.parts
        return 1 + len(data) // 1000 if isinstance(data, str) else 1

    @property
    def unknown(self) -> Unknown | None:
        """The first unknown in the value or in what lies in it, or None where all of it is known."""
        data = self.data
        if isinstance(data, Unknown):
            return data
        if isinstance(data, Items):
            return next((found for item in data.items if (found := item.unknown)), None)
        if isinstance(data, Fields):
            return data.rest or next((found for value in data.fields.values() if (found := value.unknown)), None)
        return None

    @property
    def counted(self) -> bool:
        """Whether it is known how many elements there are: those of a set that are unknown may turn out to be equal."""
        data = self.data
        return not isinstance(data, Items) or not data.is_set or len(data.items) < 2 or self.unknown is None

    def passing(self, trail: Trail | None) -> "Evaluated":
        """The same value with further steps, which were taken after its own."""
        if trail is None:
            return self
        joined = self.trail
        for step in reversed(tuple(trail)) if trail.rest else (trail.step,):
            joined = Trail(step, joined)
        return Evaluated(self.data, self.origin, joined, self.sensitive)

    def element(self, inside: "Evaluated") -> "Evaluated":
        """A value from inside this collection, which came the way of the collection."""
        found = inside.passing(self.trail)
        return found.marked() if self.sensitive else found

    def converted(self, data: Data) -> "Evaluated":
        """Other data that is written at the same place: "8" as the number 8."""
        return Evaluated(data, self.origin, self.trail, self.sensitive)

    def marked(self, sensitive: bool = True) -> "Evaluated":
        """The same value as a sensitive one, or as one that is not."""
        return self if self.sensitive is sensitive else Evaluated(self.data, self.origin, self.trail, sensitive)

    @property
    def secret(self) -> bool:
        """Whether it, or anything that lies in it and was made, is sensitive."""
        if self.sensitive:
            return True
        data = self.data
        if isinstance(data, Fields) and not isinstance(data.fields, dict):
            return isinstance(data.fields, Made) and any(value.secret for value in data.fields.made())
        return data.secret if isinstance(data, Items | Fields) else False

    def plain(self) -> Plain:
        """The value without provenance, hashable and with its kind, so that `"1"`, `1` and `true` differ."""
        data = self.data
        if isinstance(data, Items):
            return ("set" if data.is_set else "list", tuple(item.plain() for item in data.items))
        if isinstance(data, Fields):
            rest = () if data.rest is None else (("", ("unknown", data.rest.key)),)
            return ("object", (*((key, value.plain()) for key, value in data.sorted()), *rest))
        if isinstance(data, Unknown):
            return ("unknown", data.key)
        if data is None:
            return ("null", "")
        if isinstance(data, bool):
            return ("bool", str(data))
        return ("string", data) if isinstance(data, str) else ("number", data.normalize())

    def digest(self) -> str:
        """A short name of the value, the same for equal values; unknowns count by their key."""
        return hashlib.sha256(repr(self.plain()).encode()).hexdigest()[:16]
