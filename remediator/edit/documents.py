"""JSON and YAML files: another scalar, one more member as its neighbours are written, a block of Terraform gone."""

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from remediator.edit import json_document, yaml_document, yaml_removal
from remediator.edit.attributes import line_of
from remediator.edit.placement import Place
from remediator.edit.rewrite import Key, Rewrite
from remediator.edit.splice import Splice
from remediator.errors import RemediatorError
from remediator.iac.documents import read_json, read_yaml
from remediator.iac.terraform.language.places import Place as Spot
from remediator.iac.terraform.language.values import Evaluated, Fields, Items
from remediator.model import Value

__all__ = ["add_member", "member_removed", "remove_from_document", "rewrite_document"]

_TEMPLATES = (".tf.json", ".tofu.json")
"""Files whose strings are templates."""


def rewrite_document(path: str, source: bytes, places: Sequence[Place]) -> Rewrite:
    """What the places in one JSON or YAML file come down to; raises RemediatorError where they leave no room."""
    whole = _read(path, source)
    splices: dict[Splice, None] = {}
    written: dict[Key, str] = {}
    for place in (place for place in places if place.present):
        start, end = _within(place)
        old = source[start:end].decode()
        _refuse_templates(path, place.value, old)
        if old[:1] in ("{", "["):
            raise RemediatorError(f"line {line_of(source, start)} holds a collection, not a value")
        meaning = _meaning(place.value, quoted=old[:1] in ("'", '"'))
        new = meaning if path.endswith(".json") else yaml_document.replaced(source, start, old, meaning)
        splices[Splice(start, end, new.encode())] = None
        written |= dict.fromkeys(_found(_keys(whole, start, end), source, start), meaning)
    absent = sorted((place for place in places if not place.present), key=_start)
    add = json_document.added if path.endswith(".json") else yaml_document.added
    for start, group in groupby(absent, key=_start):
        entries: dict[str, str] = {}
        for place in group:
            _refuse_templates(path, place.value, "")
            name, meaning = place.entry or place.name, _meaning(place.value)
            if entries.setdefault(name, meaning) != meaning:
                raise RemediatorError(f"{name} would have to be both {entries[name]} and {meaning}")
        splices[add(path, source, start, entries)] = None
        for key in _found(_keys(whole, start, None), source, start):
            written |= {(*key, name): meaning for name, meaning in entries.items()}
    lines = sum(splice.new.count(b"\n") + 2 for splice in splices)
    return Rewrite(tuple(splices), tuple(written.items()), lines=lines)


def add_member(path: str, source: bytes, start: int, name: str, meaning: str) -> Rewrite:
    """A member more, its value in JSON, in the object of a JSON file that starts at a byte; raises RemediatorError."""
    splice = json_document.added(path, source, start, {name: meaning})
    keys = _found(_keys(_read(path, source), start, None), source, start)
    made = tuple(((*key, name), meaning) for key in keys)
    return Rewrite((splice,), made, lines=splice.new.count(b"\n") + 2)


def remove_from_document(path: str, source: bytes, start: int) -> Rewrite:
    """A block of Terraform's JSON gone, whose body starts at a byte, with what held nothing beside it.

    Raises RemediatorError where it is the last thing that the file holds, or the file is YAML.
    """
    if not path.endswith(".json"):
        raise RemediatorError("nothing is removed from YAML")
    splice, key = json_document.removed(path, source, start)
    return Rewrite((splice,), removed=(key,), lines=source.count(b"\n", splice.start, splice.end) + 2)


def member_removed(path: str, source: bytes, place: Spot, name: str) -> Rewrite:
    """A member or item of a JSON or YAML file gone, or the member `name` of an object; raises RemediatorError."""
    remove = json_document.without if path.endswith(".json") else yaml_removal.without
    try:
        splice, key = remove(path, source, place.start, place.end, name)
    except RemediatorError as error:
        raise RemediatorError(f"{path}:{line_of(source, place.start)}: {error}") from error
    return Rewrite((splice,), removed=(key,), lines=source.count(b"\n", splice.start, splice.end) + 2)


def _read(path: str, source: bytes) -> Evaluated:
    return read_json(path, source) if path.endswith(".json") else read_yaml(path, source)


def _keys(value: Evaluated, start: int, end: int | None) -> Iterator[Key]:
    """The ways to all values written at some bytes, or to the collections that start at a byte (`end` None)."""
    todo: list[tuple[Key, Evaluated]] = [((), value)]
    while todo:
        key, found = todo.pop()
        data, origin = found.data, found.origin
        at_start = origin is not None and origin.start == start
        if at_start and (isinstance(data, Fields) if end is None or origin is None else origin.end == end):
            yield key
        if isinstance(data, Fields):
            todo += [((*key, name), inner) for name, inner in data.fields.items()]
        elif isinstance(data, Items):
            todo += [((*key, at), inner) for at, inner in enumerate(data.items)]


def _found(keys: Iterator[Key], source: bytes, start: int) -> tuple[Key, ...]:
    found = tuple(keys)
    if not found:
        raise RemediatorError(f"no value that could be changed stands on line {line_of(source, start)}")
    return found


def _meaning(value: Value, *, quoted: bool = False) -> str:
    """A value in JSON; a number or a truth value that stood in quotation marks stays in them."""
    try:
        shown = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False, allow_nan=False)
        shown.encode()
    except ValueError as error:
        raise RemediatorError(f"{str(value)[:40]!r} is no value that a file can hold") from error
    return json.dumps(shown) if quoted and isinstance(value, int | float) else shown


def _refuse_templates(path: str, value: Value, old: str) -> None:
    texts = [old, *(value if isinstance(value, tuple) else (str(value),))]
    if path.endswith(_TEMPLATES) and any(mark in text for text in texts for mark in ("${", "%{")):
        raise RemediatorError(f"{old or value} is a template, not a literal")


def _within(place: Place) -> tuple[int, int]:
    if place.within is None:
        raise RemediatorError(f"{place.path}: nothing stands where {place.name} would be written")
    return place.within


def _start(place: Place) -> int:
    return _within(place)[0]
