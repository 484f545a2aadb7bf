"""References to what a scope holds."""

from bench.oracle.shapes import Path, Scalar, Scope, Shape
from bench.oracle.words import Draw, accessed, pick

__all__ = ["held", "referred"]


def held(scope: Scope, of: str, kind: Scalar, known: bool) -> list[Path]:
    """The collections of scalars of one kind."""
    paths = (path for path in scope.reachable(known) if path.shape.kind == of and not path.shape.nullable)
    return [path for path in paths if path.shape.holds(kind)]


def referred(draw: Draw, found: list[Path]) -> tuple[str, Shape]:
    """One of them as it is written."""
    path = pick(draw, found)
    return accessed(draw, path), path.shape
