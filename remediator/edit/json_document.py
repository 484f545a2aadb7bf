"""Members of JSON objects: one more as its neighbours are written, one less with its comma."""

import json
from collections.abc import Mapping

from tree_sitter import Node

from remediator.edit.attributes import eol_before, line_of
from remediator.edit.rewrite import Key
from remediator.edit.splice import Splice
from remediator.errors import RemediatorError
from remediator.iac.documents.json_file import members, parsed, text_of

__all__ = ["added", "removed", "without"]


def added(path: str, source: bytes, start: int, entries: Mapping[str, str]) -> Splice:
    """Further members, name to value in JSON, behind the last one of the object that starts at a byte."""
    body = _at(parsed(path, source), start)
    if body is None or body.type != "object":
        raise RemediatorError(f"no object stands on line {line_of(source, start)}")
    known = members(body)
    twice = next((name for name, _, _ in known if name in entries), None)
    if twice is not None:
        raise RemediatorError(f"the object on line {line_of(source, start)} has {twice} already")
    shown = {json.dumps(name, ensure_ascii=False): value for name, value in entries.items()}
    if not known:
        pairs = ", ".join(f"{name}: {value}" for name, value in shown.items())
        return Splice(body.start_byte, body.end_byte, f"{{{pairs}}}".encode())
    _, key, last = known[-1]
    colon = source[key.end_byte : last.start_byte].decode()
    colon = ": " if "\n" in colon else colon
    line = source.rfind(b"\n", 0, key.start_byte) + 1
    indent = source[line : key.start_byte]
    if line > body.start_byte and not indent.strip():
        apart = b"," + eol_before(source, line) + indent
    else:
        apart = b"," + _between(source, known[-2][2], key) if len(known) > 1 else b", "
    new = b"".join(apart + f"{name}{colon}{value}".encode() for name, value in shown.items())
    return Splice(last.end_byte, last.end_byte, new)


def _between(source: bytes, before: Node, key: Node) -> bytes:
    """The white space behind the comma between two members of one line."""
    space = source[before.end_byte : key.start_byte].partition(b",")[2]
    return b" " if b"\n" in space else space


def removed(path: str, source: bytes, start: int) -> tuple[Splice, Key]:
    """The member or item whose value starts at a byte gone, and all around it that then held nothing; with its key."""
    root = parsed(path, source)
    node = _at(root, start)
    while node is not None and node != root:
        holder = _holder(node)
        inside = [child for child in holder.named_children if child.type != "comment"]
        own = node.parent if node.parent is not None and node.parent.type == "pair" else node
        at = inside.index(own)
        if len(inside) == 1:
            node = holder
            continue
        if at + 1 < len(inside):
            return Splice(own.start_byte, inside[at + 1].start_byte, b""), _key(node)
        return Splice(inside[at - 1].end_byte, own.end_byte, b""), _key(node)
    raise RemediatorError(f"line {line_of(source, start)} holds all there is in the file; remove the file by hand")


def without(path: str, source: bytes, start: int, end: int, name: str) -> tuple[Splice, Key]:
    """The member or item whose value is these bytes gone (or the member `name` of an object there), with its key.

    Raises RemediatorError where it is the only one, or is not there.
    """
    root = parsed(path, source)
    node = _exactly(root, start, end)
    if node is not None and node.type == "object":
        node = next((value for known, _, value in members(node) if known == name), node)
    holder = _holder(node) if node is not None else None
    if node is None or holder is None or holder == node:
        raise RemediatorError(f"{name} is not written out on line {line_of(source, start)}")
    inside = [child for child in holder.named_children if child.type != "comment"]
    own = node.parent if node.parent is not None and node.parent.type == "pair" else node
    at = inside.index(own)
    if len(inside) == 1:
        if source[holder.start_byte + 1 : own.start_byte].strip() or source[own.end_byte : holder.end_byte - 1].strip():
            raise RemediatorError(f"a comment stands beside {name} on line {line_of(source, start)}")
        return Splice(holder.start_byte + 1, holder.end_byte - 1, b""), _key(node)
    if at + 1 < len(inside):
        return Splice(own.start_byte, inside[at + 1].start_byte, b""), _key(node)
    return Splice(inside[at - 1].end_byte, own.end_byte, b""), _key(node)


def _exactly(node: Node, start: int, end: int) -> Node | None:
    """The innermost value that is these bytes."""
    found, todo = None, [node]
    while todo:
        one = todo.pop()
        if (one.start_byte, one.end_byte) == (start, end) and one.type not in ("pair", "document"):
            found = one
        todo += [child for child in one.named_children if child.start_byte <= start and end <= child.end_byte]
    return found


def _holder(node: Node) -> Node:
    """The object or the array that a value stands in; the value itself at the top."""
    above = node.parent
    if above is not None and above.type == "pair":
        above = above.parent
    return node if above is None or above.type == "document" else above


def _key(node: Node) -> Key:
    steps: list[str | int] = []
    while (holder := _holder(node)) != node:
        if node.parent is not None and node.parent.type == "pair":
            steps.append(text_of(node.parent.named_children[0]))
        else:
            steps.append([child for child in holder.named_children if child.type != "comment"].index(node))
        node = holder
    return tuple(reversed(steps))


def _at(node: Node, start: int) -> Node | None:
    todo = [node]
    while todo:
        found = todo.pop()
        if found.start_byte == start and found.type in ("object", "array"):
            return found
        todo += [child for child in found.named_children if child.start_byte <= start < child.end_byte]
    return None
