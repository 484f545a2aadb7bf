"""YAML: another scalar in the quotation marks that stood there, one more pair as its neighbours are written."""

import json
import re
from collections.abc import Mapping

from remediator.edit.attributes import eol_before, line_of
from remediator.edit.splice import Splice
from remediator.errors import RemediatorError
from remediator.iac.documents.yaml_nodes import Written, YamlMapping, YamlNode, YamlScalar, YamlSequence, composed

__all__ = ["added", "replaced"]

_PLAIN = re.compile(r"[A-Za-z][\w./-]*", re.ASCII)
_WORDS = re.compile(r"(?i)y|n|yes|no|on|off|true|false|null|nan|inf")
_QUOTES = ("'", '"')


def replaced(source: bytes, start: int, old: str, meaning: str) -> str:
    """A scalar that means some JSON in place of another; raises RemediatorError where that is none of one line."""
    if "\n" in old:
        raise RemediatorError(f"the value on line {line_of(source, start)} runs over several lines")
    return _scalar(meaning, old[:1])


def _scalar(meaning: str, quote: str) -> str:
    value: str | int | float | bool | list[str] | None = json.loads(meaning)
    if isinstance(value, list) or value is None:
        raise RemediatorError(f"{meaning} is not written into YAML")
    if not isinstance(value, str):
        return meaning
    if quote == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return value if quote not in _QUOTES and _PLAIN.fullmatch(value) and not _WORDS.fullmatch(value) else meaning


def added(path: str, source: bytes, start: int, entries: Mapping[str, str]) -> Splice:
    """Further pairs, name to value in JSON, behind the last one of the mapping that starts at a byte.

    Raises RemediatorError where others share the mapping, or where its layout leaves no room.
    """
    found = _mappings(composed(path, source), start)
    spot = f"line {line_of(source, start)}"
    if len(found) != 1 or not isinstance(found[0].node, YamlMapping) or found[0].shared:
        raise RemediatorError(f"no mapping of its own stands on {spot}")
    mapping = found[0].node
    names = [key.node.text for key, _ in mapping.pairs if isinstance(key.node, YamlScalar)]
    if "<<" in names or any(name in entries for name in names):
        raise RemediatorError(f"the mapping on {spot} has that already, or merges what may")
    key_quote, value_quote = _quotes(mapping)
    keys = [_scalar(json.dumps(name, ensure_ascii=False), key_quote) for name in entries]
    values = [_scalar(value, value_quote) for value in entries.values()]
    pairs = [f"{key}: {value}" for key, value in zip(keys, values, strict=True)]
    if not mapping.pairs:
        return Splice(mapping.start, mapping.end, f"{{{', '.join(pairs)}}}".encode())
    if mapping.flow:
        return Splice(mapping.pairs[-1][1].end, mapping.pairs[-1][1].end, "".join(f", {p}" for p in pairs).encode())
    return _in_lines(source, mapping, pairs)


def _in_lines(source: bytes, mapping: YamlMapping, pairs: list[str]) -> Splice:
    line = source.rfind(b"\n", 0, mapping.start) + 1
    before = source[line : mapping.start].removeprefix(b"\xef\xbb\xbf")
    if before.strip(b" -"):
        raise RemediatorError(f"line {line_of(source, mapping.start)} does not begin with its mapping")
    eol, indent = eol_before(source, line if line else source.find(b"\n") + 1), b" " * len(before)
    last = mapping.end
    text = [indent + pair.encode() for pair in pairs]
    if _last(mapping.pairs[-1][1].node) in ("|", ">") and source[:last].endswith(b"\n"):
        return Splice(last, last, b"".join(one + eol for one in text))
    end = source.find(b"\n", last)
    end = len(source) if end < 0 else end
    end -= source[last:end].endswith(b"\r")
    tail = source[last:end].lstrip(b" \t:")
    if tail and not tail.startswith(b"#"):
        raise RemediatorError(f"line {line_of(source, last)} goes on behind the mapping")
    return Splice(end, end, b"".join(eol + one for one in text))


def _last(node: YamlNode) -> str | None:
    """The style of the scalar that a node ends with."""
    while not isinstance(node, YamlScalar):
        inside = [value for _, value in node.pairs] if isinstance(node, YamlMapping) else list(node.items)
        if node.flow or not inside:
            return None
        node = inside[-1].node
    return node.style


def _quotes(mapping: YamlMapping) -> tuple[str, str]:
    """The quotation marks in which all keys stand, and those of the last value."""
    keys = {key.node.style for key, _ in mapping.pairs if isinstance(key.node, YamlScalar)}
    values = [value.node.style for _, value in mapping.pairs if isinstance(value.node, YamlScalar)]
    return (next(iter(keys)) or "" if len(keys) == 1 else "", (values[-1] or "") if values else "")


def _mappings(top: Written | None, start: int) -> list[Written]:
    """Everywhere that a mapping which starts at a byte is written or referred to."""
    todo, found = [top] if top else [], []
    seen: set[int] = set()
    while todo:
        one = todo.pop()
        node = one.node
        if isinstance(node, YamlMapping) and node.start == start:
            found.append(one)
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, YamlMapping):
            todo += [value for _, value in node.pairs]
        elif isinstance(node, YamlSequence):
            todo += node.items
    return found
