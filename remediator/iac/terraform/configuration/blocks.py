"""Blocks with their values: attributes, nested blocks, and what `dynamic` blocks make."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from remediator.iac.terraform.configuration.instance import ModuleInstance
from remediator.iac.terraform.configuration.lazy import LazyMapping
from remediator.iac.terraform.configuration.module import Declared, Setting
from remediator.iac.terraform.language.evaluation import inputs, unknown
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.scope import Names, RefusedError
from remediator.iac.terraform.language.selection import iterated
from remediator.iac.terraform.language.values import Evaluated, Unknown
from remediator.model import Role

__all__ = ["SILENT", "EvaluatedBlock", "Parts", "evaluated_block", "parts_of"]

SILENT = ("lifecycle", "provisioner", "connection")
"""Nested blocks that tell Terraform how to go about it and are no values of the object."""


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedBlock:
    """A block of one instance; values are evaluated when they are asked for, and what fails is an unknown.

    `unread` says why it is not known how many blocks of this type there are, since a `dynamic` block hangs on an
    unknown: this one stands for all of them.
    """

    declared: Declared
    attributes: Mapping[str, Evaluated]
    blocks: Mapping[str, tuple["EvaluatedBlock", ...]]
    unread: Unknown | None = None


@dataclass(frozen=True, slots=True)
class _Iterating:
    """The names inside the content of a dynamic block."""

    names: Names
    iterator: str
    values: Mapping[str, Evaluated]

    def refer(self, kind: str, name: str) -> Evaluated:
        if kind == self.iterator and name in self.values:
            return self.values[name]
        return self.names.refer(kind, name)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the instances of a block share: its own attributes, and the types of its nested blocks."""

    settings: Mapping[str, Setting]
    types: Mapping[str, None]


def parts_of(declared: Declared) -> Parts:
    """The parts of a block."""
    return Parts(declared.values, dict.fromkeys(one.kind for one in declared.nested if one.block.type not in SILENT))


def evaluated_block(
    module: ModuleInstance, declared: Declared, address: str, names: Names, parts: Parts | None = None
) -> EvaluatedBlock:
    """A block as `names` make it; nothing is evaluated yet."""
    parts = parts or parts_of(declared)
    settings = parts.settings

    def value(name: str) -> Evaluated:
        setting = settings[name]
        try:
            try:
                return module.defined(setting, Role.ATTRIBUTE, address, names)
            except EvaluationError as error:
                why, reads = str(error), inputs(module.scope(setting, Role.ATTRIBUTE, address, names))
        except RefusedError as error:
            module.shared.budget.note(error)
            why, reads = str(error), ""
        where = f"{setting.file.path}:{setting.attribute.span.start_line}"
        return unknown(f"{why} ({where})", module.address, address, name, setting.attribute.text, reads)

    def nested(type_: str) -> tuple[EvaluatedBlock, ...]:
        return tuple(_nested(module, declared, address, names, type_))

    return EvaluatedBlock(declared, LazyMapping(settings, value), LazyMapping(parts.types, nested))


def _nested(
    module: ModuleInstance, declared: Declared, address: str, names: Names, type_: str
) -> Iterator[EvaluatedBlock]:
    for inner in declared.nested:
        if inner.kind != type_:
            continue
        if inner.block.type == "dynamic":
            yield from _dynamic(module, inner, address, names, type_)
        else:
            yield evaluated_block(module, inner, address, names)


def _dynamic(
    module: ModuleInstance, dynamic: Declared, address: str, names: Names, type_: str
) -> Iterator[EvaluatedBlock]:
    content = next((inner for inner in dynamic.nested if inner.block.type == "content"), None)
    collection = dynamic.settings.get("for_each")
    if content is None or collection is None:
        return
    iterator = dynamic.settings.get("iterator")
    word = iterator.attribute.text if iterator else type_
    try:
        pairs = iterated(module.defined(collection, Role.FOR_EACH, address, names))
    except (EvaluationError, RefusedError) as error:
        module.shared.budget.note(error)
        pairs = Unknown(f"{error} ({dynamic.file.path}:{dynamic.block.header.start_line})", collection.attribute.text)
    if isinstance(pairs, Unknown):
        hidden = Evaluated(pairs)
        supposed = evaluated_block(module, content, address, _Iterating(names, word, {"key": hidden, "value": hidden}))
        yield replace(supposed, unread=pairs)
        return
    for key, value in pairs:
        module.shared.budget.spend()
        yield evaluated_block(module, content, address, _Iterating(names, word, {"key": key, "value": value}))
