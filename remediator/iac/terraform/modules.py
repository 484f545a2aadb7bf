"""Module calls: which folder a call means, how a state's module path leads through the code, and who else calls."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex, normal
from remediator.iac.terraform.syntax import Block

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
    found = [(f, b) for f, b in blocks_in(index, folder, "module") if b.labels == (name,)]
    if not found:
        return f"{folder or '.'} has no module call named {name}"
    file, block = found[0]
    target = called_folder(block, folder)
    if target is None or target not in index.folders:
        return f"module.{name} ({file.path}:{block.header.start_line}) comes from {_source(block)}, not this repository"
    return Call(file, block, folder, target)


def called_folder(block: Block, caller: str) -> str | None:
    """The folder in the repository that a call's local source means; None for any other source."""
    source = block.attribute("source")
    value = literal(source.text) if source else None
    if value is None or not isinstance(value.value, str) or not value.value.startswith(("./", "../")):
        return None
    folder = posixpath.normpath(posixpath.join(caller, value.value))
    return None if folder == ".." or folder.startswith("../") else normal(folder)


def _source(block: Block) -> str:
    source = block.attribute("source")
    return source.text if source else "nowhere"


def blocks_in(index: RepositoryIndex, folder: str, type_: str) -> Iterator[tuple[IndexedFile, Block]]:
    """The blocks of one type in the files of a folder."""
    return ((file, block) for file in index.directory(folder) for block in file.blocks(type_))
