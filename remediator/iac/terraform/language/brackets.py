"""Lists and objects in brackets and braces, and the `for` expressions that make them."""

import re
from collections.abc import Callable
from typing import TypeAlias

from remediator.iac.terraform.language.nodes import Entry, Expression, For, Literal, Name, Object, Tuple
from remediator.iac.terraform.language.scanner import Scanner
from remediator.iac.terraform.language.templates import Inside, for_intro

__all__ = ["braced", "bracketed"]

_BARE = re.compile(r"[\w]")
_Pair: TypeAlias = tuple[Expression | None, Expression]


def bracketed(scanner: Scanner, start: int, expression: Inside) -> Expression:
    """A list, or the `for` that makes one; raises ExpressionError."""
    scanner.take("[")
    with scanner.inside(across=True):
        if scanner.sees_word("for"):
            return _for(scanner, start, "]", lambda: (None, expression(scanner)), expression)
        items: list[Expression] = []
        while not scanner.take("]"):
            items.append(expression(scanner))
            if not scanner.take(","):
                scanner.expect("]")
                break
    return Tuple(start, scanner.offset(scanner.at), tuple(items))


def braced(scanner: Scanner, start: int, expression: Inside) -> Expression:
    """An object, or the `for` that makes one; raises ExpressionError."""
    scanner.take("{")
    with scanner.inside(across=True):
        before = scanner.at
        if scanner.sees_word("for"):
            scanner.word()
            if not scanner.sees("=", ":"):
                scanner.at = before
                return _for(scanner, start, "}", lambda: _pair(scanner, expression), expression)
        scanner.at = before
    entries: list[Entry] = []
    with scanner.inside(across=False):
        scanner.skip_lines()
        while not scanner.take("}"):
            entries.append(_entry(scanner, expression))
            if not scanner.skip_lines() and not scanner.sees("}", ","):
                raise scanner.problem("a comma or a newline is missing")
            scanner.take(",")
            scanner.skip_lines()
    return Object(start, scanner.offset(scanner.at), tuple(entries))


def _entry(scanner: Scanner, expression: Inside) -> Entry:
    bare = _BARE.match(scanner.text, scanner.at)
    key = expression(scanner)
    if bare and isinstance(key, Name):
        key = Literal(key.start, key.end, key.name)
    elif bare and isinstance(key, Literal) and not isinstance(key.value, str):
        start, end = scanner.character(key.start), scanner.character(key.end)
        key = Literal(key.start, key.end, scanner.text[start:end])
    if scanner.sees("==") or not scanner.take("=", ":"):
        raise scanner.problem("'=' is missing after a key")
    scanner.skip_lines()
    return Entry(key, expression(scanner))


def _pair(scanner: Scanner, expression: Inside) -> _Pair:
    key = expression(scanner)
    scanner.expect("=>")
    return key, expression(scanner)


def _for(scanner: Scanner, start: int, closing: str, result: Callable[[], _Pair], expression: Inside) -> Expression:
    scanner.word()
    names, collection = for_intro(scanner, expression)
    scanner.expect(":")
    key, value = result()
    grouped = bool(scanner.take("..."))
    condition = None
    if scanner.sees_word("if"):
        scanner.word()
        condition = expression(scanner)
    scanner.expect(closing)
    return For(start, scanner.offset(scanner.at), names, collection, key, value, condition, grouped)
