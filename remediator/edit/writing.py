"""From places to edits: all that is written into the same body goes in together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from remediator.edit.attributes import Body, add_block, append, append_object, insert, replace_values
from remediator.edit.by_hand import by_hand
from remediator.edit.case import Case
from remediator.edit.documents import rewrite_document
from remediator.edit.dropping import drop
from remediator.edit.gate import gate
from remediator.edit.placement import Place
from remediator.edit.resources import remove
from remediator.edit.rewrite import Rewrite, block_keys, joined
from remediator.edit.splice import apply_edits, to_edits
from remediator.edit.suffixes import is_document
from remediator.edit.within import rewrite_within
from remediator.errors import RemediatorError
from remediator.iac.terraform.syntax import SourceFile
from remediator.model import Edit, Value


def rewrites(case: Case, places: Sequence[Place]) -> dict[str, Rewrite]:
    """What the places come down to, file by file; raises RemediatorError where something cannot be written."""
    found: dict[str, Rewrite] = {}
    for path, inside in groupby(sorted(places, key=_body), key=lambda p: p.path):
        source = case.read(case.index.blob(path) or "")
        with by_hand(path):
            if is_document(path):
                found[path] = rewrite_document(path, source, tuple(inside))
                continue
            parts = [
                rewrite
                for start, body in groupby(inside, key=lambda p: p.block)
                for rewrite in _in_body(source, case.index.files[path].source, start, tuple(body))
            ]
            found[path] = joined(parts)
    return found


def finished(case: Case, meant: Mapping[str, Rewrite]) -> tuple[tuple[Edit, ...], dict[str, bytes], tuple[str, ...]]:
    """The edits, the files as they leave them, and the gate's doubts."""
    edits: list[Edit] = []
    contents: dict[str, bytes] = {}
    doubts: list[str] = []
    for path, rewrite in meant.items():
        if case.index.mounts.of(path) is not None:
            doubts.append(f"{case.index.mounts.shown(path)}: it is in a module from elsewhere, which is never edited")
            continue
        blob = case.index.blob(path) or ""
        before = case.read(blob)
        own = to_edits(path, blob, before, rewrite.splices)
        try:
            after = apply_edits({path: before}, own).get(path, before)
        except RemediatorError as error:
            doubts.append(str(error))
            continue
        doubt = gate(path, before, after, own, rewrite)
        if doubt is not None:
            doubts.append(doubt)
        edits += own
        contents[path] = after
    return tuple(edits), contents, tuple(doubts)


def _body(place: Place) -> tuple[str, int]:
    return place.path, -1 if place.block is None else place.block


def _in_body(source: bytes, file: SourceFile, start: int | None, places: tuple[Place, ...]) -> Iterator[Rewrite]:
    key, block = block_keys(file)[start] if start is not None else ((), None)
    attributes = block.attributes if block else file.attributes
    gone = {p.name for p in places if p.gone}
    if "" in gone and block is not None:
        yield remove(source, block, key)
        return
    if gone:
        yield drop(source, attributes, key, gone)
    whole = [p for p in places if p.within is None and not p.gone]
    present = _values([p for p in whole if p.present])
    absent = _values([p for p in whole if not p.present and not p.inside and p.entry is None])
    for name, inside in groupby(sorted((p for p in places if p.within), key=_name), key=_name):
        attribute = next(a for a in attributes if a.name == name)
        yield rewrite_within(source, attributes, attribute, key, _agreed(tuple(inside)))
    if present:
        yield replace_values(source, attributes, key, present)
    if block is None:
        if absent:
            yield append(source, file.attributes, absent)
        for name, inside in groupby(sorted((p for p in whole if p.entry is not None), key=_name), key=_name):
            entries = [replace(p, name=p.entry or "") for p in inside]
            yield append_object(source, name, _values(entries))
        return
    if absent:
        yield insert(source, block, key, absent, beside=next(iter(present), None))
    for type_ in dict.fromkeys(p.inside[0] for p in places if p.inside):
        yield add_block(source, block, key, type_, _body_of([p for p in places if p.inside[:1] == (type_,)], 1))


def _body_of(places: Sequence[Place], depth: int) -> Body:
    """What stands in a new block, of places that lie in it or deeper."""
    own = [p for p in places if len(p.inside) == depth]
    types = dict.fromkeys(p.inside[depth] for p in places if len(p.inside) > depth)
    deeper = {type_: [p for p in places if p.inside[depth : depth + 1] == (type_,)] for type_ in types}
    return {**_values(own), **{type_: _body_of(inner, depth + 1) for type_, inner in deeper.items()}}


def _name(place: Place) -> str:
    return place.name


def _agreed(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """One place for each spot; raises RemediatorError where two want another value there."""
    found: dict[tuple[tuple[int, int] | None, str | None], Place] = {}
    for place in places:
        known = found.setdefault((place.within, place.entry), place)
        if known.value != place.value:
            raise RemediatorError(
                f"line {place.location.start_line} would have to read both {known.value} and {place.value}"
            )
    return tuple(found.values())


def _values(places: Sequence[Place]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for place in places:
        if place.name in values and values[place.name] != place.value:
            raise RemediatorError(
                f"{place.name} on line {place.location.start_line} would have to be both "
                f"{values[place.name]} and {place.value}"
            )
        values[place.name] = place.value
    return values
