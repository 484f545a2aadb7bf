"""Whole resources: one declared beside another, one removed with its comment."""

import re
from collections.abc import Iterator, Mapping, Sequence

from remediator.edit.attributes import eol_before, indent_at
from remediator.edit.literals import written
from remediator.edit.rewrite import Key, Rewrite
from remediator.edit.splice import Splice
from remediator.errors import RemediatorError
from remediator.iac.terraform.syntax import Block
from remediator.model import AddResource

_BOM = b"\xef\xbb\xbf"
_LONGEST = 2_000
"""Bytes of a comment of several lines beyond which it is not taken for one about a block."""
_NOTICE = re.compile(rb"(?i)copyright|licen[cs]e|spdx")


def add_after(source: bytes, block: Block, action: AddResource, name: str, reference: str) -> Rewrite:
    """The action's resource, named `name`, one blank line below a block; `reference` is how to refer to that block.

    Raises RemediatorError where something else than a comment follows the block on its line.
    """
    end = source.find(b"\n", block.span.end)
    stop = len(source) if end < 0 else end
    tail = source[block.span.end : stop].strip()
    if tail and not tail.startswith((b"#", b"//")):
        raise RemediatorError(f"line {block.span.end_line} goes on behind the block it would be declared below")
    first = source.find(b"\n")
    eol = eol_before(source, first + 1 if first >= 0 else 0)
    expressions = {argument: f"{reference}.{attribute}" for argument, attribute in action.references}
    expressions |= {argument: written(value) for argument, value in action.arguments.items()}
    indent = indent_at(source, block.span.start)
    lines = (f'resource "{action.type}" "{name}" {{', *_body(expressions), "}")
    text = eol.join(indent + line.encode() if line else b"" for line in lines)
    if end < 0:
        splice = Splice(stop, stop, eol + eol + text)
    else:
        follows = source[end + 1 :].lstrip(b" \t")
        apart = b"" if not follows or follows.startswith((b"\n", b"\r\n")) else eol
        splice = Splice(end + 1, end + 1, eol + text + eol + apart)
    key: Key = ("resource", action.type, name, 0)
    return Rewrite(
        (splice,),
        tuple(((*key, *_way(argument)), expression) for argument, expression in expressions.items()),
        lines=splice.new.count(b"\n") + (end < 0),
    )


def _body(expressions: Mapping[str, str], indent: str = "  ") -> Iterator[str]:
    """The lines of a body: its own arguments in one column, then its nested blocks, each below a blank line."""
    own = {argument: text for argument, text in expressions.items() if "." not in argument}
    width = max(map(len, own), default=0)
    yield from (f"{indent}{argument.ljust(width)} = {text}" for argument, text in own.items())
    nested: dict[str, dict[str, str]] = {}
    for argument, text in expressions.items():
        block, dot, rest = argument.partition(".")
        if dot:
            nested.setdefault(block, {})[rest] = text
    for block, inner in nested.items():
        yield from ("", f"{indent}{block} {{", *_body(inner, f"{indent}  "), f"{indent}}}")


def _way(argument: str) -> Key:
    """The way to an argument from the resource it stands in: each nested block is the first of its like."""
    *blocks, name = argument.split(".")
    return (*(step for block in blocks for step in (block, 0)), name)


def remove(source: bytes, block: Block, key: Key) -> Rewrite:
    """A block gone with the comments directly above it, the blank lines around it become one set.

    A notice of the copyright or the licence at the head of the file stays. Raises RemediatorError where it shares its
    first or last line with something else.
    """
    start = _line_start(source, block.span.start)
    indent_at(source, block.span.start)
    found = source.find(b"\n", block.span.end)
    end = len(source) if found < 0 else found + 1
    tail = source[block.span.end : end].strip()
    if tail and not tail.startswith((b"#", b"//")):
        raise RemediatorError(f"line {block.span.end_line} goes on behind the block that is to go")
    while (earlier := _comment_above(source, start)) < start:
        start = earlier
    if start == 0 and _NOTICE.search(source[: block.span.start]):
        start = _line_start(source, block.span.start)
    outer = indent_at(source, block.span.start)
    after = end
    while after < len(source) and not (line := source[after : _line_end(source, after)]).strip():
        after += len(line)
    if after == len(source) or (outer and source[after:].lstrip(b" \t").startswith(b"}")):
        end = after
        while start and not (above := source[_line_start(source, start - 1) : start]).strip():
            start -= len(above)
    elif start == 0 or not source[_line_start(source, start - 1) : start].strip():
        end = after
    if source.startswith(_BOM) and start == 0:
        start = len(_BOM)
    return Rewrite((Splice(start, end, b""),), removed=(key,), lines=source.count(b"\n", start, end) + 1)


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """A name that no resource of the type has: the wanted one, else with the first free number."""
    names = [wanted, *(f"{wanted}_{n}" for n in range(2, len(taken) + 3))]
    return next(n for n in names if n not in taken)


def _line_start(source: bytes, at: int) -> int:
    return source.rfind(b"\n", 0, at) + 1


def _line_end(source: bytes, at: int) -> int:
    found = source.find(b"\n", at)
    return len(source) if found < 0 else found + 1


def _comment_above(source: bytes, start: int) -> int:
    """Where the comment begins whose last line is the one above; `start` itself where none that is alone ends there."""
    first = _line_start(source, start - 1) if start else start
    line = source[first:start].removeprefix(_BOM).strip()
    if line.endswith(b"*/"):
        end = source.rindex(b"*/", first, start)
        opening = source.rfind(b"/*", max(0, end - _LONGEST), end)
        above = _line_start(source, opening) if opening >= 0 and source.find(b"*/", opening + 2) == end else start
        if above < start and not source[above:opening].removeprefix(_BOM).strip():
            return above
    return first if line.startswith((b"#", b"//")) else start
