"""What expressions of every kind may hold: expressions of every other kind, as deep as is left."""

from typing import Protocol, TypeAlias

from bench.oracle.shapes import Scalar, Scope, Shape
from bench.oracle.words import Draw

__all__ = ["Expressions", "Typed"]

Typed: TypeAlias = tuple[str, Shape]
"""An expression, with what is sure of its value."""


class Expressions(Protocol):
    """Writes expressions; `depth` bounds how one nests, `known` keeps unknown values out."""

    def scalar(self, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
        """A string, a number or a bool."""

    def listing(self, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
        """A list (or tuple) of scalars of one kind."""

    def mapping(self, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
        """A map (or object) of scalars of one kind."""

    def anything(self, draw: Draw, scope: Scope, depth: int, known: bool) -> Typed:
        """Any collection of scalars."""
