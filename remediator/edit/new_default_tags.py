"""A `default_tags` block in a provider block that has none."""

import json
import re
from collections.abc import Mapping

from remediator.edit.attributes import eol_before, indent_at, inner_indent
from remediator.edit.documents import add_member
from remediator.edit.literals import written
from remediator.edit.rewrite import Rewrite, block_keys
from remediator.edit.splice import Splice
from remediator.edit.suffixes import is_document
from remediator.errors import RemediatorError
from remediator.iac.terraform.index import IndexedFile
from remediator.iac.terraform.syntax import Block

__all__ = ["map_of", "new_default_tags"]

_WORD = re.compile(r"(?!(?:for|if|null|true|false)\Z)[^\W\d][\w-]*")
"""A key that needs no quotation marks; HCL takes `{ for` for the beginning of an expression."""


def new_default_tags(file: IndexedFile, source: bytes, block: Block, tags: Mapping[str, str]) -> Rewrite:
    """The block with these tags after all else in a provider block, as `terraform fmt` writes it.

    Raises RemediatorError where the provider block's layout leaves no line for it.
    """
    if is_document(file.path):
        if any(mark in text for pair in tags.items() for text in pair for mark in ("${", "%{")):
            raise RemediatorError("a tag holds what JSON would read as a template; write it by hand")
        value = json.dumps({"tags": dict(tags)}, ensure_ascii=False)
        return add_member(file.path, source, block.span.start, "default_tags", value)
    start, end = block.body.start, block.body.end
    outer = indent_at(source, block.span.start)
    step = "\t" if b"\t" in outer else "  "
    if block.body.start_line == block.body.end_line:
        if source[start:end].strip():
            raise RemediatorError(f"{block.address} on line {block.span.start_line} is written on one line")
        eol = eol_before(source, source.find(b"\n") + 1)
        inner, before, after = outer + step.encode(), eol, outer
    else:
        inner, at = inner_indent(source, block), source.rfind(b"\n", 0, end) + 1
        if source[at:end].strip(b" \t"):
            raise RemediatorError(f"{block.address} closes on line {block.span.end_line} behind something else")
        eol = eol_before(source, at)
        above = source[source.rfind(b"\n", 0, at - 1) + 1 : at].strip()
        before, after = eol if above and (block.attributes or block.blocks) else b"", b""
        start = end = at
    indent, line = inner.decode(), eol.decode()
    map_ = map_of(tags, indent + step, step, line)
    text = f"{indent}default_tags {{{line}{indent}{step}tags = {map_}{line}{indent}}}{line}"
    key, _ = block_keys(file.source)[block.span.start]
    new = before + text.encode() + after
    return Rewrite((Splice(start, end, new),), (((*key, "default_tags", 0, "tags"), map_),), lines=new.count(b"\n") + 2)


def map_of(tags: Mapping[str, str], indent: str, step: str, eol: str) -> str:
    """The tags as an object in HCL, one entry a line below a line of that indent."""
    names = {name if _WORD.fullmatch(name) else written(name): written(value) for name, value in tags.items()}
    width = max(map(len, names), default=0)
    lines = (f"{indent}{step}{name.ljust(width)} = {value}{eol}" for name, value in names.items())
    return "{" + eol + "".join(lines) + indent + "}"
