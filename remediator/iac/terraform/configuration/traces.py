"""From an attribute of an instance to the trace of its value, and to what could be written instead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from remediator.iac.terraform.configuration.blocks import EvaluatedBlock, evaluated_block
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.configuration.layers import Layer, layers
from remediator.iac.terraform.configuration.module import Declared, named
from remediator.iac.terraform.configuration.root import Instance
from remediator.iac.terraform.expressions import described
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.places import Absent, Place, Taken
from remediator.iac.terraform.language.scope import RefusedError
from remediator.iac.terraform.language.selection import attribute
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown
from remediator.iac.terraform.modules import key_of
from remediator.model import Role, SourceLocation, Value, ValueTrace

__all__ = ["LIFECYCLE", "Followed", "follow", "located"]

LIFECYCLE = "lifecycle"
"""The nested block that is no part of the object, but can be followed and edited all the same."""
_DIGITS = 300
"""Digits of a number beyond which it is nothing that a resource is given."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A traced attribute: `spots` are where it may be written, the literal first, with what would then stand there.

    Behind the literal, `Absent` are places where something nearer to the attribute could be written. `block` is the
    innermost block on the attribute's path that there is, and `missing` the rest of the path, empty where the attribute
    is written; `nested` are the blocks that the path names, if it names blocks.
    """

    trace: ValueTrace
    spots: tuple[tuple[Place | Absent, Value], ...]
    block: Declared
    missing: tuple[str, ...]
    nested: tuple[Declared, ...] = ()


def follow(code: Code, instance: Instance, path: str, wanted: Value = None) -> Followed:
    """Follow an attribute (`instance_type`, `root_block_device.volume_type`) to the literal it takes its value from.

    Of a value that is put together, as a template is, that is the part that has to change for it to become what is
    `wanted`. An absent attribute gives the block it would stand in.
    """
    *outer, name = path.split(".")
    block = _with_lifecycle(instance) if path.split(".")[0] == LIFECYCLE else instance.block
    for depth, type_ in enumerate(outer):
        if type_ in block.attributes:
            return _inside(code, instance, block, path, depth, wanted)
        made = block.blocks.get(type_, ())
        if len(made) != 1 or made[0].unread is not None:
            problem = f"{instance.address} has {len(made)} {type_} blocks" if made else None
            problem = made[0].unread.reason if len(made) == 1 and made[0].unread else problem
            return _absent(code, instance, block, path, depth, problem)
        block = made[0]
    if name not in block.attributes and (named := block.blocks.get(name)):
        found = _absent(code, instance, named[0], path, len(outer), named[0].unread.reason if named[0].unread else None)
        return replace(found, missing=(), nested=tuple(inner.declared for inner in named))
    if name not in block.attributes:
        return _absent(code, instance, block, path, len(outer), None)
    return _followed(code, instance, block, path, block.attributes[name], wanted)


def _with_lifecycle(instance: Instance) -> EvaluatedBlock:
    """The block with what it tells Terraform of its life, which is no value of the object."""
    address = instance.declared.block.address
    made = tuple(
        evaluated_block(instance.module, inner, address, instance.names)
        for inner in named(instance.declared, LIFECYCLE)
    )
    return replace(instance.block, blocks={**instance.block.blocks, LIFECYCLE: made})


def _inside(code: Code, instance: Instance, block: EvaluatedBlock, path: str, depth: int, wanted: Value) -> Followed:
    """Follow a path into an attribute that holds an object, or a list of one, as JSON writes blocks."""
    names = path.split(".")[depth:]
    value = block.attributes[names[0]]
    if len(names) == 2 and (entry := _missing_entry(code, instance, block, path, value, names[1], wanted)) is not None:
        return entry
    try:
        for name in names[1:]:
            if isinstance(value.data, Items) and len(value.data.items) == 1:
                value = value.element(value.data.items[0])
            value = attribute(value, name)
    except (EvaluationError, RefusedError) as error:
        return _absent(code, instance, block, path, depth, str(error))
    return _followed(code, instance, block, path, value, wanted)


def _missing_entry(
    code: Code, instance: Instance, block: EvaluatedBlock, path: str, value: Evaluated, key: str, wanted: Value
) -> Followed | None:
    """A key that a map written out does not have, as one that may be added to it; None where there is no such map."""
    data, origin = value.data, value.origin
    if not isinstance(data, Fields) or data.rest is not None or key in data.fields or origin is None:
        return None
    found = _followed(code, instance, block, path, value, wanted)
    trace = replace(found.trace, value=None, unresolved=None)
    return replace(found, trace=trace, spots=((Absent(key, origin), wanted),))


def _absent(
    code: Code, instance: Instance, block: EvaluatedBlock, path: str, depth: int, problem: str | None
) -> Followed:
    place = block.declared.place(Role.BLOCK, instance.module.address, instance.declared.block.address)
    trace = ValueTrace(path, None, (located(code, place, path),), unresolved=problem)
    return Followed(trace, (), block.declared, tuple(path.split(".")[depth:]))


def _followed(
    code: Code, instance: Instance, block: EvaluatedBlock, path: str, value: Evaluated, wanted: Value
) -> Followed:
    if value.secret:
        return _secret(code, instance, block, path, value)
    found = layers(value, wanted)
    way = (Layer(value, wanted),) if isinstance(found, str) else found
    steps = [step for layer in way for step in layer.value.trail or ()]
    places = [step for step in steps if isinstance(step, Place)]
    conditions = (*_notes(code, instance), *(step.sentence for step in steps if isinstance(step, Taken)))
    spots = tuple(_spots(way))
    places += [spot for spot, _ in spots if isinstance(spot, Place)]
    locations = tuple(located(code, at, path) for at in places or (_written(instance, block.declared, path),))
    plain, problem = _plain(value), None
    if isinstance(value.data, Unknown):
        problem = value.data.reason
    elif isinstance(found, str) or isinstance(value.data, Fields | Items):
        why = found if isinstance(found, str) else ""
        problem = f"it is {described(_source(code, locations[-1]))} ({locations[-1].spot}){why}"
    trace = ValueTrace(path, plain, locations, unresolved=problem, conditions=tuple(dict.fromkeys(conditions)))
    return Followed(trace, spots, block.declared, ())


def _spots(way: Sequence[Layer]) -> Iterator[tuple[Place | Absent, Value]]:
    """Where a value may be written, from the literal on back to where it is used."""
    for layer in reversed(way):
        origin = layer.value.origin
        if origin is not None:
            role = Role.LITERAL if origin.role is Role.ATTRIBUTE else origin.role
            yield Place(origin.path, origin.start, origin.end, role, origin.address, origin.module), layer.wanted
        for step in reversed(tuple(layer.value.trail or ())):
            if isinstance(step, Absent):
                yield step, layer.wanted


def _written(instance: Instance, block: Declared, path: str) -> Place:
    """Where an attribute is written, or else the block that it belongs to."""
    setting, address = block.settings.get(path.rpartition(".")[2]), instance.declared.block.address
    module = instance.module.address
    return setting.place(Role.ATTRIBUTE, address, module) if setting else block.place(Role.BLOCK, module, address)


def _secret(code: Code, instance: Instance, block: EvaluatedBlock, path: str, value: Evaluated) -> Followed:
    """A sensitive value, of which not even the way is told: that an entry of a map is used tells the key."""
    data = value.data
    why = (
        data.reason if isinstance(data, Unknown) else "it is sensitive, so neither it nor where it comes from is shown"
    )
    first = next((step for step in value.trail or () if isinstance(step, Place)), None)
    first = first or block.declared.place(Role.BLOCK, instance.module.address)
    trace = ValueTrace(path, None, (located(code, first, path),), unresolved=why)
    return Followed(trace, (), block.declared, ())


def _notes(code: Code, instance: Instance) -> Iterator[str]:
    """How the versions of modules from elsewhere were chosen, and that other workspaces may read the same code.

    Whoever uses one workspace beside the default one has others, of which only those of configured roots are seen.
    """
    module = instance.module
    root = module.shared.root
    if root.workspace != "default":
        names = sorted({other.workspace for other in code.roots if other.path == root.path})
        others = f"others of {root.path} than {', '.join(names)}, if there are any, read this code too"
        yield f'the workspace is "{root.workspace}" ({others})'
    while module.call is not None and module.caller is not None:
        key = key_of(code.index, module.call.block, module.caller.code.folder)
        if key is not None and key in code.index.mounts.notes:
            yield code.index.mounts.notes[key]
        module = module.caller


def _source(code: Code, at: SourceLocation) -> str:
    return (code.read(at.blob) if at.blob else b"")[at.start : at.end].decode(errors="replace")


def _plain(value: Evaluated) -> Value:
    data = value.data
    if isinstance(data, Decimal):
        if abs(data.adjusted()) > _DIGITS:
            return None
        return int(data) if data == data.to_integral_value() else float(data)
    if isinstance(data, Items):
        texts = [item.data for item in data.items]
        return (
            tuple(text for text in texts if isinstance(text, str)) if all(isinstance(t, str) for t in texts) else None
        )
    return data if isinstance(data, str | bool) else None


def located(code: Code, place: Place, attribute_path: str | None = None) -> SourceLocation:
    """A place as the rest of the program knows it, with its blob and its lines."""
    text = code.text(place.path)
    first, last = text.count(b"\n", 0, place.start) + 1, text.count(b"\n", 0, place.end) + 1
    mount = code.index.mounts.of(place.path)
    return SourceLocation(
        mount.repository if mount else code.index.repository,
        mount.commit if mount else code.index.commit,
        mount.inner(place.path) if mount else place.path,
        code.index.blob(place.path) or "",
        place.start,
        place.end,
        first,
        last,
        place.role,
        place.address,
        attribute_path,
        mount.ref if mount else None,
    )
