"""A pair or an item of YAML gone with the lines it stands on, or with its comma where it stands in brackets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from remediator.edit.attributes import line_of
from remediator.edit.rewrite import Key
from remediator.edit.splice import Splice
from remediator.errors import RemediatorError
from remediator.iac.documents.yaml_nodes import Written, YamlMapping, YamlNode, YamlScalar, YamlSequence, composed

__all__ = ["without"]


@dataclass(frozen=True, slots=True)
class _Member:
    """A pair or an item: the bytes that it takes, and its place among the others, whose collection `holder` is.

    `above` is the member that the holder is the value of, None at the top; `shared` where an anchor or an alias is on
    the way.
    """

    key: Key
    start: int
    end: int
    value: YamlNode
    holder: YamlMapping | YamlSequence
    at: int
    above: "_Member | None"
    shared: bool


def without(path: str, source: bytes, start: int, end: int, name: str) -> tuple[Splice, Key]:
    """The member whose value is these bytes gone (or the member `name` of a mapping there), with its key.

    Raises RemediatorError where others share it, where it is the only one at the top, or where its layout leaves no
    clean cut.
    """
    top = composed(path, source)
    spot = f"line {line_of(source, start)}"
    members = list(_members(top)) if top else []
    inside = [m for m in members if m.key[-1] == name and (m.holder.start, m.holder.end) == (start, end)]
    chosen = inside or [m for m in members if (m.value.start, m.value.end) == (start, end)]
    if len(chosen) != 1 or chosen[0].shared:
        raise RemediatorError(f"{name} on {spot} is not written once and for nobody else")
    member = chosen[0]
    spans = _spans(member.holder)
    if member.holder.flow:
        return _in_brackets(source, member, spans), member.key
    return _in_lines(source, member, spans), member.key


def _members(top: Written) -> Iterator[_Member]:
    todo: list[tuple[Written, Key, _Member | None, bool]] = [(top, (), None, False)]
    while todo:
        written, key, above, shared = todo.pop()
        node, shared = written.node, shared or written.shared
        if isinstance(node, YamlScalar):
            continue
        values = [value for _, value in node.pairs] if isinstance(node, YamlMapping) else list(node.items)
        for at, ((start, end), value) in enumerate(zip(_spans(node), values, strict=True)):
            step = _name(node, at)
            alias = value.shared and value.start < value.end  # what is empty is marked as well
            member = _Member((*key, step), start, end, value.node, node, at, above, shared or alias)
            yield member
            if not (shared and written.start != node.start):  # an alias leads to what its anchor has shown
                todo.append((value, member.key, member, shared))


def _name(node: YamlMapping | YamlSequence, at: int) -> str | int:
    if isinstance(node, YamlSequence):
        return at
    key = node.pairs[at][0].node
    return key.text if isinstance(key, YamlScalar) else at


def _spans(node: YamlMapping | YamlSequence) -> list[tuple[int, int]]:
    if isinstance(node, YamlMapping):
        return [(key.start, max(key.end, value.end)) for key, value in node.pairs]
    return [(item.start, item.end) for item in node.items]


def _in_brackets(source: bytes, member: _Member, spans: Sequence[tuple[int, int]]) -> Splice:
    at, last = member.at, len(spans) - 1
    if last == 0:
        start, end = member.holder.start + 1, member.holder.end - 1
    elif at < last:
        start, end = member.start, spans[at + 1][0]
    else:
        start, end = spans[at - 1][1], member.end
    if b"#" in source[start : member.start] + source[member.end : end]:
        raise RemediatorError(f"a comment stands beside what goes on line {line_of(source, member.start)}")
    return Splice(start, end, b"")


def _in_lines(source: bytes, member: _Member, spans: Sequence[tuple[int, int]]) -> Splice:
    line = line_of(source, member.start)
    if len(spans) == 1:
        return _emptied(source, member)
    start = source.rfind(b"\n", 0, member.start) + 1
    before = source[start : member.start].removeprefix(b"\xef\xbb\xbf").strip()
    if before != (b"-" if isinstance(member.holder, YamlSequence) else b""):
        raise RemediatorError(f"what goes on line {line} shares it with something else")
    found = source.find(b"\n", member.end)
    end = len(source) if found < 0 else found + 1
    if source[: member.end].endswith(b"\n"):  # a block of text, which ends with its last line
        end = member.end
    tail = source[member.end : end].strip(b" \t\r\n:")
    if tail and not tail.startswith(b"#"):
        raise RemediatorError(f"line {line_of(source, member.end)} goes on behind what is to go")
    if source[start:].startswith(b"\xef\xbb\xbf"):
        start += 3
    return Splice(_with_comments(source, start, member.end), end, b"")


def _with_comments(source: bytes, start: int, end: int) -> int:
    """Where the comment lines begin that stand directly above a line and as deep; those atop a file are the file's."""
    indent = _indent(source[start:end])
    above = start
    while above and (line := source[source.rfind(b"\n", 0, above - 1) + 1 : above]).lstrip(b" ").startswith(b"#"):
        if _indent(line) != indent:
            break
        above -= len(line)
    return start if above == 0 else above


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" "))


def _emptied(source: bytes, member: _Member) -> Splice:
    """The only member of a collection in lines gone, which then stands empty behind its key."""
    above, line = member.above, line_of(source, member.start)
    if above is None or not isinstance(above.holder, YamlMapping):
        raise RemediatorError(f"what goes on line {line} is all that there is; take it out by hand")
    key = above.holder.pairs[above.at][0]
    start = source.find(b":", key.end) + 1
    between = source[start : member.start].strip().removeprefix(b"-").strip()
    if between or source[key.end : start - 1].strip():
        raise RemediatorError(f"a comment stands above what goes on line {line}")
    end = len(source[: member.end].rstrip(b"\r\n"))
    return Splice(start, end, b" {}" if isinstance(member.holder, YamlMapping) else b" []")
