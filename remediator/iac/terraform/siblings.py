"""Every other resource that the same literal reaches; errs on the side of more."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from remediator.config import RootConfig
from remediator.iac.terraform.evaluate import Site, tfvars
from remediator.iac.terraform.expressions import mentions
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex, directory_of, normal
from remediator.iac.terraform.modules import Call, called_folder, names
from remediator.iac.terraform.scopes import MAX_SCOPES, Scope, scopes
from remediator.iac.terraform.syntax import Block
from remediator.model import Role, StateAddress, StateResource, ValueTrace

_META = ("count", "for_each", "depends_on", "providers")
_REMOTE = "/"
"""Stands for the folder of a module from elsewhere; no folder of a repository is called so."""


@dataclass(frozen=True, slots=True)
class _Name:
    """What carries the value on: `var.x`, `local.x`, or an attribute of `module.m` or of a resource."""

    address: str
    attribute: str | None = None

    def within(self, text: str) -> bool:
        return mentions(text, self.address) and (
            self.attribute is None or bool(re.search(rf"\.{re.escape(self.attribute)}(?![\w-])", text))
        )

    def in_block(self, block: Block) -> bool:
        return any(self.within(a.text) for a in block.attributes) or any(map(self.in_block, block.blocks))


@dataclass(frozen=True, slots=True)
class _Reached:
    """A resource block of a scope; no address means everything in the scope."""

    scope: Scope
    address: str | None


def siblings(
    index: RepositoryIndex,
    roots: Sequence[RootConfig],
    states: Sequence[StateResource],
    at: StateAddress,
    site: Site,
    trace: ValueTrace,
) -> tuple[str, ...]:
    """The other resource addresses that an edit at the end of a trace would change.

    Addresses of other roots carry the root before a colon. A block that no state holds has its address without keys.
    What lies outside the configured roots is named by where it stands, since what it makes is not known.
    """
    end = trace.locations[-1]
    folder = directory_of(trace.locations[-2].path) if end.role is Role.TFVARS else directory_of(end.path)
    found: dict[str, None] = {}
    ways = scopes(index, roots, folder)
    for scope in ways.known:
        for reached in _from(index, scope, site, trace):
            found.update(dict.fromkeys(_addresses(states, at, reached)))
    if end.role is not Role.TFVARS:
        found.update(dict.fromkeys(_elsewhere(index, roots, folder, ways.strangers, trace)))
    if not ways.complete:
        found[f"more module instances of {folder or '.'} than can be listed"] = None
    return tuple(address for address in found if address != at.address)


def _from(index: RepositoryIndex, scope: Scope, site: Site, trace: ValueTrace) -> Iterator[_Reached]:
    end = trace.locations[-1]
    if end.role in (Role.LITERAL, Role.BLOCK, Role.ATTRIBUTE):
        yield _Reached(scope, site.block.address)
        yield from _onward(index, scope, _Name(site.block.address, trace.attribute.split(".")[-1]), set())
    elif end.role is Role.MODULE_ARGUMENT:
        call = next(call for call in site.calls if call.file.path == end.path and call.block.address == end.address)
        for argument in call.block.attributes:
            if argument.value.start == end.start:
                yield from _onward(index, scope.inside(call), _Name(f"var.{argument.name}"), set())
    elif _is_given(index, scope, end.role, end.address.removeprefix("var."), end.path):
        yield from _onward(index, scope, _Name(end.address), set())


def _is_given(index: RepositoryIndex, scope: Scope, role: Role, name: str, path: str) -> bool:
    """Whether a variable (or local) takes its value from this place in this scope, and not from a stronger one."""
    files = [file.path for file in tfvars(index, scope.root) if _sets(file, name)] if not scope.calls else []
    if role is Role.TFVARS:
        return bool(files) and files[-1] == path
    if role is Role.VARIABLE_DEFAULT and scope.calls:
        argument = scope.calls[-1].block.attribute(name)
        return argument is None or argument.text == "null"
    return role is Role.LOCAL or not files


def _sets(file: IndexedFile, name: str) -> bool:
    return any(attribute.name == name for attribute in file.source.attributes)


def _onward(
    index: RepositoryIndex, scope: Scope, name: _Name, seen: set[tuple[tuple[str, ...], _Name]]
) -> Iterator[_Reached]:
    if (scope.path, name) in seen:
        return
    seen.add((scope.path, name))
    if len(seen) > MAX_SCOPES:
        yield _Reached(scope, None)
        return
    for file, block in ((f, b) for f in index.directory(scope.folder) for b in f.source.blocks):
        if not name.in_block(block):
            continue
        if block.type in ("resource", "data", "ephemeral"):
            yield _Reached(scope, block.address)
        elif block.type == "locals":
            for attribute in block.attributes:
                if name.within(attribute.text):
                    yield from _onward(index, scope, _Name(f"local.{attribute.name}"), seen)
        elif block.type == "output" and scope.calls:
            carrier = _Name(scope.calls[-1].block.address, ".".join(block.labels))
            yield from _onward(index, scope.outside, carrier, seen)
        elif block.type == "module":
            inner = scope.inside(Call(file, block, scope.folder, called_folder(block, scope.folder) or _REMOTE))
            yield from _into(index, inner, name, seen)


def _into(
    index: RepositoryIndex, inner: Scope, name: _Name, seen: set[tuple[tuple[str, ...], _Name]]
) -> Iterator[_Reached]:
    followed = inner.folder in index.folders and all(call.caller != inner.folder for call in inner.calls)
    for attribute in inner.calls[-1].block.attributes:
        if not name.within(attribute.text):
            continue
        if followed and attribute.name not in _META:
            yield from _onward(index, inner, _Name(f"var.{attribute.name}"), seen)
        else:
            yield _Reached(inner, None)


def _addresses(states: Sequence[StateResource], at: StateAddress, reached: _Reached) -> Iterator[str]:
    root, path = reached.scope.root, reached.scope.path
    own = (normal(root.path), root.workspace) == (normal(at.root), at.workspace)
    place = root.path if root.workspace == "default" else f"{root.path} (workspace {root.workspace})"
    prefix = "" if own else f"{place}: "
    held = [
        state.at
        for state in states
        if (reached.address is None or reached.address == _block_address(state.at))
        and (state.at.repository, normal(state.at.root), state.at.workspace)
        == (at.repository, normal(root.path), root.workspace)
        and names(state.at.module)[: None if reached.address else len(path)] == path
    ]
    yield from (f"{prefix}{address.address}" for address in held)
    if not held:
        module = ".".join(f"module.{name}" for name in path)
        yield prefix + ".".join(part for part in (module, reached.address) if part)


def _block_address(at: StateAddress) -> str:
    return f"data.{at.type}.{at.name}" if at.mode == "data" else f"{at.type}.{at.name}"


def _elsewhere(
    index: RepositoryIndex, roots: Sequence[RootConfig], folder: str, strangers: Sequence[Call], trace: ValueTrace
) -> Iterator[str]:
    for call in strangers:
        yield f"{call.file.path}:{call.block.header.start_line} ({call.block.address}), outside the configured roots"
    known = {file.path for root in roots for file in tfvars(index, root)}
    default = trace.locations[-1].role is Role.VARIABLE_DEFAULT
    for file in index.folders.get(folder, ()):
        overrides = default and _sets(file, trace.locations[-1].address.removeprefix("var."))
        if file.path.endswith(".tfvars") and file.path not in known and not overrides:
            yield f"{folder or '.'} with {file.path}, outside the configured roots"
