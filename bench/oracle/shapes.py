"""What a generator knows of a value without evaluating it: its type, keys that are there, whether it may be null."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias

__all__ = [
    "BOOL",
    "KINDS",
    "NUMBER",
    "SHAPES",
    "STRING",
    "Constant",
    "Member",
    "Name",
    "Path",
    "Scalar",
    "Scope",
    "Shape",
]

Scalar: TypeAlias = Literal["string", "number", "bool"]
Kind: TypeAlias = Literal["string", "number", "bool", "list", "set", "map", "object"]
Constant: TypeAlias = "bool | int | float | str | list[Constant] | dict[str, Constant] | None"


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute of an object; `default` is what `optional()` names, of no meaning where `optional` is not set."""

    name: str
    shape: "Shape"
    optional: bool = False
    default: Constant = None


@dataclass(frozen=True, slots=True)
class Shape:
    """A type and what is sure of its value.

    `size` items of a list are there at least, and these `keys` of a map; a string is one of `values` where there are
    any. `known` is false where the value or a part of it may be unknown.
    """

    kind: Kind
    element: "Shape | None" = None
    members: tuple[Member, ...] = ()
    keys: tuple[str, ...] = ()
    size: int = 0
    values: tuple[str, ...] = ()
    nullable: bool = False
    known: bool = True

    @property
    def scalar(self) -> bool:
        """Whether it is a string, a number or a bool."""
        return self.kind in ("string", "number", "bool")

    def holds(self, kind: Scalar) -> bool:
        """Whether it is a collection of scalars of one kind."""
        return self.element is not None and self.element.kind == kind and not self.element.nullable


STRING = Shape("string")
NUMBER = Shape("number")
BOOL = Shape("bool")
SHAPES: Mapping[Scalar, Shape] = {"string": STRING, "number": NUMBER, "bool": BOOL}
KINDS: tuple[Scalar, ...] = ("string", "number", "bool")


@dataclass(frozen=True, slots=True)
class Name:
    """What an expression may refer to: its text, such as `var.size`."""

    text: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Path:
    """A way into a name: `steps` are keys of objects and maps, and places in lists."""

    base: str
    steps: tuple[str | int, ...]
    shape: Shape


@dataclass(frozen=True)  # without slots, which leave no room for the paths found once
class Scope:
    """The names at one place of a module, and how it writes the path of the JSON and YAML files beside it."""

    names: tuple[Name, ...]
    file: str
    documents: tuple[tuple[str, Shape], ...] = ()
    fresh: list[int] = field(default_factory=lambda: [0], compare=False)

    def binding(self, *names: Name) -> "Scope":
        """The scope of what stands behind a `for`, or of a module that declares more."""
        return replace(self, names=(*self.names, *names))

    def variable(self, stem: str) -> str:
        """A name for the variable of a `for` that hides no other."""
        self.fresh[0] += 1
        return f"{stem}{self.fresh[0]}"

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """Every value that can be reached, the nearest first."""
        found = [Path(name.text, (), name.shape) for name in self.names]
        for path in found:  # grows while it is walked
            if len(path.steps) < 3 and not path.shape.nullable:
                found += _inside(path)
        return tuple(found)

    def reachable(self, known: bool) -> Iterator[Path]:
        """The paths that may stand where unknown values may, or may not, stand."""
        return (path for path in self.paths if path.shape.known or not known)


def _inside(path: Path) -> Iterator[Path]:
    shape = path.shape
    steps: list[tuple[str | int, Shape]] = [(member.name, member.shape) for member in shape.members]
    if shape.element is not None and shape.kind == "map":
        steps += [(key, shape.element) for key in shape.keys]
    if shape.element is not None and shape.kind == "list":
        steps += [(at, shape.element) for at in range(shape.size)]
    for step, inner in steps:
        yield Path(path.base, (*path.steps, step), replace(inner, known=inner.known and shape.known))
