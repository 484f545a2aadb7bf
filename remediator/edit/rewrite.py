"""What an operation on a file hands on: the splices, and what they are meant to change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from remediator.edit.splice import Splice
from remediator.iac.terraform.syntax import Block, SourceFile

Key: TypeAlias = tuple[str | int, ...]
"""The way to an attribute or a block: type, labels, ordinal among its like, and on: ("resource", "t", "n", 0, "a")."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Splices of one file, with what they mean: expressions `written` at keys, blocks `removed`, `lines` at most."""

    splices: tuple[Splice, ...] = ()
    written: tuple[tuple[Key, str], ...] = ()
    removed: tuple[Key, ...] = ()
    lines: int = 0


def joined(rewrites: Iterable[Rewrite]) -> Rewrite:
    """Several rewrites of one file as one; cuts that meet become one cut."""
    parts = tuple(rewrites)
    return Rewrite(
        _met([s for r in parts for s in r.splices]),
        tuple(w for r in parts for w in r.written),
        tuple(k for r in parts for k in r.removed),
        sum(r.lines for r in parts),
    )


def stacked(rewrites: Sequence[Rewrite]) -> Rewrite:
    """Additions to one file as one rewrite: what is added at the same place stands there one below the other."""
    made = joined(rewrites)
    places = dict.fromkeys((s.start, s.end) for s in made.splices)
    return replace(
        made,
        splices=tuple(
            Splice(start, end, below([s.new for s in made.splices if (s.start, s.end) == (start, end)]))
            for start, end in places
        ),
    )


def below(texts: Sequence[bytes]) -> bytes:
    """Added blocks one below the other, with one blank line between them."""
    eol = b"\r\n" if b"\r\n" in texts[0] else b"\n"
    *above, last = texts
    return b"".join((*(text[: -len(eol)] if text.endswith(eol + eol) else text for text in above), last))


def _met(splices: list[Splice]) -> tuple[Splice, ...]:
    cuts = sorted((s for s in splices if not s.new and s.end > s.start), key=lambda s: s.start)
    merged: list[Splice] = []
    for cut in cuts:
        if merged and cut.start <= merged[-1].end:
            merged[-1] = Splice(merged[-1].start, max(cut.end, merged[-1].end), b"")
        else:
            merged.append(cut)
    return (*merged, *(s for s in splices if s.new or s.end == s.start))


def block_keys(file: SourceFile) -> Mapping[int, tuple[Key, Block]]:
    """Every block of a file, nested ones included, by the byte it starts at."""
    found: dict[int, tuple[Key, Block]] = {}
    _descend(file.blocks, (), found)
    return found


def _descend(blocks: tuple[Block, ...], above: Key, found: dict[int, tuple[Key, Block]]) -> None:
    seen: dict[Key, int] = {}
    for block in blocks:
        like = (*above, block.type, *block.labels)
        key = (*like, seen.get(like, 0))
        seen[like] = seen.get(like, 0) + 1
        found[block.span.start] = (key, block)
        _descend(block.blocks, key, found)


def expressions(file: SourceFile) -> dict[Key, str]:
    """The source of every attribute's expression, by key; two attributes of one name in a body give two keys."""
    found: dict[Key, str] = {}
    bodies = [((), file.attributes), *((key, block.attributes) for key, block in block_keys(file).values())]
    for above, attributes in bodies:
        for attribute in attributes:
            key: Key = (*above, attribute.name)
            while key in found:
                key = (*key, "again")
            found[key] = attribute.text
    return found
