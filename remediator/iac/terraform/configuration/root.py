"""A root expanded: every instance of every resource, data source and call of a module from elsewhere, by address."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.blocks import EvaluatedBlock, evaluated_block, parts_of
from remediator.iac.terraform.configuration.files import RepositoryFiles
from remediator.iac.terraform.configuration.inputs import missing_files, variable_files
from remediator.iac.terraform.configuration.instance import EndlessError, ModuleInstance
from remediator.iac.terraform.configuration.module import Declared, module_of
from remediator.iac.terraform.configuration.repetition import Key, supposed
from remediator.iac.terraform.configuration.shared import Shared
from remediator.iac.terraform.index import RepositoryIndex, normal
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Surroundings
from remediator.iac.terraform.language.scope import Budget, Names, RefusedError
from remediator.iac.terraform.language.values import Plain, Unknown
from remediator.iac.terraform.terragrunt.unit import unit_inputs
from remediator.model import StateResource, index_suffix

__all__ = ["STEPS", "EvaluatedRoot", "Instance", "evaluate_root"]

_STEP = re.compile(r'module\.(?P<name>[^.\[]+)(?:\[(?:"(?P<text>(?:[^"\\]|\\.)*)"|(?P<number>\d+))\])?')

_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}

STEPS = 700_000
"""Steps that one root may take: some two seconds; the largest of 330 public roots takes a fraction of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A resource instance (or a call of a module from elsewhere): where it is declared, and its values."""

    address: str
    key: Key
    module: ModuleInstance
    names: Names
    block: EvaluatedBlock

    @property
    def declared(self) -> Declared:
        """Its block in the code."""
        return self.block.declared


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedRoot:
    """Every instance by address; `gaps` are sentences about what could not be expanded, by the address they concern.

    What a module holds of which the instances are not known stands once, with `[*]` for its key.
    `files` knows which files were read besides the code, which grows as values are asked for; `top` is the root module.
    """

    root: RootConfig
    instances: Mapping[str, Instance]
    gaps: Mapping[str, str]
    files: RepositoryFiles
    refused: str | None = None
    top: ModuleInstance | None = None

    def modules(self) -> Iterator[ModuleInstance]:
        """All modules of the root; what stands for those of which the instances are not known holds some as well."""
        found = {id(made.module): made.module for made in self.instances.values()}
        todo = [self.top] if self.top is not None else []
        while todo:
            module = todo.pop()
            found[id(module)] = module
            for name in module.code.calls:
                with suppress(EvaluationError, RefusedError):
                    children = module.children(name)
                    todo += children.values() if isinstance(children, Mapping) else ()
        yield from found.values()

    def outputs(self) -> Mapping[str, Plain | str]:
        """The root's outputs by name; a sentence stands for one that fails."""
        found: dict[str, Plain | str] = {}
        for name in self.top.code.outputs if self.top else ():
            try:
                found[name] = self.top.refer("output", name).plain() if self.top else ""
            except (EvaluationError, RefusedError) as error:
                found[name] = str(error)
        return found


def evaluate_root(
    index: RepositoryIndex, root: RootConfig, files: RepositoryFiles, states: Sequence[StateResource] = ()
) -> EvaluatedRoot:
    """Expand a root; values are evaluated when they are asked for.

    Where `count` or `for_each` hangs on something unknown, the instances are those that the root's `states` hold, if
    any. Never raises for what the code holds: `refused` says why a root as a whole is not evaluated.
    """
    held = _held_keys(root, states)
    folder, unit = index.module_folder(root.path), index.units.get(normal(root.path))
    inputs = unit_inputs(index, unit, files, files.seen, dict(root.environment)) if unit is not None else None
    if isinstance(inputs, str):
        return EvaluatedRoot(root, {}, {}, files, inputs)
    shared = Shared(index, root, Surroundings(files, folder), Budget(STEPS), lambda at: held.get(at, ()), inputs)
    missing = missing_files(index, root)
    unread = next((file for file in variable_files(index, root) if file.source.problem), None)
    if missing or unread:
        why = f"the variable file {missing[0]} is not in the repository; mend var_files" if missing else ""
        why = f"{unread.path} could not be read: {unread.source.problem}" if unread else why
        return EvaluatedRoot(root, {}, {}, files, why)
    code = module_of(index, folder)
    gaps: dict[str, str] = {}
    top = ModuleInstance(shared, code)
    try:
        found = {made.address: made for made in _instances(top, gaps)}
    except RefusedError as error:
        return EvaluatedRoot(root, {}, {}, files, str(error))
    return EvaluatedRoot(root, found, gaps, files, top=top)


def _instances(module: ModuleInstance, gaps: dict[str, str]) -> Iterator[Instance]:
    for file in module.code.unread:
        gaps[file.path] = f"{file.path} could not be read: {file.source.problem}"
        module.shared.budget.note(RefusedError(gaps[file.path]))
    for address, declared in module.code.resources.items():
        yield from _of_block(module, address, declared, gaps)
    for name, call in module.code.calls.items():
        address = f"module.{name}"
        try:
            children = module.children(name)
        except EndlessError:
            raise
        except (EvaluationError, RefusedError) as error:
            module.shared.budget.note(error)
            children = Unknown(str(error), address)
        if isinstance(children, Unknown):
            gaps[_full(module, address)] = children.reason
            yield from _of_block(module, address, call, gaps)
            inside = module.supposed_child(name, children)
            if inside is not None:
                yield from _instances(inside, gaps)
            continue
        for child in children.values():
            yield from _instances(child, gaps)


def _of_block(module: ModuleInstance, address: str, declared: Declared, gaps: dict[str, str]) -> Iterator[Instance]:
    try:
        made = module.instances(declared, address)
    except (EvaluationError, RefusedError) as error:
        module.shared.budget.note(error)
        made = Unknown(f"{error} ({declared.file.path}:{declared.block.header.start_line})", address)
    if isinstance(made, Unknown):
        gaps[_full(module, address)] = made.reason
        made = {None: supposed(module, None, made)}
    parts, full = parts_of(declared), _full(module, address)
    for key, names in made.items():
        module.shared.budget.spend()
        block = evaluated_block(module, declared, address, names, parts)
        yield Instance(full + index_suffix(key), key, module, names, block)


def _full(module: ModuleInstance, address: str) -> str:
    return f"{module.address}.{address}" if module.address else address


def _held_keys(root: RootConfig, states: Sequence[StateResource]) -> Mapping[str, tuple[Key, ...]]:
    """The instance keys that a state holds for each block of each module instance, and for each module call."""
    held: dict[str, dict[Key, None]] = {}
    for at in (state.at for state in states):
        if (normal(at.root), at.workspace) != (normal(root.identity), root.workspace):
            continue
        for step in _STEP.finditer(at.module):
            if step["text"] is not None or step["number"] is not None:
                key = int(step["number"]) if step["number"] else _unescaped(step["text"])
                held.setdefault(at.module[: step.end("name")], {})[key] = None
        if at.index_key is not None:
            block = replace(at, index_key=None)
            held.setdefault(block.address, {})[at.index_key] = None
    return {address: tuple(keys) for address, keys in held.items()}


def _unescaped(text: str) -> str:
    text = text.replace("$${", "${").replace("%%{", "%{")
    return re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), text)
