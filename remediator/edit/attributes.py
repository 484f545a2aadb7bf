"""Attributes: give one another value, or write one that is absent, the way its neighbours are written."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from remediator.edit.alignment import comments, equals, group, is_line
from remediator.edit.literals import written
from remediator.edit.rewrite import Key, Rewrite
from remediator.edit.splice import Splice
from remediator.errors import RemediatorError
from remediator.iac.terraform.expressions import described, literal
from remediator.iac.terraform.syntax import Attribute, Block
from remediator.model import Value

_META = ("count", "for_each", "provider", "providers", "source", "version", "depends_on")
"""Arguments that people keep apart from the others."""


def replace_values(source: bytes, attributes: Sequence[Attribute], key: Key, values: Mapping[str, Value]) -> Rewrite:
    """New values for attributes of one body, whose key is given; trailing comments stay in their column.

    Raises RemediatorError where what stands there is not a plain literal.
    """
    new: dict[Attribute, str] = {}
    for attribute in attributes:
        if attribute.name not in values:
            continue
        if literal(attribute.text) is None and attribute.text != "null":
            raise RemediatorError(
                f"{attribute.name} on line {attribute.span.start_line} is {described(attribute.text)}, not a literal"
            )
        new[attribute] = written(values[attribute.name], attribute.text)
    padding = tuple(comments(source, attributes, new))
    return Rewrite(
        tuple(Splice(a.value.start, a.value.end, text.encode()) for a, text in new.items()) + padding,
        tuple(((*key, a.name), text) for a, text in new.items()),
        lines=len(new) + len(padding),
    )


def insert(source: bytes, block: Block, key: Key, values: Mapping[str, Value], beside: str | None = None) -> Rewrite:
    """New attributes in a block that has none of those names: below `beside`, else below its last plain attribute.

    Raises RemediatorError where the block stands on one line or where its layout leaves no line to write on.
    """
    if block.body.start_line == block.body.end_line:
        raise RemediatorError(f"{block.address} on line {block.span.start_line} is written on one line")
    anchor = _anchor(block, beside)
    at = _line_after(source, anchor.span.end if anchor else block.body.start)
    indent = indent_at(source, anchor.span.start) if anchor else inner_indent(source, block)
    line = line_of(source, at)
    run = group(block.attributes, line) if anchor else ()
    texts = {name: written(value) for name, value in values.items()}
    layout = equals(source, run, list(values))
    eol = eol_before(source, at)
    text = b"".join(_attribute(indent, name, value, layout.width, eol) for name, value in texts.items())
    if not block.attributes and block.blocks and block.blocks[0].span.start_line == line:
        text += eol
    return Rewrite(
        (Splice(at, at, text), *layout.splices),
        tuple(((*key, name), value) for name, value in texts.items()),
        lines=text.count(b"\n") + layout.lines,
    )


def append(source: bytes, attributes: Sequence[Attribute], values: Mapping[str, Value]) -> Rewrite:
    """New attributes at the end of a file without blocks, as variable files are."""
    eol = eol_before(source, source.find(b"\n") + 1)
    texts = {name: written(value) for name, value in values.items()}
    ended = not source or source.endswith(b"\n")
    run = group(attributes, line_of(source, len(source)) if ended else line_of(source, len(source)) + 1)
    layout = equals(source, run, list(values))
    text = b"".join(_attribute(b"", name, value, layout.width, eol) for name, value in texts.items())
    text = text if ended else eol + text.removesuffix(eol)
    at = len(source)
    return Rewrite(
        (Splice(at, at, text), *layout.splices),
        tuple(((name,), value) for name, value in texts.items()),
        lines=len(texts) + layout.lines + 1,
    )


def append_object(source: bytes, name: str, entries: Mapping[str, Value]) -> Rewrite:
    """A new attribute at the end of a file, an object of its own with these entries."""
    eol = eol_before(source, source.find(b"\n") + 1)
    texts = {key: written(value) for key, value in entries.items()}
    width = max(map(len, texts), default=0)
    lines = [f"{name} = {{".encode() + eol, *(_attribute(b"  ", k, t, width, eol) for k, t in texts.items()), b"}"]
    start = b"" if source.endswith(b"\n") or not source else eol
    text = start + (eol if source.strip() else b"") + b"".join(lines) + (eol if source.endswith(b"\n") else b"")
    made = b"".join(lines)[len(name) + 3 :].decode()
    return Rewrite((Splice(len(source), len(source), text),), (((name,), made),), lines=len(lines) + 2)


Body: TypeAlias = "Mapping[str, Value | Body]"
"""What stands in a new block: attributes with their values, and under a block's type what stands in that."""


def add_block(source: bytes, block: Block, key: Key, type_: str, body: Body) -> Rewrite:
    """A nested block with all that it holds, after all else in a block that has none of that type.

    Raises RemediatorError where the block stands on one line.
    """
    if block.body.start_line == block.body.end_line:
        raise RemediatorError(f"{block.address} on line {block.span.start_line} is written on one line")
    at = source.rfind(b"\n", 0, block.body.end) + 1
    if source[at : block.body.end].strip(b" \t"):
        raise RemediatorError(f"{block.address} closes on line {block.span.end_line} behind something else")
    eol = eol_before(source, at)
    lines = _block_lines(type_, body, inner_indent(source, block), eol)
    previous = source[source.rfind(b"\n", 0, at - 1) + 1 : at]
    if previous.strip() and (block.attributes or block.blocks):
        lines.insert(0, eol)
    return Rewrite((Splice(at, at, b"".join(lines)),), tuple(_block_values((*key, type_, 0), body)), lines=len(lines))


def _block_lines(type_: str, body: Body, indent: bytes, eol: bytes) -> list[bytes]:
    inner = indent + _step(indent)
    texts = {name: written(value) for name, value in body.items() if not isinstance(value, Mapping)}
    width = max(map(len, texts), default=0)
    lines = [indent + type_.encode() + b" {" + eol]
    lines += [_attribute(inner, name, text, width, eol) for name, text in texts.items()]
    for name, value in body.items():
        if isinstance(value, Mapping):
            lines += [eol] * (len(lines) > 1) + _block_lines(name, value, inner, eol)
    return [*lines, indent + b"}" + eol]


def _block_values(key: Key, body: Body) -> Iterator[tuple[Key, str]]:
    for name, value in body.items():
        if isinstance(value, Mapping):
            yield from _block_values((*key, name, 0), value)
        else:
            yield (*key, name), written(value)


def indent_at(source: bytes, at: int) -> bytes:
    """The white space before the first text of a line; raises RemediatorError where something else stands there."""
    indent = source[source.rfind(b"\n", 0, at) + 1 : at].removeprefix(b"\xef\xbb\xbf")
    if indent.strip(b" \t"):
        raise RemediatorError(f"line {line_of(source, at)} begins with something else than white space")
    return indent


def inner_indent(source: bytes, block: Block) -> bytes:
    """The indent of what stands in a block or an object: as its parts have it, else one step more than its line's."""
    parts = [a.span.start for a in block.attributes] + [b.span.start for b in block.blocks]
    if parts:
        return indent_at(source, min(parts))
    line = source[source.rfind(b"\n", 0, block.span.start) + 1 : block.span.start].removeprefix(b"\xef\xbb\xbf")
    own = line[: len(line) - len(line.lstrip(b" \t"))]
    return own + _step(own)


def eol_before(source: bytes, at: int) -> bytes:
    """The line end of the line that ends at a byte."""
    return b"\r\n" if source[:at].endswith(b"\r\n") else b"\n"


def line_of(source: bytes, at: int) -> int:
    """The line, from 1, that a byte is on."""
    return source.count(b"\n", 0, at) + 1


def _step(indent: bytes) -> bytes:
    return b"\t" if b"\t" in indent else b"  "


def _anchor(block: Block, beside: str | None) -> Attribute | None:
    named = block.attribute(beside) if beside else None
    if named is None:
        first = min((b.span.start for b in block.blocks), default=block.body.end)
        above = [a for a in block.attributes if a.span.start < first] or list(block.attributes)
        plain = [a for a in above if is_line(a) and a.name not in _META] or [a for a in above if is_line(a)] or above
        named = plain[-1] if plain else None
    if named is None or not is_line(named):
        return named
    run = [a for a in group(block.attributes, named.span.end_line + 1) if is_line(a)]
    return run[-1]


def _line_after(source: bytes, at: int) -> int:
    end = source.find(b"\n", at)
    rest = source[at:end].strip()
    if end < 0 or not (rest == b"" or rest.startswith((b"#", b"//")) or (rest.startswith(b"/*") and b"*/" in rest)):
        raise RemediatorError(f"line {line_of(source, at)} goes on behind the place for a new attribute")
    return end + 1


def _attribute(indent: bytes, name: str, text: str, width: int, eol: bytes) -> bytes:
    return indent + f"{name.ljust(width)} = {text}".encode() + eol
