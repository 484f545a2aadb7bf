"""Where values are written, and what decided on the way from there."""

from dataclasses import dataclass

from remediator.model import Role

__all__ = ["Absent", "Place", "Taken"]


@dataclass(frozen=True, slots=True)
class Place:
    """Bytes `start` to `end` of a file; `module` is the module instance (`module.a["k"]`, empty at the root)."""

    path: str
    start: int
    end: int
    role: Role
    address: str
    module: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A condition on the way: which alternative was taken, as a sentence such as `var.env is "prod"`."""

    sentence: str
    place: Place


@dataclass(frozen=True, slots=True)
class Absent:
    """Something that was not written at a place, so that a value from further away counts: an argument, an entry."""

    key: str
    place: Place
