"""Blocks and attributes by our own grammar, for the few files that are right and that tree-sitter does not parse.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

import re
from array import array

from remediator.iac.terraform.language.grammar import ExpressionError, passed
from remediator.iac.terraform.language.scanner import Scanner
from remediator.iac.terraform.records import ATTRIBUTE, BLOCK, END, MAX_DEPTH

__all__ = ["structure"]

_NAME = re.compile(r"[^\W\d][\w-]*")
_LABEL = re.compile(r'"(?:[^"\\\n$%]|\\.|[$%](?!\{))*"')
_LINE_END = re.compile(r"[ \t]*(?:(?:#|//)[^\n]*)?(?:\r?\n|$)")


def structure(source: str) -> "array[int]":
    """The records of a file as `scanning` makes them; raises ExpressionError where it is not right."""
    scanner, offsets = Scanner(source), array("I")
    if source.startswith("\ufeff"):
        scanner.at = 1
    _body(scanner, offsets, 0)
    if scanner.at < len(source):
        raise scanner.problem("a block should have begun")
    return offsets


def _body(scanner: Scanner, offsets: "array[int]", depth: int) -> None:
    """What stands in a file, or up to the brace that ends a block."""
    if depth > MAX_DEPTH:
        raise ExpressionError(f"its blocks are nested deeper than {MAX_DEPTH} levels")
    names: set[str] = set()
    while True:
        scanner.skip_lines()
        at = scanner.at
        if at == len(scanner.text) or scanner.text[at] == "}":
            return
        name = scanner.match(_NAME)
        if name is None:
            raise scanner.problem("an attribute or a block should begin")
        end = scanner.at
        if scanner.sees("=") and not scanner.sees("=="):
            scanner.take("=")
            if name in names:
                raise scanner.problem(f"{name} is set twice")
            names.add(name)
            value, value_end = passed(scanner)
            offsets.extend((ATTRIBUTE, scanner.offset(at), scanner.offset(end), value, value_end))
        else:
            _block(scanner, offsets, depth, (at, end))
        if scanner.sees("}"):
            return
        if scanner.match(_LINE_END) is None:
            raise scanner.problem("a line should end")


def _block(scanner: Scanner, offsets: "array[int]", depth: int, type_: tuple[int, int]) -> None:
    words = [type_]
    while not scanner.sees("{"):
        start = scanner.at
        if not scanner.match(_LABEL) and not scanner.match(_NAME):
            raise scanner.problem("a label or a block should begin")
        words.append((start, scanner.at))
    scanner.take("{")
    at = len(offsets)
    header = [scanner.offset(place) for word in words for place in word]
    offsets.extend((BLOCK, 0, len(words), *header, scanner.offset(scanner.at), 0, 0))
    ends = len(offsets) - 2
    _body(scanner, offsets, depth + 1)
    scanner.skip_lines()
    offsets[ends] = scanner.offset(scanner.at)
    scanner.expect("}")
    offsets[ends + 1] = scanner.offset(scanner.at)
    offsets.append(END)
    offsets[at + 1] = len(offsets)
