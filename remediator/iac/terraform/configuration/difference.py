"""What differs between two evaluations of a root: our own proof of what an edit does."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from remediator.iac.terraform.configuration.blocks import EvaluatedBlock, evaluated_block
from remediator.iac.terraform.configuration.instance import ModuleInstance
from remediator.iac.terraform.configuration.module import Declared
from remediator.iac.terraform.configuration.root import EvaluatedRoot, Instance
from remediator.iac.terraform.language.evaluation import inputs
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.scope import RefusedError
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Plain
from remediator.model import Role

__all__ = ["Difference", "differences", "flat"]


@dataclass(frozen=True, slots=True)
class Difference:
    """An attribute of an address that differs; `attribute` is empty where the whole instance comes or goes."""

    address: str
    attribute: str


def flat(root: EvaluatedRoot) -> Mapping[str, Mapping[tuple[str, ...], Plain]]:
    """Every attribute of every instance, evaluated; nested blocks as `type`, number, attribute.

    The settings of providers count too: `default_tags` change everything. Raises EvaluationError where an output fails
    of a module that is read as a whole, and RefusedError where the root takes more than it may.
    """
    found = {
        address: {**dict(_leaves(made.block, ())), **dict(_triggers(made))} for address, made in root.instances.items()
    }
    for module in root.modules():
        for address, provider in _providers(module):
            found[address] = dict(_leaves(evaluated_block(module, provider, address, module), ()))
    return found


def _providers(module: ModuleInstance) -> Iterator[tuple[str, Declared]]:
    """The provider blocks of a module by the addresses that a state has for them, a further one of the same by number.

    Never by their lines, which an edit above them moves.
    """
    seen: Counter[str] = Counter()
    for provider in module.code.providers:
        alias = provider.settings.get("alias")
        named = alias.attribute.text.strip('"') if alias is not None else ""
        address = ".".join(part for part in (module.address, provider.block.address, named) if part)
        seen[address] += 1
        yield address if seen[address] == 1 else f"{address} ({provider.file.path}, {seen[address]})", provider


def _triggers(made: Instance) -> Iterator[tuple[tuple[str, ...], Plain]]:
    """What replaces an instance when it changes: `lifecycle.replace_triggered_by`."""
    for lifecycle in (inner for inner in made.declared.nested if inner.block.type == "lifecycle"):
        setting = lifecycle.settings.get("replace_triggered_by")
        if setting is not None:
            scope = made.module.scope(setting, Role.ATTRIBUTE, made.declared.block.address, made.names)
            yield ("lifecycle", "replace_triggered_by"), ("string", inputs(scope))


def _leaves(block: EvaluatedBlock, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Plain]]:
    for name, value in block.attributes.items():
        yield from _parts(value, (*above, name))
    for type_, made in block.blocks.items():
        for number, inner in enumerate(made):
            if inner.unread is not None:
                yield (*above, type_, "*"), ("unknown", inner.unread.key)
            yield (*above, type_, str(number)), ("object", ())
            yield from _leaves(inner, (*above, type_, str(number)))


def _parts(value: Evaluated, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Plain]]:
    """The parts of a collection one by one, so that a change of one is not taken for one of all."""
    data = value.data
    if isinstance(data, Fields) and data.fields and data.rest is None:
        yield above, ("object", tuple((key, ("", "")) for key in sorted(data.fields)))
        for key in data.fields:
            yield from _parts(data.fields[key], (*above, key))
    elif isinstance(data, Items) and not data.is_set and any(isinstance(i.data, Fields) for i in data.items):
        yield above, ("list", Decimal(len(data.items)))
        for number, item in enumerate(data.items):
            yield from _parts(item, (*above, str(number)))
    else:
        yield above, value.plain()


Flat = Mapping[str, Mapping[tuple[str, ...], Plain]]


def differences(before: Flat, after: Flat) -> tuple[Difference, ...]:
    """What differs, by address and attribute path (`root_block_device.volume_type`), sorted."""
    found: set[Difference] = set()
    for address in before.keys() | after.keys():
        old, new = before.get(address), after.get(address)
        if old is None or new is None:
            found.add(Difference(address, ""))
            continue
        for path in old.keys() | new.keys():
            if old.get(path) != new.get(path):
                found.add(Difference(address, ".".join(step for step in path if not step.isdigit())))
    return tuple(sorted(found, key=lambda d: (d.address, d.attribute)))


def evaluated(root: EvaluatedRoot) -> Flat | str:
    """All of a root's values, or a sentence why they cannot all be had."""
    if root.refused is not None:
        return root.refused
    try:
        found = flat(root)
    except (EvaluationError, RefusedError) as error:
        return str(error)
    given_up = root.top.shared.budget.given_up if root.top else None
    return found if given_up is None else given_up
