"""All expressions there are, each kind able to hold the others."""

from bench.oracle import lists, maps, scalars, templates
from bench.oracle.expressions import Typed
from bench.oracle.shapes import Scalar, Scope
from bench.oracle.words import Draw

__all__ = ["GRAMMAR", "Grammar"]


class Grammar:
    """Writes expressions; `depth` bounds how one nests, `known` keeps unknown values out."""

    def scalar(self, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> str:
        """A string, a number or a bool, never null."""
        return scalars.scalar(self, draw, scope, kind, depth, known)

    def listing(self, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
        """A list (or tuple) of scalars of one kind."""
        return lists.listing(self, draw, scope, kind, depth, known)

    def mapping(self, draw: Draw, scope: Scope, kind: Scalar, depth: int, known: bool) -> Typed:
        """A map (or object) of scalars of one kind."""
        return maps.mapping(self, draw, scope, kind, depth, known)

    def anything(self, draw: Draw, scope: Scope, depth: int, known: bool) -> Typed:
        """Any collection of scalars."""
        return maps.anything(self, draw, scope, depth, known)

    def record(self, draw: Draw, scope: Scope, depth: int, known: bool) -> Typed:
        """An object of a few attributes of different types."""
        return maps.record(self, draw, scope, depth, known)

    def objects(self, draw: Draw, scope: Scope, depth: int, known: bool) -> Typed:
        """A map of objects of one type, as `for_each` likes it."""
        return maps.objects(self, draw, scope, depth, known)

    def heredoc(self, draw: Draw, scope: Scope, depth: int, known: bool) -> str:
        """A heredoc, flush or not; only at the end of a line."""
        return templates.heredoc(self, draw, scope, depth, known)


GRAMMAR = Grammar()
