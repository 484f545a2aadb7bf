"""The rows that every bench hands back, for the table at the end."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its aim; `met` is None where the figure is for information only."""

    name: str
    figure: str
    aim: str = ""
    met: bool | None = None


def missed(rows: Sequence[Row]) -> int:
    """The exit code: 1 where an aim was missed."""
    return int(any(row.met is False for row in rows))


def rendered(rows: Sequence[Row]) -> str:
    """The rows as an aligned table."""
    words = {True: "met", False: "MISSED", None: ""}
    cells = [("row", "figure", "aim", ""), *((r.name, r.figure, r.aim, words[r.met]) for r in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells)


def shown(rows: Sequence[Row]) -> int:
    """Print the table, and hand back the exit code."""
    print(f"\n{rendered(rows)}")
    return missed(rows)
