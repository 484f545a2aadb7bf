"""Resources that nothing else can be changed with: an edit in their own block needs no evaluation to be understood.

Only an expression of the same module can read a resource. Where one declaration is one instance, in a module that one
configured root has once, and no other text of the module names the attribute, changing it changes nothing else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from remediator.config import RootConfig
from remediator.iac.terraform.comments import readings
from remediator.iac.terraform.configuration.outsiders import followers
from remediator.iac.terraform.configuration.packed import may_be_packed
from remediator.iac.terraform.configuration.readers import is_read_as_data
from remediator.iac.terraform.configuration.renewed import renewed_by
from remediator.iac.terraform.configuration.root import Instance
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.scopes import scopes
from remediator.iac.terraform.syntax import Attribute, Block

__all__ = ["is_alone"]

_NAMED = re.compile(r"(?<![\w-])(?=([^\W\d][\w-]*)\s*\.\s*([^\W\d][\w-]*)(?:\s*\.\s*([^\W\d][\w-]*))?)")
"""From every word on, since the last word of a comment may seem to lead to the first of the next line."""
ANY = "*"
"""Stands for a mention that does not name one attribute."""


def is_alone(index: RepositoryIndex, roots: tuple[RootConfig, ...], instance: Instance, paths: Iterable[str]) -> bool:
    """Whether changing these attributes of an instance in its own block can change nothing but them."""
    declared, folder = instance.declared, instance.module.code.folder
    if instance.key is not None or "[" in instance.module.address or declared.block.type != "resource":
        return False
    if declared.file.path.endswith(".json") or any(s.file is not declared.file for s in declared.settings.values()):
        return False
    if any("self." in attribute.text for attribute in _attributes(declared.block)):  # a condition on the object itself
        return False
    if index.folders_of(declared.file.path) != (folder,) or is_read_as_data(index, declared.file.path):
        return False
    if may_be_packed(index, declared.file.path):
        return False
    if any(file.source.problem for file in index.directory(folder)):
        return False
    ways = _ways(index, roots, folder)
    if ways != 1:
        return False
    named = _mentions(index, folder).get(declared.block.address, frozenset())
    changed = {path.split(".")[0] for path in paths}
    return named.isdisjoint({ANY, *changed, *renewed_by(declared, changed)})


@lru_cache(maxsize=1024)
def _ways(index: RepositoryIndex, roots: tuple[RootConfig, ...], folder: str) -> int:
    """How many module instances a folder is part of, those of unknown callers included."""
    found = scopes(index, roots, folder)
    return len(found.known) + len(found.strangers) + len(tuple(followers(index, folder))) if found.complete else 0


@lru_cache(maxsize=1024)
def _mentions(index: RepositoryIndex, folder: str) -> Mapping[str, frozenset[str]]:
    """The attributes by which the text of a module names each `type.name`; comments and strings count as well."""
    found: dict[str, set[str]] = {}
    for file in index.directory(folder):
        for block in file.source.blocks:
            for text in (text for attribute in _attributes(block) for text in readings(attribute.text)):
                for first, second, third in _NAMED.findall(text):
                    found.setdefault(f"{first}.{second}", set()).add(third or ANY)
    return {address: frozenset(names) for address, names in found.items()}


def _attributes(block: Block) -> Iterator[Attribute]:
    yield from block.attributes
    for inner in block.blocks:
        yield from _attributes(inner)
