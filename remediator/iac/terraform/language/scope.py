"""Where an expression stands: what its names mean, which bytes it is, and how much evaluation may still cost."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from remediator.iac.terraform.language.functions.protocol import Surroundings
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.values import Evaluated, RefusedError
from remediator.iac.terraform.syntax import Piece
from remediator.model import Role

__all__ = ["Budget", "Names", "RefusedError", "Scope"]


class Budget:
    """How many more steps one root may take; a step is about three microseconds."""

    def __init__(self, steps: int) -> None:
        """Start with all steps left, and nothing given up."""
        self.left = steps
        self.given_up: str | None = None

    def spend(self, steps: int = 1) -> None:
        """Take steps; raises RefusedError where none are left."""
        self.left -= steps
        if self.left < 0:
            raise self.refused("its expressions take more steps than are allowed; take the root apart")

    def refused(self, why: str) -> RefusedError:
        """The error that gives something up, which is remembered."""
        error = RefusedError(why)
        self.note(error)
        return error

    def note(self, error: Exception) -> None:
        """Remember what was given up, since who goes on without it must not take the rest for the whole."""
        if isinstance(error, RefusedError):
            self.given_up = self.given_up or str(error)


class Names(Protocol):
    """What the names of one module instance mean."""

    def refer(self, kind: str, name: str) -> Evaluated:
        """The value of `var.x`, `local.x`, `module.m`, `each.value`, `path.module`, or of a resource."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The surroundings of one expression; `definition` spans its `text`, `bound` are the variables of `for`."""

    names: Names
    around: Surroundings
    budget: Budget
    definition: Place
    text: str
    bound: Mapping[str, Evaluated] = field(default_factory=dict)
    role: Role | None = None
    pieces: tuple[Piece, ...] = ()

    def place(self, start: int, end: int) -> Place:
        """A part of the expression in its file; the whole has the role of the definition."""
        d = self.definition
        if self.pieces:
            start, end = self._in_file(start, False), self._in_file(end, True)
        return Place(d.path, d.start + start, d.start + end, self.role or d.role, d.address, d.module)

    def origin(self, start: int, end: int) -> Place | None:
        """Where a value is written, or None where it is a part of a JSON string, which is not edited by halves."""
        halved = any(p.start <= start and end <= p.end and (start, end) != (p.start, p.end) for p in self.pieces)
        return None if halved else self.place(start, end)

    def _in_file(self, at: int, is_end: bool) -> int:
        """The distance of a position of the text from the start of the definition in its file."""
        last = bisect_left(self.pieces, at + (not is_end), key=_start) - 1
        if last < 0:
            return at
        piece = self.pieces[last]
        if at < piece.end:
            return (piece.file_end if is_end else piece.file_start) - self.definition.start
        return piece.file_end + at - piece.end - self.definition.start

    def inside(self) -> "Scope":
        """The scope of what is written as an entry of an object or a list."""
        return self if self.role is Role.MAP_ENTRY else self._with(self.bound, Role.MAP_ENTRY)

    def binding(self, new: Mapping[str, Evaluated]) -> "Scope":
        """The scope of what stands behind a `for` or a splat."""
        return self._with({**self.bound, **new}, self.role)

    def going(self, names: tuple[str, ...], key: Evaluated, item: Evaluated) -> "Scope":
        """The scope of a `for` at one element of what it goes through."""
        return self.binding({names[0]: item} if len(names) == 1 else {names[0]: key, names[1]: item})

    def _with(self, bound: Mapping[str, Evaluated], role: Role | None) -> "Scope":
        """Written out, since `replace` takes three times as long and every element of a `for` has a scope."""
        return Scope(self.names, self.around, self.budget, self.definition, self.text, bound, role, self.pieces)

    def source(self, start: int, end: int) -> str:
        """The text of a part of the expression."""
        return _encoded(self.text)[start:end].decode()


@lru_cache(maxsize=16)
def _encoded(text: str) -> bytes:
    return text.encode()


def _start(piece: Piece) -> int:
    return piece.start
