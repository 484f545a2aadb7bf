"""From the text of an expression to its syntax tree.

Written by HCL's own specification (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md), since
tree-sitter's tree drops the white space of templates and nests chained conditionals the wrong way round. What stands in
brackets and braces, and in strings, is read by `brackets` and `templates`.
"""

import re
from decimal import Decimal, DecimalException
from functools import lru_cache

from remediator.iac.terraform.language.brackets import braced, bracketed
from remediator.iac.terraform.language.conversions import NUMBERS
from remediator.iac.terraform.language.nodes import (
    Attr,
    Binary,
    Call,
    Conditional,
    Expression,
    Index,
    Literal,
    Name,
    Splat,
    Unary,
)
from remediator.iac.terraform.language.scanner import MAX_DEPTH, ExpressionError, Scanner
from remediator.iac.terraform.language.templates import heredoc, quoted, template

__all__ = ["ExpressionError", "compiled", "compiled_template", "passed"]

MAX_LENGTH = 100_000
"""Characters of one expression; user data, the longest that people write, may have 16,384 bytes."""
_OPERATORS = (("||",), ("&&",), ("==", "!="), ("<=", ">=", "<", ">"), ("+", "-"), ("*", "/", "%"))
_NUMBER = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?")
_DIGITS = re.compile(r"\d+")
_CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
_EACH = "*"


@lru_cache(maxsize=65536)
def compiled(text: str) -> Expression:
    """The syntax tree of an expression; raises ExpressionError with a sentence where it cannot be read."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"it has {len(text):,} characters, more than the {MAX_LENGTH:,} that are followed")
    scanner = Scanner(text)
    scanner.skip_lines()
    found = _expression(scanner)
    scanner.skip_lines()
    if scanner.at < len(text):
        raise scanner.problem("the expression should end")
    return found


def passed(scanner: Scanner) -> tuple[int, int]:
    """Pass an expression in a longer text: the bytes it starts and ends at; raises ExpressionError."""
    scanner.skip()
    start = scanner.offset(scanner.at)
    found = _expression(scanner)
    return start, max(found.end, scanner.offset(scanner.taken))


@lru_cache(maxsize=4096)
def compiled_template(text: str) -> Expression:
    """The syntax tree of a whole file as `templatefile` reads it; raises ExpressionError."""
    return template(Scanner(text), _inside)


def _inside(scanner: Scanner) -> Expression:
    with scanner.inside(across=True):
        return _expression(scanner)


def _expression(scanner: Scanner) -> Expression:
    condition = _binary(scanner, 0)
    if not scanner.take("?"):
        return condition
    scanner.depth += 1
    if scanner.depth > MAX_DEPTH:
        raise ExpressionError(f"it is nested deeper than {MAX_DEPTH} levels; take it apart")
    yes = _expression(scanner)
    scanner.expect(":")
    no = _expression(scanner)
    scanner.depth -= 1
    return Conditional(condition.start, no.end, condition, yes, no)


def _binary(scanner: Scanner, level: int) -> Expression:
    left = _unary(scanner)
    length = 0
    while found := _operator(scanner, level):
        operator, its_level = found
        length += 1
        if length > MAX_DEPTH:
            raise ExpressionError(f"it chains more than {MAX_DEPTH} operators; take it apart")
        right = _binary(scanner, its_level + 1)
        left = Binary(left.start, right.end, operator, left, right)
    return left


def _operator(scanner: Scanner, lowest: int) -> tuple[str, int] | None:
    for level in range(lowest, len(_OPERATORS)):
        operator = scanner.sees(*_OPERATORS[level])
        if operator:
            scanner.at += len(operator)
            return operator, level
    return None


def _unary(scanner: Scanner) -> Expression:
    scanner.skip()
    start = scanner.offset(scanner.at)
    if scanner.sees("!=") is None and (operator := scanner.take("-", "!")):
        with scanner.inside(across=scanner.lines):
            of = _unary(scanner)
        if operator == "-" and isinstance(of, Literal) and isinstance(of.value, Decimal):
            return Literal(start, of.end, of.value.copy_negate())
        return Unary(start, of.end, operator, of)
    return _traversed(scanner, _term(scanner))


def _traversed(scanner: Scanner, of: Expression) -> Expression:
    while True:
        before = scanner.at
        if scanner.take("..."):
            scanner.at = before
            return of
        if scanner.take("."):
            of = _splat(scanner, of, full=False) if scanner.take("*") else _step(scanner, of)
        elif scanner.take("["):
            of = _index(scanner, of)
        else:
            scanner.at = before
            return of


def _step(scanner: Scanner, of: Expression) -> Expression:
    start = scanner.at
    digits = scanner.match(_DIGITS)
    if digits:
        end = scanner.offset(scanner.at)
        return Index(of.start, end, of, Literal(scanner.offset(start), end, Decimal(digits)))
    name = scanner.word()
    if name is None:
        raise scanner.problem("an attribute name is missing")
    return Attr(of.start, scanner.offset(scanner.at), of, name)


def _index(scanner: Scanner, of: Expression) -> Expression:
    with scanner.inside(across=True):
        if scanner.take("*"):
            scanner.expect("]")
            key = None
        else:
            key = _expression(scanner)
            scanner.expect("]")
    if key is None:
        return _splat(scanner, of, full=True)
    return Index(of.start, scanner.offset(scanner.at), of, key)


def _splat(scanner: Scanner, of: Expression, full: bool) -> Expression:
    here = scanner.offset(scanner.at)
    each: Expression = Name(here, here, _EACH)
    if full:
        with scanner.inside(across=scanner.lines):
            each = _traversed(scanner, each)
    else:
        while scanner.sees(".") and not scanner.sees(".*", "..."):
            scanner.take(".")
            each = _step(scanner, each)
    return Splat(of.start, each.end, of, each, full)


def _term(scanner: Scanner) -> Expression:
    scanner.skip()
    start = scanner.offset(scanner.at)
    opening = scanner.sees('"', "<<", "(", "[", "{")
    if opening == '"':
        return quoted(scanner, _inside)
    if opening == "<<":
        return heredoc(scanner, _inside)
    if opening == "(":
        scanner.take("(")
        inside = _inside(scanner)
        with scanner.inside(across=True):
            scanner.expect(")")
        return inside
    if opening == "[":
        return bracketed(scanner, start, _expression)
    if opening == "{":
        return braced(scanner, start, _expression)
    number = scanner.match(_NUMBER)
    if number:
        try:
            return Literal(start, scanner.offset(scanner.at), NUMBERS.create_decimal(number))
        except DecimalException:
            raise scanner.problem("a number is larger or smaller than those that are followed") from None
    return _named(scanner, start)


def _named(scanner: Scanner, start: int) -> Expression:
    name = scanner.word()
    if name is None:
        raise scanner.problem("a value is missing")
    end = scanner.offset(scanner.at)
    while scanner.take("::"):
        name += f"::{scanner.word()}"
        end = scanner.offset(scanner.at)
    if scanner.take("("):
        return _call(scanner, start, name)
    return Literal(start, end, _CONSTANTS[name]) if name in _CONSTANTS else Name(start, end, name)


def _call(scanner: Scanner, start: int, name: str) -> Expression:
    arguments: list[Expression] = []
    expand = False
    with scanner.inside(across=True):
        while not scanner.take(")"):
            arguments.append(_expression(scanner))
            expand = bool(scanner.take("..."))
            if not scanner.take(","):
                scanner.expect(")")
                break
    return Call(start, scanner.offset(scanner.at), name, tuple(arguments), expand)
