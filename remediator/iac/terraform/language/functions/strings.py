"""String functions."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from remediator.iac.terraform.language import types
from remediator.iac.terraform.language.conversions import as_string
from remediator.iac.terraform.language.functions.arguments import (
    elements,
    listed,
    sized,
    text,
    unknown_call,
    whole,
)
from remediator.iac.terraform.language.functions.graphemes import graphemes
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.splicing import MAX_PARTS, spliced
from remediator.iac.terraform.language.values import Evaluated, Items

__all__ = ["STRING"]


def _plain(function: Callable[[str], str]) -> Signature:
    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        return _handed_on(arguments[0], sized(function(text(arguments[0]))))

    return Signature(call, 1, 1)


def _two(function: Callable[[str, str], str | bool]) -> Signature:
    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        return _handed_on(arguments[0], Evaluated(function(text(arguments[0]), text(arguments[1]))))

    return Signature(call, 2, 2)


def _handed_on(given: Evaluated, made: Evaluated) -> Evaluated:
    """What a function makes, which is what it was given where that was in order already: `lower("a")`."""
    return as_string(given) if as_string(given).data == made.data else made


_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What Go takes for white space (https://pkg.go.dev/unicode#IsSpace)."""


def _title(of: str) -> str:
    before = " " + of
    return "".join(c if b.isalnum() or b == "_" else _titled(c) for b, c in zip(before, of, strict=False))


def _titled(letter: str) -> str:
    return shown if len(shown := letter.title()) == 1 else letter


def _lower(of: str) -> str:
    return "".join(letter.lower()[0] for letter in of)


def _upper(of: str) -> str:
    """Letter by letter: one whose capital takes more than one letter stays, as in Go."""
    return "".join(capital if len(capital := letter.upper()) == 1 else letter for letter in of)


def _chomp(of: str) -> str:
    return of.rstrip("\r\n")


def _indent(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    width = whole(arguments[0])
    of = text(arguments[1])
    if width < 0 or width * (of.count("\n") + 1) > 1_000_000:
        raise EvaluationError("indent() by this many spaces is not followed")
    return sized(of.replace("\n", "\n" + " " * width))


def _join(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    items = [item for argument in arguments[1:] for item in elements(argument)]
    made = sized(text(arguments[0]).join(map(text, items)))
    if len(items) > MAX_PARTS:
        return made
    return spliced([part for item in items for part in (arguments[0], item)][1:])


def _split(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    separator, of = text(arguments[0]), text(arguments[1])
    parts = of.split(separator) if separator else list(of)
    return listed([Evaluated(part) for part in parts])


def _substr(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    of, start, length = graphemes(text(arguments[0])), whole(arguments[1]), whole(arguments[2])
    start = max(0, len(of) + start) if start < 0 else start
    return Evaluated("".join(of[start:] if length < 0 else of[start : start + length]))


def _sort(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    """Sorted by bytes; where an element is unknown, as many unknowns, since any of them may be the first."""
    items, data = elements(arguments[0]), arguments[0].data
    if any(not item.known for item in items):
        if isinstance(data, Items) and data.is_set and len(items) > 1:  # two of them may turn out to be one
            return unknown_call("sort", arguments)
        places = [Evaluated(Decimal(n)) for n in range(len(items))]
        return listed([unknown_call("sort", [*arguments, place], type_=types.STRING) for place in places])
    pairs = [(text(item), item) for item in items]
    return listed([item.converted(shown) for shown, item in sorted(pairs, key=lambda pair: pair[0].encode())])


STRING: Mapping[str, Signature] = {
    "chomp": _plain(_chomp),
    "endswith": _two(str.endswith),
    "indent": Signature(_indent, 2, 2),
    "join": Signature(_join, 2, None),
    "lower": _plain(_lower),
    "sort": Signature(_sort, 1, 1),
    "split": Signature(_split, 2, 2),
    "startswith": _two(str.startswith),
    "strcontains": _two(str.__contains__),
    "strrev": _plain(lambda of: "".join(reversed(graphemes(of)))),
    "substr": Signature(_substr, 3, 3),
    "title": _plain(_title),
    "trim": _two(str.strip),
    "trimprefix": _two(str.removeprefix),
    "trimspace": _plain(lambda of: of.strip(_SPACES)),
    "trimsuffix": _two(str.removesuffix),
    "upper": _plain(_upper),
}
