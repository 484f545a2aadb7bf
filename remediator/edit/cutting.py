"""Blocks and parts of blocks cut out of their files."""

from collections.abc import Sequence
from dataclasses import replace

from remediator.edit.by_hand import by_hand
from remediator.edit.dropping import drop
from remediator.edit.members import without_items
from remediator.edit.resources import remove
from remediator.edit.rewrite import Rewrite, block_keys, joined
from remediator.edit.serving import Part
from remediator.edit.splice import Splice
from remediator.iac.terraform.configuration.code import Code

__all__ = ["cuts"]


def cuts(code: Code, parts: Sequence[Part]) -> dict[str, Rewrite]:
    """The files without blocks, and without attributes of others; a block all of whose attributes go, goes itself.

    Raises RemediatorError where something does not stand apart from what stays.
    """
    dropped: dict[tuple[str, int], list[str]] = {}
    done: dict[str, list[Rewrite]] = {}
    for part in parts:
        if part.attribute is not None and part.items is not None:
            source, key = code.read(part.file.blob), block_keys(part.file.source)[part.block.span.start][0]
            with by_hand(part.file.path):
                made = without_items(source, part.block.attributes, part.attribute, key, part.items)
            done.setdefault(part.file.path, []).append(made)
        elif part.attribute is not None:
            dropped.setdefault((part.file.path, part.block.span.start), []).append(part.attribute.name)
    for part in {(p.file.path, p.block.span.start): p for p in parts if p.items is None}.values():
        source, start = code.read(part.file.blob), part.block.span.start
        key, block = block_keys(part.file.source)[start]
        names = dropped.get((part.file.path, start), [])
        emptied = block.type == "locals" and len(names) == len(block.attributes) and not block.blocks
        with by_hand(part.file.path):
            made = drop(source, block.attributes, key, names) if names and not emptied else remove(source, block, key)
        done.setdefault(part.file.path, []).append(made)
    return {path: _ended(code.text(path), joined(rewrites)) for path, rewrites in done.items()}


def _ended(source: bytes, made: Rewrite) -> Rewrite:
    """With a cut at the end of a file, the blank lines above it."""

    def cut(splice: Splice) -> Splice:
        if splice.end < len(source) or splice.new:
            return splice
        above = source[: splice.start]
        kept = len(above) - len(above.rstrip(b" \t\r\n"))
        end = above.find(b"\n", len(above) - kept)
        return Splice(end + 1 if end >= 0 else splice.start, splice.end, b"")

    splices = tuple(map(cut, made.splices))
    more = sum(source.count(b"\n", new.start, old.start) for new, old in zip(splices, made.splices, strict=True))
    return replace(made, splices=splices, lines=made.lines + more)
