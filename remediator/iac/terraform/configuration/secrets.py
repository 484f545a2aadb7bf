"""Where sensitive values are written."""

from collections.abc import Iterator
from contextlib import suppress

from remediator.iac.terraform.configuration.root import EvaluatedRoot
from remediator.iac.terraform.configuration.variables import is_sensitive
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.scope import RefusedError
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Place

__all__ = ["secret_places"]

_OPEN = ("", None, True, False)
"""Values that tell nothing: defaults of variables that are given elsewhere."""


def secret_places(root: EvaluatedRoot) -> frozenset[Place]:
    """Where the values of a root's sensitive variables stand, those of the modules that it calls included."""
    return frozenset(_places(root))


def _places(root: EvaluatedRoot) -> Iterator[Place]:
    for module in root.modules():
        for name, declared in module.code.variables.items():
            if is_sensitive(declared):
                with suppress(EvaluationError, RefusedError):
                    yield from _written(module.refer("var", name))


def _written(value: Evaluated) -> Iterator[Place]:
    """Where a value, or a part of it, stands; of one that was computed, all that it came through."""
    data = value.data
    if isinstance(data, Items | Fields):
        for inner in data.items if isinstance(data, Items) else data.fields.values():
            yield from _written(inner)
    elif data not in _OPEN:
        steps = (step for step in value.trail or () if isinstance(step, Place))
        yield from steps if value.origin is None else (value.origin,)
