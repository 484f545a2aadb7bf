"""Which part of a text that is put together has to change for the text to become another."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from remediator.iac.terraform.language.conversions import as_string, number_text
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Spliced
from remediator.model import Value

__all__ = ["Layer", "layers", "number_of"]

_DEEPEST = 16
"""Templates inside one another that are looked into; people write two or three."""
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Layer:
    """A value on the way to what is written, and what it has to become."""

    value: Evaluated
    wanted: Value


def layers(value: Evaluated, wanted: Value, depth: int = 0) -> tuple[Layer, ...] | str:
    """The value itself; where it is put together, then the one part that has to change, and so on to what is written.

    The value alone too where it is what is wanted already. A text, which may be empty, that says why there is no such
    part: that none makes the whole what is wanted while all others stay as they are, or that several do. `depth` is how
    many templates it stands in.
    """
    own = Layer(value, wanted)
    parts, goal = _parts(value), _text(wanted)
    if value.origin is not None:
        return (own,)
    if not parts or goal is None or depth > _DEEPEST:
        return ""
    texts = [_text_of(part) for part in parts]
    if goal == "".join(texts):
        return (own,)
    found = [
        (old, _text(inner[0].wanted) or "", inner)
        for old, part, new in _fitting(texts, parts, goal)
        if (inner := _layers_of(part, new, depth + 1))
    ]
    for classed in (_mark, _kind):
        if len(found) > 1:
            found = [one for one in found if _begins_and_ends_alike(one[0], one[1], classed)] or found
    if len(found) == 1:
        return (own, *found[0][2])
    return f", of which {'several parts' if found else 'no single part'} could change to make it {goal[:80]!r}"


def _parts(value: Evaluated) -> Sequence[Evaluated]:
    """What a text was put together of; nothing where it is none, or was composed of them to something else."""
    found = next((step.parts for step in value.trail or () if isinstance(step, Spliced)), ())
    if not found or isinstance(value.data, Items | Fields) or not value.known or value.secret:
        return ()
    return found if "".join(map(_text_of, found)) == _text_of(value) else ()


def _text_of(value: Evaluated) -> str:
    return str(as_string(value).data)


def _fitting(texts: Sequence[str], parts: Sequence[Evaluated], goal: str) -> Iterator[tuple[str, Evaluated, str]]:
    """The parts that make the goal of the whole when they alone become another text: old text, part, new text."""
    for at, part in enumerate(parts):
        before, after = "".join(texts[:at]), "".join(texts[at + 1 :])
        if len(goal) > len(before) + len(after) and goal.startswith(before) and goal.endswith(after):
            yield texts[at], part, goal[len(before) : len(goal) - len(after)]


def _layers_of(part: Evaluated, new: str, depth: int) -> tuple[Layer, ...]:
    """The way into a part that becomes a text; nothing where it cannot.

    One that is empty is not looked into: templates of nothing but such would branch without an end.
    """
    data = part.data
    wanted: Value = new
    if isinstance(data, bool):
        wanted = {"true": True, "false": False}.get(new)
    elif isinstance(data, Decimal):
        wanted = number_of(new)
    if wanted is None or part.secret or (data == "" and part.origin is None):
        return ()
    found = layers(part, wanted, depth)
    return () if isinstance(found, str) else found


def number_of(text: str) -> int | float | None:
    """The number that Terraform writes as this text, or None."""
    if not _NUMBER.fullmatch(text) or number_text(Decimal(text)) != text:
        return None
    return float(text) if "." in text else int(text)


def _text(value: Value) -> str | None:
    """A value as a template writes it; None for what it does not."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(Decimal(repr(value))) if math.isfinite(value) else None
    return value if isinstance(value, str) else None


def _begins_and_ends_alike(old: str, new: str, classed: Callable[[str], str]) -> bool:
    """Whether a part keeps its edges: "m5." as "m5.x" has taken something of what stands behind it; "" has none."""
    return not old or (classed(old[:1]) == classed(new[:1]) and classed(old[-1:]) == classed(new[-1:]))


def _mark(character: str) -> str:
    return "a" if character.isalnum() else character


def _kind(character: str) -> str:
    return "0" if character.isdigit() else _mark(character)
