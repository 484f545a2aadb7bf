"""JSON and YAML files: another scalar, or a further member of an object, the way its neighbours are written."""

import json
import re
from collections.abc import Sequence
from typing import TypeAlias

from ruamel.yaml import YAML
from tree_sitter import Node

from remediator.edit.attributes import eol_before, line_of
from remediator.edit.placement import Place
from remediator.edit.rewrite import Rewrite
from remediator.edit.splice import Splice
from remediator.errors import RemediatorError
from remediator.iac.documents.json_file import members, parsed
from remediator.iac.documents.yaml_file import composed
from remediator.model import Value

__all__ = ["document_problem", "rewrite_document"]

Tree: TypeAlias = dict[str, "Tree"] | list["Tree"] | str | int | float | bool | None

_PLAIN = re.compile(r"[A-Za-z][\w./-]*")
_WORDS = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|nan|inf")


def rewrite_document(path: str, source: bytes, places: Sequence[Place]) -> Rewrite:
    """What the places in one JSON or YAML file come down to; raises RemediatorError where they leave no room."""
    splices: list[Splice] = []
    written: list[str] = []
    for place in places:
        if path.endswith(".json"):
            splice = _replaced(source, place) if place.present else _member(path, source, place)
        elif place.present:
            splice = _scalar(source, place)
        else:
            raise RemediatorError(f"a further entry of YAML is not written yet: {place.entry or place.name}")
        splices.append(splice)
        old = source[slice(*_within(place))].decode() if place.present else ""
        written.append(_text(place.value, '"' if old[:1] in ("'", '"') and old else ""))
    unique = tuple(dict.fromkeys(splices))
    lines = sum(splice.new.count(b"\n") + 2 for splice in unique)
    keyed = tuple((("document", at), text) for at, text in enumerate(written[: len(unique)]))
    return Rewrite(unique, keyed, lines=lines)


def document_problem(path: str, before: bytes, after: bytes, meant: Rewrite) -> str | None:
    """None where another reader sees exactly as many leaves changed as were meant, to the values that were meant."""
    old, new = _leaves(_loaded(path, before), ()), _leaves(_loaded(path, after), ())
    changed = [key for key in {**old, **new} if key not in new or old.get(key, ...) != new[key]]
    filled = {key[:-1] for key in changed if key in new}
    gone = next((key for key in changed if key not in new and not (key in filled and old[key] is None)), None)
    if gone is not None:
        return f"the edit would remove {'.'.join(map(str, gone))}"
    wanted = sorted(json.dumps(json.loads(text)) for _, text in meant.written)
    seen = sorted(json.dumps(new[key]) for key in changed if key in new)
    if not path.endswith(".json"):
        wanted, seen = sorted(set(wanted)), sorted(set(seen))  # an anchor's value is seen at every alias
    return None if seen == wanted else f"another reader sees {len(seen)} values changed, where {len(wanted)} were meant"


def _loaded(path: str, content: bytes) -> Tree:
    text = content.decode("utf-8")
    if path.endswith(".json"):
        loaded: Tree = json.loads(text.removeprefix("\ufeff"))
        return loaded
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    read: Tree = reader.load(text)
    return read


def _leaves(tree: Tree, above: tuple[str | int, ...]) -> dict[tuple[str | int, ...], Tree]:
    inner: list[tuple[str | int, Tree]] = []
    if isinstance(tree, dict):
        inner = [*tree.items()]
    elif isinstance(tree, list):
        inner = [*enumerate(tree)]
    if not inner:
        return {above: tree if isinstance(tree, str | int | float | bool) else None}
    found: dict[tuple[str | int, ...], Tree] = {}
    for step, value in inner:
        found |= _leaves(value, (*above, step))
    return found


def _within(place: Place) -> tuple[int, int]:
    if place.within is None:
        raise RemediatorError(f"{place.path}: nothing stands where {place.name} would be written")
    return place.within


def _text(value: Value, like: str) -> str:
    """A value in JSON; what stood in quotation marks stays in them."""
    shown = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
    quoted = like.startswith('"') and isinstance(value, int | float)
    return json.dumps(shown) if quoted else shown


def _replaced(source: bytes, place: Place) -> Splice:
    start, end = _within(place)
    old = source[start:end].decode()
    if old[:1] in "{[":
        raise RemediatorError(f"line {line_of(source, start)} holds a collection, not a value")
    return Splice(start, end, _text(place.value, old).encode())


def _member(path: str, source: bytes, place: Place) -> Splice:
    start, _ = _within(place)
    body = _object(parsed(path, source), start)
    if body is None:
        raise RemediatorError(f"no object stands on line {line_of(source, start)}")
    name = place.entry or place.name
    pair = f"{json.dumps(name, ensure_ascii=False)}"
    value = _text(place.value, "")
    known = members(body)
    if not known:
        return Splice(body.start_byte, body.end_byte, f"{{{pair}: {value}}}".encode())
    _, key, last = known[-1]
    colon = source[key.end_byte : last.start_byte].decode() if len(known) else ": "
    colon = colon if colon.strip() == ":" and "\n" not in colon else ": "
    line = source.rfind(b"\n", 0, key.start_byte) + 1
    indent = source[line : key.start_byte]
    apart = b" "
    if line > body.start_byte and not indent.strip():
        apart = eol_before(source, line) + indent
    return Splice(last.end_byte, last.end_byte, b"," + apart + f"{pair}{colon}{value}".encode())


def _object(node: Node, start: int) -> Node | None:
    todo = [node]
    while todo:
        found = todo.pop()
        if found.type == "object" and found.start_byte == start:
            return found
        todo += found.named_children
    return None


def _scalar(source: bytes, place: Place) -> Splice:
    start, end = _within(place)
    old = source[start:end].decode()
    composed(place.path, source)
    if "\n" in old:
        raise RemediatorError(f"the value on line {line_of(source, start)} runs over several lines")
    value = place.value
    if isinstance(value, tuple) or value is None:
        raise RemediatorError(f"{value} is not written into YAML")
    if not isinstance(value, str):
        shown = json.dumps(value)
        return Splice(start, end, (f"{old[0]}{shown}{old[0]}" if old[:1] in ("'", '"') else shown).encode())
    if old.startswith("'") and "\n" not in value:
        return Splice(start, end, ("'" + value.replace("'", "''") + "'").encode())
    plain = not old.startswith('"') and _PLAIN.fullmatch(value) and not _WORDS.fullmatch(value)
    return Splice(start, end, (value if plain else json.dumps(value, ensure_ascii=False)).encode())
