"""Where in a file clues lead to: each line is read once, however many clues there are."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from remediator.trace.clues import SHORTEST, Clue, Form

__all__ = ["ENDINGS", "MOST", "Seeker"]

ENDINGS = (".yaml", ".yml", ".json", ".tf", ".tofu", ".tfvars", ".tpl", ".hcl", ".template")
"""How files end that controllers are configured in, and that describe stacks."""

MOST = 50
"""Lines of one file that a clue leads to; where there are several, none is sure."""
_NEAR = 15
"""Lines between the kind of a manifest and its name: metadata comes first, with a few labels."""
_TRACE = re.compile(r"(?<![\w-])[0-9A-Fa-f-]{8,36}(?![\w-])")
_ENTRY = re.compile(r"""["']?([\w-]+)["']?\s*[:=]\s*["']?(.*)""")
_TYPE = re.compile(r"""["']?Type["']?\s*:\s*["']?(AWS|Alexa|Custom)::""")
_WORD = re.compile(r"[\w-]+")
_NAMES = {"name": Form.MANIFEST, "cluster_name": Form.CLUSTER}


class Seeker:
    """Clues by what they look like on a line."""

    def __init__(self, clues: Sequence[Clue]) -> None:
        """The clues to look for, each once."""
        self._sought: dict[tuple[Form, str], dict[str, list[Clue]]] = {}
        for clue in dict.fromkeys(clues):
            self._sought.setdefault((clue.form, clue.word), {}).setdefault(clue.kind, []).append(clue)

    def lines(self, rows: Sequence[str], path: str = "") -> Iterator[tuple[Clue, int]]:
        """The lines of a file, from 1, that clues lead to, each with its clue and once; the first MOST of each clue."""
        file = _File(rows, path)
        found: dict[tuple[Form, str, str], set[int]] = {}
        for at, row in enumerate(rows):
            for form, word in _looks(row.strip()):
                for kind, clues in self._sought.get((form, word), {}).items():
                    before = found.setdefault((form, word, kind), set())
                    line = file.line(form, kind, at) if len(before) < MOST else None
                    if line is not None and line not in before:
                        before.add(line)
                        yield from ((clue, line + 1) for clue in clues if file.may_be_of(clue.stack))


class _File:
    """A file at hand."""

    def __init__(self, rows: Sequence[str], path: str) -> None:
        self._rows, self._path = rows, path

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(word for row in self._rows for word in _WORD.findall(row))

    @cached_property
    def _called(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self._path))

    def may_be_of(self, stack: str) -> bool:
        """Whether it is called as a stack is, or has that name in it and the name is no common word."""
        return not stack or stack in self._called or (len(stack) >= SHORTEST and stack in self._words)

    def line(self, form: Form, kind: str, at: int) -> int | None:
        """The line, from 0, that a clue leads to from one that looks like it; None where what is around it differs."""
        if form is Form.MANIFEST:
            return self._kind_above(at, kind)
        if form is Form.STACK and not any(_TYPE.match(row.strip()) for row in self._rows[at + 1 : at + 4]):
            return None
        return at

    def _kind_above(self, at: int, kind: str) -> int | None:
        """The line of the kind of the manifest that a name stands in, where it is the kind that is sought."""
        for above in range(at - 1, max(at - _NEAR, 0) - 1, -1):
            row = self._rows[above]
            if row.startswith("---"):
                return None
            if (found := _entry(row.strip())) is not None and found[0] == "kind" and found[1].isidentifier():
                return above if found[1] == kind else None
        return None


def _looks(row: str) -> Iterator[tuple[Form, str]]:
    """All that a line, without the space around it, may be taken for."""
    for trace in _TRACE.findall(row):
        yield Form.TRACE, trace
    for quote in ('"', "'"):
        for text in row.split(quote)[1:-1]:
            yield Form.QUOTED, text
    _, colon, plain = row.replace("\t", " ").rpartition(": ")
    if colon:
        yield Form.QUOTED, plain.strip()
    if (found := _entry(row)) is not None:
        key, value = found
        if key in _NAMES:
            yield _NAMES[key], value
        elif value in ("", "{"):
            yield Form.STACK, key


def _entry(row: str) -> tuple[str, str] | None:
    """The key and the value of a line, without quotes and the comma that ends an entry in JSON."""
    found = _ENTRY.fullmatch(row)
    if found is None:
        return None
    key, value = found[1], found[2].removesuffix(",").rstrip()
    return key, value[:-1] if value[-1:] in ("'", '"') else value
