"""Unified diffs as git writes them, line ends kept as they are."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_CONTEXT = 3
_LONGEST = 4000
"""Lines between the first and the last change above which they are shown as one change: matching costs their square."""

_PLAIN = set(range(0x20, 0x7F)) - {ord('"'), ord("\\")}
_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines `old_start` to `old_end` (from 0, exclusive) gave way to lines `new_start` to `new_end`."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def diff(path: str, before: bytes, after: bytes, secret: Collection[int] = ()) -> str:
    """The change of one file as `git diff` shows it and `git apply` reads it; empty where nothing changed.

    `secret` are lines of the file before, from 1, that are left out of what stands around a change; such a diff has
    less around it, which `git apply --unidiff-zero` reads.
    Carriage returns stay; bytes that are not UTF-8 are shown as U+FFFD, and such a diff does not apply.
    """
    if before == after:
        return ""
    old, new = _lines(before), _lines(after)
    a, b = _quoted("a/" + path), _quoted("b/" + path)
    parts = [f"diff --git {a} {b}\n", f"--- {a}\n", f"+++ {b}\n"]
    for group in _grouped(changed(old, new), secret):
        parts += _shown(group, old, new, secret)
    return "".join(parts)


def changed_lines(before: bytes, after: bytes) -> int:
    """How many lines differ: the larger of those gone and those new, summed over the places that changed."""
    return sum(max(h.old_end - h.old_start, h.new_end - h.new_start) for h in changed(_lines(before), _lines(after)))


def changed(old: list[bytes], new: list[bytes]) -> list[Hunk]:
    """The places where two lists of lines differ, in order."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(a) + len(b) > _LONGEST:
        return [Hunk(head, head + len(a), head, head + len(b))]
    opcodes = SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    return [Hunk(head + i, head + j, head + k, head + m) for tag, i, j, k, m in opcodes if tag != "equal"]


def _lines(content: bytes) -> list[bytes]:
    lines = content.split(b"\n")
    return [line + b"\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _grouped(hunks: list[Hunk], secret: Collection[int]) -> Iterator[list[Hunk]]:
    group: list[Hunk] = []
    for hunk in hunks:
        between = range(group[-1].old_end, hunk.old_start) if group else range(0)
        if len(between) > 2 * _CONTEXT or any(at + 1 in secret for at in between):
            yield group
            group = []
        group.append(hunk)
    if group:
        yield group


def _shown(group: list[Hunk], old: list[bytes], new: list[bytes], secret: Collection[int]) -> Iterator[str]:
    first, last = group[0], group[-1]
    start, stop = first.old_start, last.old_end
    while start > max(0, first.old_start - _CONTEXT) and start not in secret:
        start -= 1
    while stop < min(len(old), last.old_end + _CONTEXT) and stop + 1 not in secret:
        stop += 1
    new_start = first.new_start - (first.old_start - start)
    new_stop = last.new_end + (stop - last.old_end)
    yield f"@@ -{_range(start, stop)} +{_range(new_start, new_stop)} @@\n"
    at = start
    for hunk in group:
        yield from (_line(" ", line) for line in old[at : hunk.old_start])
        yield from (_line("-", line) for line in old[hunk.old_start : hunk.old_end])
        yield from (_line("+", line) for line in new[hunk.new_start : hunk.new_end])
        at = hunk.old_end
    yield from (_line(" ", line) for line in old[at:stop])


def _range(start: int, stop: int) -> str:
    count = stop - start
    first = start + 1 if count else start
    return str(first) if count == 1 else f"{first},{count}"


def _line(sign: str, line: bytes) -> str:
    text = sign + line.decode("utf-8", errors="replace")
    return text if line.endswith(b"\n") else text + "\n\\ No newline at end of file\n"


def _quoted(path: str) -> str:
    raw = path.encode("utf-8", errors="surrogateescape")
    if all(byte in _PLAIN for byte in raw):
        return path
    return '"' + "".join(chr(b) if b in _PLAIN else "\\" + _ESCAPES.get(b, f"{b:03o}") for b in raw) + '"'
