"""Where the value of an attribute is to be written: the narrowest place that reaches no further resource."""

from dataclasses import dataclass, replace

from remediator.config import RootConfig
from remediator.edit.case import Case
from remediator.edit.doubts import place, repeated_by, siblings_doubt
from remediator.iac.terraform.evaluate import tfvars
from remediator.model import Role, SourceLocation, Value, ValueTrace

_WRITABLE = (Role.LITERAL, Role.VARIABLE_DEFAULT, Role.TFVARS, Role.MODULE_ARGUMENT)


@dataclass(frozen=True, slots=True)
class Place:
    """An attribute to be written in a file.

    `block` is the byte that its block starts at (None: no block, as in tfvars); `inside` is the type of a nested
    block to be added around it; `present` says whether it is written there already.
    """

    path: str
    block: int | None
    inside: str | None
    name: str
    value: Value
    present: bool
    location: SourceLocation


def find_place(case: Case, trace: ValueTrace, value: Value) -> Place | str:
    """The place to write an attribute's new value, or a sentence that says why there is none."""
    spot = place(trace)
    if trace.unresolved is not None:
        return f"{spot}: {trace.attribute} has no single literal: {trace.unresolved}"
    last = trace.locations[-1]
    if last.role is Role.BLOCK:
        return _absent(case, trace, value)
    if last.role not in _WRITABLE or len(trace.locations) > 2:
        return f"{spot}: {trace.attribute} comes from {last.role.value} {last.address}, further away than one step"
    others = case.others(trace)
    if others and last.role is Role.VARIABLE_DEFAULT and case.site.calls:
        return _at_call(case, trace, value)
    shared = next(
        (r for r in case.roots if last.role is Role.TFVARS and r.path != case.root.path and _reads(case, r, last)), None
    )
    if shared is not None:
        return f"{spot}: root {shared.path} reads the same file, and what it makes of the value is not known"
    doubt = siblings_doubt(spot, f"{last.role.value} {last.address}", others)
    return doubt or _present(case, last, value)


def _reads(case: Case, root: RootConfig, literal: SourceLocation) -> bool:
    return any(file.path == literal.path for file in tfvars(case.index, root))


def _present(case: Case, last: SourceLocation, value: Value) -> Place | str:
    file = case.index.files[last.path].source
    for attribute in file.attributes:
        if attribute.value.start == last.start:
            return Place(last.path, None, None, attribute.name, value, True, last)
    todo = list(file.blocks)
    while todo:
        block = todo.pop()
        todo += block.blocks
        for attribute in block.attributes:
            if attribute.value.start == last.start:
                return Place(last.path, block.span.start, None, attribute.name, value, True, last)
    return f"{last.path}:{last.start_line}: no attribute stands there any more; plan again"


def _absent(case: Case, trace: ValueTrace, value: Value) -> Place | str:
    last, block = trace.locations[-1], case.site.block
    spot = place(trace)
    doubt = siblings_doubt(spot, f"a new {trace.attribute} in {last.address}", case.others(trace))
    if doubt is not None:
        return doubt
    *outer, name = trace.attribute.split(".")
    found = Place(last.path, last.start, None, name, value, False, last)
    if not outer or last.start != block.span.start:
        return found
    if len(outer) > 1:
        return f"{spot}: {last.address} has no {outer[0]} block, and {trace.attribute} lies more than one block deep"
    if any(d.labels == (outer[0],) for d in block.nested("dynamic")):
        return f"{spot}: {last.address} makes its {outer[0]} blocks with a dynamic block"
    return replace(found, inside=outer[0])


def _at_call(case: Case, trace: ValueTrace, value: Value) -> Place | str:
    """A new argument at the module's call, where the variable's default reaches further than this call."""
    call, variable = case.site.calls[-1], trace.locations[-1]
    repeated = repeated_by(call.block)
    name = variable.address.removeprefix("var.")
    if repeated is not None:
        spot = f"{call.file.path}:{call.block.header.start_line}"
        others = case.others(trace)
        reaches = siblings_doubt(spot, f"default of {name}, and an argument at a call with {repeated},", others)
        return reaches or f"{spot}: {call.block.address} has {repeated}"
    where = case.location(call.file, call.block, call.block.span, Role.MODULE_CALL)
    return Place(call.file.path, call.block.span.start, None, name, value, False, replace(where, attribute=name))
