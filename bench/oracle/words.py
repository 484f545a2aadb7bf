"""Terraform's spelling of constants, keys and paths, and the choices that every generator makes."""

import json
import re
from collections.abc import Sequence
from typing import TypeVar

from bench.oracle.shapes import Constant, Path, Scalar, Shape

__all__ = [
    "ENVIRONMENTS",
    "KEYS",
    "Draw",
    "accessed",
    "chance",
    "constant_of",
    "hcl",
    "number",
    "pick",
    "quoted",
    "word",
]

T = TypeVar("T")

ENVIRONMENTS = ("default", "dev", "prod")
"""The workspaces, and the values of what selects from a table."""

KEYS = ("a", "gpu", "web", "b-1", "z_2", "node pool", "ü", "10", "9", "A.b")
"""Keys of maps: most of them words, some that need quotes; different in small letters and behind any prefix."""

_WORDS = (
    "", "a", "m5.large", "p3.2xlarge", "gp2", "x y", "10.0.0.0/16", "Größe", "日本", "true", "12", "1.50", "-3",
    "a,b,c", "tab\there", 'say "hi"', "back\\slash", "line\nbreak", "${not}", "%{no}", "$5", "<&>",
    "#no // comment", "  pad ",
)  # fmt: skip
_NUMBERS = (
    "0",
    "1",
    "2",
    "3",
    "8",
    "100",
    "0.5",
    "1.5",
    "2.25",
    "-1",
    "-7",
    "1.5e3",
    "1.50",
    "4096",
    "123456789012345",
)
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


class Draw:
    """Choices out of given bytes, the first option for all that follow them: any bytes make a unit."""

    def __init__(self, data: bytes) -> None:
        """Start at the first byte."""
        self._data = data
        self.taken = 0

    def between(self, least: int, most: int) -> int:
        """A number from `least` to `most`, growing with the bytes it is made of."""
        span = most - least + 1
        taken = 1 if span <= 256 else 2
        value = int.from_bytes(self._data[self.taken : self.taken + taken].ljust(taken, b"\0"), "big")
        self.taken += taken
        return least + value * span // (256 if taken == 1 else 65536)


def pick(draw: Draw, options: Sequence[T]) -> T:
    """One of the options; the first is the simplest."""
    return options[draw.between(0, len(options) - 1)] if len(options) > 1 else options[0]


def chance(draw: Draw, percent: int) -> bool:
    """True in about so many cases of a hundred."""
    return draw.between(0, 99) >= 100 - percent


def number(draw: Draw) -> str:
    """A number as it is written."""
    return pick(draw, _NUMBERS)


def word(draw: Draw) -> str:
    """A text, most often a plain one."""
    return pick(draw, _WORDS[1:10] if chance(draw, 70) else _WORDS)


def quoted(text: str) -> str:
    """A text as a string without templates."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + escaped.replace("${", "$${").replace("%{", "%%{") + '"'


def hcl(constant: Constant) -> str:
    """A constant as it is written in Terraform's language, on one line."""
    if isinstance(constant, str):
        return quoted(constant)
    if isinstance(constant, list):
        return f"[{', '.join(map(hcl, constant))}]"
    if isinstance(constant, dict):
        return f"{{ {', '.join(f'{key(name)} = {hcl(value)}' for name, value in constant.items())} }}"
    return json.dumps(constant)


def key(name: str) -> str:
    """A key of an object: bare where it may be."""
    return name if _WORD.fullmatch(name) else quoted(name)


def accessed(draw: Draw, path: Path) -> str:
    """A path as it is written, in one of its spellings."""
    text = path.base
    for step in path.steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _WORD.fullmatch(step) and not chance(draw, 25):
            text += f".{step}"
        else:
            text += f"[{quoted(step)}]"
    return text


def constant_of(draw: Draw, shape: Shape, loose: bool = True) -> Constant:
    """A constant that converts to a shape; `loose` writes some scalars as another kind, which Terraform converts."""
    if shape.nullable and chance(draw, 30):
        return None
    if shape.kind == "string" or shape.kind == "number" or shape.kind == "bool":
        return _scalar(draw, shape.kind, shape.values, loose)
    if shape.kind == "object":
        return {
            member.name: constant_of(draw, member.shape, loose)
            for member in shape.members
            if not member.optional or chance(draw, 50)
        } | ({"surplus": 1} if loose and chance(draw, 10) else {})
    element = shape.element
    if element is None:
        return None
    if shape.kind == "map":
        extra = [name for name in KEYS[:3] if chance(draw, 20)]
        return {name: constant_of(draw, element, loose) for name in dict.fromkeys([*shape.keys, *extra])}
    count = shape.size + draw.between(0, 2)
    return [constant_of(draw, element, loose) for _ in range(count)]


def _scalar(draw: Draw, kind: Scalar, values: Sequence[str], loose: bool) -> Constant:
    if values:
        return pick(draw, values)
    other = loose and chance(draw, 20)
    if kind == "string":
        return pick(draw, (5, True, 2.5)) if other else word(draw)
    if kind == "number":
        return pick(draw, ("8", "0.25", "-4")) if other else pick(draw, (1, 0, 3, 16, 2.5, -2))
    truth = draw.between(0, 1) == 1
    return json.dumps(truth) if other else truth
