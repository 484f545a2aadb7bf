"""Sets: which of their elements are one, and in which order Terraform goes through them.

The order of strings, numbers and bools is documented
(https://developer.hashicorp.com/terraform/language/expressions/for#ordering-by-expression); that of collections is of
the text that Terraform's type system hashes them by (https://github.com/zclconf/go-cty, `cty/set_internals.go`).
"""

from decimal import Decimal
from typing import TypeAlias

from remediator.iac.terraform.language.conversions import number_text
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Plain, Unknown

__all__ = ["ordered_set"]

_Order: TypeAlias = tuple[int, Decimal, bytes]
_ESCAPED = {
    "\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v", '"': r"\"", "\\": r"\\",
}  # fmt: skip


def ordered_set(items: tuple[Evaluated, ...]) -> Items:
    """A set without doubles, in the order in which Terraform goes through it.

    What holds something unknown equals nothing, not even itself.
    """
    unique: dict[Plain | int, Evaluated] = {}
    for at, item in reversed(tuple(enumerate(items))):
        unique[item.plain() if item.unknown is None else at] = item
    return Items(tuple(sorted(unique.values(), key=_order)), is_set=True)


def _order(item: Evaluated) -> _Order:
    """Known before unknown before null."""
    data = item.data
    if data is None:
        return (2, Decimal(0), b"")
    if isinstance(data, Unknown):
        return (1, Decimal(0), b"")
    if isinstance(data, Decimal | bool):
        return (0, Decimal(data), b"")
    return (0, Decimal(0), data.encode() if isinstance(data, str) else _hashed(item).encode())


def _hashed(item: Evaluated) -> str:
    """The text by which Terraform hashes an element of a set."""
    data = item.data
    if data is None:
        return "~"
    if isinstance(data, Unknown):
        return "?"
    if isinstance(data, bool):
        return "T" if data else "F"
    if isinstance(data, Decimal):
        return number_text(data) if data == data.to_integral_value() else f"{float(data):.10g}"
    if isinstance(data, str):
        return _quoted(data)
    if isinstance(data, Items):
        inside = "".join(f"{_hashed(inner)};" for inner in data.items)
        return f"[{inside}]" if data.is_set or data.is_list else f"<{inside}>"
    return _hashed_fields(data)


def _hashed_fields(data: Fields) -> str:
    if data.is_map:
        return f"{{{''.join(f'{_quoted(key)}:{_hashed(value)};' for key, value in data.sorted())}}}"
    return f"<{''.join(f'{_hashed(value)};' for _, value in data.sorted())}>"


def _quoted(text: str) -> str:
    """As Go quotes it, save for the rare character that it cannot print, whose own order is near enough."""
    return f'"{"".join(_ESCAPED.get(character, character) for character in text)}"'
