"""CSV as https://pkg.go.dev/encoding/csv reads it: quotes only around whole fields, empty lines passed over."""

import re
from collections.abc import Iterator, Sequence

from remediator.iac.terraform.language.functions.arguments import listed, text
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Surroundings
from remediator.iac.terraform.language.values import Evaluated, Fields

__all__ = ["csvdecode"]

_FIELD = re.compile(r'"((?:[^"]|"")*+)"(?=,|\r?\n|\r?\Z)|([^",\n]*+)(?=[,\n]|\Z)')


def csvdecode(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    """A list of objects, one a row, with the names of the first row; raises EvaluationError."""
    rows = _records(text(arguments[0]))
    names = next(rows, [])
    if not names or len(set(names)) != len(names):
        raise EvaluationError("csvdecode() needs a first row of names that differ")
    found: list[Evaluated] = []
    for row in rows:
        if len(row) != len(names):
            raise EvaluationError("csvdecode() needs rows as long as the first one")
        found.append(Evaluated(Fields({name: Evaluated(cell) for name, cell in zip(names, row, strict=True)})))
    return listed(found)


def _records(of: str) -> Iterator[list[str]]:
    of = of.removesuffix("\r")
    at, row = 0, list[str]()
    while at < len(of):
        if not row and (empty := re.compile(r"\r?\n").match(of, at)):
            at = empty.end()
            continue
        field = _FIELD.match(of, at)
        if field is None:
            raise EvaluationError("csvdecode() finds a quote inside a field")
        at = field.end()
        ends = not of.startswith(",", at)
        plain = field[2].removesuffix("\r") if field[1] is None and ends else field[2]
        row.append(plain if field[1] is None else field[1].replace('""', '"').replace("\r\n", "\n"))
        at += 1 + (of.startswith("\r\n", at))
        if ends:
            yield row
            row = []
        elif at == len(of):
            row.append("")
    if row:
        yield row
