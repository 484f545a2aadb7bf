"""Module calls: which folder a call means, how a state's module path leads through the code, and who else calls."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex, normal
from remediator.iac.terraform.mounts import Key
from remediator.iac.terraform.overrides import is_override
from remediator.iac.terraform.syntax import Attribute, Block

_STEP = re.compile(r'module\.([^.\[]+)(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?(?:\.|$)')
MAX_DEPTH = 32
"""Deeper module paths than this are a cycle or an attack."""


@dataclass(frozen=True, slots=True)
class Call:
    """A module block and the folder of the module it calls; `caller` is the folder it stands in."""

    file: IndexedFile
    block: Block
    caller: str
    folder: str


def names(module: str) -> tuple[str, ...]:
    """The call names of a state's module path: (`a`, `b`) of `module.a["k"].module.b[0]`."""
    return tuple(match[1] for match in _STEP.finditer(module))


def call_chain(index: RepositoryIndex, root: str, module: str) -> tuple[Call, ...] | str:
    """The module calls of a state's module path, outermost first, or a sentence that says where it breaks off."""
    unit = index.units.get(normal(root))
    if unit is not None and unit.reason is not None:
        return unit.reason
    chain: list[Call] = []
    folder = index.module_folder(root)
    for name in names(module)[:MAX_DEPTH]:
        call = find_call(index, folder, name)
        if isinstance(call, str):
            return call
        chain.append(call)
        folder = call.folder
    return tuple(chain)


def find_call(index: RepositoryIndex, folder: str, name: str) -> Call | str:
    """The call of that name in a folder, or a sentence that says why it cannot be followed."""
    found = [(f, b) for f, b in calls_in(index, folder) if b.labels == (name,)]
    if not found:
        return f"{folder or '.'} has no module call named {name}"
    file, block = found[0]
    target = called_folder(index, block, folder)
    if target is None or target not in index.folders:
        return unfollowed(index, file, block, folder)
    return Call(file, block, folder, target)


def called_folder(index: RepositoryIndex, block: Block, caller: str) -> str | None:
    """The folder that a call's source means, in the repository or mounted from elsewhere; None for any other source."""
    source, mounts = _text(_argument(index, block, caller, "source")), index.mounts
    if source is None or not source.startswith(("./", "../")):
        key = key_of(index, block, caller)
        return mounts.folders.get(key) if key else None
    folder = normal(posixpath.normpath(posixpath.join(caller, source)))
    if folder == ".." or folder.startswith("../") or mounts.of(folder) != mounts.of(caller):
        return None
    return folder


def key_of(index: RepositoryIndex, block: Block, caller: str) -> Key | None:
    """The source and version of a call of a module from elsewhere; None for a local one, and where one is computed."""
    written = _argument(index, block, caller, "version")
    source, version = _text(_argument(index, block, caller, "source")), _text(written)
    if source is None or source.startswith(("./", "../")) or (version is None and written):
        return None
    return source, version


def unfollowed(index: RepositoryIndex, file: IndexedFile, block: Block, caller: str) -> str:
    """A sentence on a call that leads nowhere that is known."""
    source, key = _argument(index, block, caller, "source"), key_of(index, block, caller)
    place = f"{index.mounts.shown(file.path)}:{block.header.start_line}"
    where = f"module.{'.'.join(block.labels)} ({place}) comes from {source.text[:200] if source else 'nowhere'}"
    why = index.mounts.refusals.get(key) if key else None
    return f"{where}, not this repository{f': {why}' if why else ''}"


def _argument(index: RepositoryIndex, block: Block, caller: str, name: str) -> Attribute | None:
    """An argument of a call, as the last override file beside it has it that says anything of it."""
    overrides = sorted((f for f in index.directory(caller) if is_override(f.seen)), key=lambda f: f.seen, reverse=True)
    said = (other for file in overrides for other in file.blocks("module") if other.labels == block.labels)
    return next((found for other in said if (found := other.attribute(name))), block.attribute(name))


def _text(attribute: Attribute | None) -> str | None:
    value = literal(attribute.text) if attribute else None
    return value.value if value is not None and isinstance(value.value, str) else None


def calls_in(index: RepositoryIndex, folder: str) -> Iterator[tuple[IndexedFile, Block]]:
    """The module calls of a folder, without what override files say of them."""
    return ((file, block) for file, block in blocks_in(index, folder, "module") if not is_override(file.seen))


def blocks_in(index: RepositoryIndex, folder: str, type_: str) -> Iterator[tuple[IndexedFile, Block]]:
    """The blocks of one type in the files of a folder."""
    return ((file, block) for file in index.directory(folder) for block in file.blocks(type_))


def own_provider(index: RepositoryIndex, folder: str | None) -> str | None:
    """Where a module, or one that it calls, configures a provider, without which what they hold cannot be destroyed.

    https://developer.hashicorp.com/terraform/language/modules/develop/providers
    """
    waiting = [folder]
    for at in waiting:  # which grows
        if at is None:
            continue
        for file, block in blocks_in(index, at, "provider"):
            return f"{index.mounts.shown(file.path)}:{block.header.start_line}"
        called = {called_folder(index, call, at) for _, call in calls_in(index, at)}
        waiting += sorted(folder for folder in called if folder is not None and folder not in waiting)
    return None
