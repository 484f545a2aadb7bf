"""Where the value of an attribute may be written, the place where it is written today first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from remediator.edit.case import Case
from remediator.edit.doubts import place
from remediator.edit.elsewhere import written_elsewhere
from remediator.edit.literals import written
from remediator.edit.suffixes import is_document
from remediator.iac.terraform.configuration.layers import number_of
from remediator.iac.terraform.configuration.traces import Followed, located
from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.index import IndexedFile
from remediator.iac.terraform.language.places import Absent
from remediator.iac.terraform.language.places import Place as Spot
from remediator.iac.terraform.syntax import Attribute, Block
from remediator.model import Role, SourceLocation, Value

_MAP = "tags"
"""The attribute of resources that is a map and no block, so that no block of that name may be written."""


@dataclass(frozen=True, slots=True)
class Place:
    """An attribute, or a part of one, to be written in a file, or to go from there.

    `block` is the byte that its block starts at (None: no block, as in tfvars); `inside` are the types of the nested
    blocks to be added around it; `present` says whether it is written there already. `within` are the bytes of the
    attribute's expression that the value replaces, or, where it is not present, of the object that takes `entry`; with
    an `entry` and no such bytes the attribute is written whole, as an object of its own.
    `is_text` says that these bytes are the text of a template, and that the value is to be its text. `gone` says that
    it is not written but removed: the attribute, or the block itself where there is no `name`.
    """

    path: str
    block: int | None
    inside: tuple[str, ...]
    name: str
    value: Value
    present: bool
    location: SourceLocation
    within: tuple[int, int] | None = None
    entry: str | None = None
    gone: bool = False
    is_text: bool = False


def places(case: Case, followed: Followed, value: Value) -> Iterator[Place | str]:
    """The places to write an attribute's new value, or sentences that say why there is none."""
    for found in _places(case, followed, value):
        yield found if isinstance(found, str) else written_elsewhere(case, found.location) or found


def _places(case: Case, followed: Followed, value: Value) -> Iterator[Place | str]:
    spot = place(followed.trace)
    if followed.trace.unresolved is not None:
        yield f"{spot}: {followed.trace.attribute} has no single literal: {followed.trace.unresolved}"
        return
    if followed.nested:
        yield _nested(case, followed, value)
        return
    if followed.missing:
        yield _in_block(case, followed, value)
        return
    if value is None and not is_document(followed.block.file.path):
        yield _without(case, followed)
    for at, new in followed.spots:
        yield _absent(case, at, new) if isinstance(at, Absent) else present(case, at, new)


def _without(case: Case, followed: Followed) -> Place:
    """The attribute itself gone from its block."""
    name = followed.trace.attribute.split(".")[-1]
    block, setting = followed.block, followed.block.settings[name]
    where = located(case.code, setting.place(Role.ATTRIBUTE, block.block.address, case.instance.module.address))
    return Place(setting.file.path, block.block.span.start, (), name, None, True, where, gone=True)


def _nested(case: Case, followed: Followed, value: Value) -> Place | str:
    """The one block that a path names, which can only go."""
    spot, path = place(followed.trace), followed.trace.attribute
    if value is not None:
        return f"{spot}: {path} is a block and takes no value; name one of its attributes"
    if len(followed.nested) > 1 or followed.nested[0].block.type == "content":
        return f"{spot}: {path} is there {len(followed.nested)} times or made by a dynamic block"
    found = followed.nested[0]
    where = located(case.code, found.place(Role.ATTRIBUTE, case.instance.module.address, case.instance.address))
    return Place(found.file.path, found.block.span.start, (), "", None, True, where, gone=True)


def enclosing(file: IndexedFile, start: int, end: int) -> tuple[Block | None, Attribute] | None:
    """The innermost attribute whose expression holds some bytes, and its block."""
    todo: list[Block | None] = [None, *file.source.blocks]
    while todo:
        block = todo.pop()
        attributes = file.source.attributes if block is None else block.attributes
        for attribute in attributes:
            if attribute.value.start <= start and end <= attribute.value.end:
                return block, attribute
        todo += block.blocks if block else ()
    return None


def present(case: Case, origin: Spot, value: Value) -> Place | str:
    """The place of a literal that takes another value, or a sentence that says why it cannot."""
    where = located(case.code, origin)
    if origin.role is Role.ENVIRONMENT:
        return (
            f"{origin.path}: {origin.address} is set by the environment that Terraform is run with, as the root's "
            "environment in the configuration says; change it there"
        )
    is_text = origin.role is Role.TEMPLATE
    value = value if is_text else _as_written(case, origin, value)
    if is_document(origin.path) and is_text:
        return f"{origin.path}:{where.start_line}: a part of the text that stands there would change; edit it by hand"
    if is_document(origin.path):
        return Place(origin.path, None, (), "", value, True, where, (origin.start, origin.end))
    foreign = written_elsewhere(case, where)
    if foreign is not None:
        return foreign
    file = case.index.files.get(origin.path)
    found = enclosing(file, origin.start, origin.end) if file else None
    if found is None:
        return f"{origin.path}:{where.start_line}: it is written in a file that is not edited yet"
    block, attribute = found
    whole = (attribute.value.start, attribute.value.end) == (origin.start, origin.end)
    within = None if whole else (origin.start, origin.end)
    return Place(
        origin.path, block.span.start if block else None, (), attribute.name, value, True, where, within,
        is_text=is_text,
    )  # fmt: skip


def _as_written(case: Case, origin: Spot, value: Value) -> Value:
    """A text as the number that it is, where a number is written."""
    old = literal(case.code.text(origin.path)[origin.start : origin.end].decode("utf-8", "replace"))
    is_number = old is not None and not old.quoted and type(old.value) in (int, float)
    found = number_of(value) if is_number and isinstance(value, str) else None
    return value if found is None else found


def _absent(case: Case, absent: Absent, value: Value) -> Place | str:
    spot = absent.place
    file = case.index.files.get(spot.path)
    where = located(case.code, spot, absent.key)
    if is_document(spot.path):
        return Place(spot.path, None, (), "", value, False, where, _span(case, spot), absent.key)
    if file is None:
        return f"{spot.path}:{where.start_line}: it would be written in a file that is not edited yet"
    if spot.role is Role.MODULE_CALL:
        return Place(spot.path, spot.start, (), absent.key, value, False, where)
    if spot.role is Role.TFVARS and spot.end == 0:
        return Place(spot.path, None, (), absent.key, value, False, where)
    if spot.role is Role.MAP_ENTRY and spot.end == 0:
        return Place(spot.path, None, (), spot.address, value, False, where, entry=absent.key)
    found = enclosing(file, spot.start, spot.end)
    if found is None:
        return f"{spot.path}:{where.start_line}: no attribute stands there"
    block, attribute = found
    bounds = (spot.start, spot.end)
    return Place(
        spot.path, block.span.start if block else None, (), attribute.name, value, False, where, bounds, absent.key
    )


def _span(case: Case, spot: Spot) -> tuple[int, int]:
    """The object that takes a further member: the file's own where a variable is to be set in a file."""
    text = case.code.text(spot.path)
    return (spot.start, spot.end) if spot.end else (max(0, text.find(b"{")), len(text))


def _in_block(case: Case, followed: Followed, value: Value) -> Place | str:
    trace, declared = followed.trace, followed.block
    *outer, name = followed.missing
    last, spot = trace.locations[-1], place(trace)
    found = Place(last.path, last.start, (), name, value, False, last)
    if is_document(last.path):
        if outer:
            return f"{spot}: {last.address} is written in JSON and has no {outer[0]}"
        return replace(found, block=None, within=(last.start, last.end), entry=name)
    if not outer:
        return found
    if outer[0] == _MAP:
        return f"{spot}: {last.address} has no {_MAP}; add {_MAP} = {{ {written(name)} = {written(value)} }} by hand"
    if any(inner.block.type == "dynamic" and inner.block.labels == (outer[0],) for inner in declared.nested):
        return f"{spot}: {last.address} makes its {outer[0]} blocks with a dynamic block"
    return replace(found, inside=tuple(outer))
