"""What others may read of a resource: what is written in it, what follows from that, and what stays unknown."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from remediator.iac.terraform.configuration.lazy import LazyMapping
from remediator.iac.terraform.configuration.module import Declared, Setting
from remediator.iac.terraform.configuration.renewed import made_of
from remediator.iac.terraform.configuration.shared import Defining
from remediator.iac.terraform.language.evaluation import inputs, unknown
from remediator.iac.terraform.language.scope import Names
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown
from remediator.model import Role

__all__ = ["Readable", "as_read", "readable"]

_NO_LIST = ("timeouts",)
"""Nested blocks that others read as one object and not as a list of them."""


@dataclass(frozen=True, slots=True)
class Readable:
    """The parts of a block by name: its attributes, its nested blocks, and the settings that a name follows from.

    Of nested blocks only those are here that are written out and there once: how several are ordered, only the
    provider's schema says. All of their types are among what follows.
    """

    settings: Mapping[str, Setting]
    blocks: Mapping[str, "Readable"]
    following: Mapping[str, tuple[Setting, ...]]


def readable(declared: Declared) -> Readable:
    """The parts of a block, which all of its instances share."""
    times = Counter(inner.kind for inner in declared.nested)
    once = (i for i in declared.nested if times[i.kind] == 1 and i.block.type == i.kind and i.kind not in _NO_LIST)
    return Readable(declared.values, {inner.kind: readable(inner) for inner in once}, made_of(declared))


def as_read(
    module: Defining, of: Readable, address: str, names: Names, full: str, rest: Unknown | None = None
) -> Evaluated:
    """One instance of a block, whose address is `full`, as others read it: an object, blocks in it lists of one.

    `rest` is what it is otherwise; without it, what the provider computes stays the same whatever changes.
    """
    reason = f"it is an attribute of {full}, which the provider computes"

    def hanging(name: str) -> Evaluated:
        scopes = [module.scope(setting, Role.ATTRIBUTE, address, names) for setting in of.following[name]]
        return unknown(reason, full, name, *(part for scope in scopes for part in (scope.text, inputs(scope))))

    def value(name: str) -> Evaluated:
        if name in of.settings:
            return module.defined(of.settings[name], Role.ATTRIBUTE, address, names)
        found = hanging(name)
        if name not in of.blocks or not isinstance(found.data, Unknown):
            return found
        inner = as_read(module, of.blocks[name], address, names, f"{full}.{name}[0]", found.data)
        return Evaluated(Items((inner,), is_list=True))

    return Evaluated(Fields(LazyMapping({**of.following, **of.settings}, value), rest or Unknown(reason, full)))
