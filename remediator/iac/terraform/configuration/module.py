"""The code of one module: what the files of a folder declare, override files merged as Terraform merges them.

https://developer.hashicorp.com/terraform/language/files/override
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from remediator.iac.terraform.index import IndexedFile, RepositoryIndex
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.overrides import is_override
from remediator.iac.terraform.syntax import Attribute, Block
from remediator.model import Role

__all__ = ["META", "Declared", "Module", "Setting", "module_of"]


@dataclass(frozen=True, slots=True)
class Setting:
    """An attribute and the file that it stands in."""

    file: IndexedFile
    attribute: Attribute

    def place(self, role: Role, address: str, module: str) -> Place:
        """Where its expression stands."""
        value = self.attribute.value
        return Place(self.file.path, value.start, value.end, role, address, module)


@dataclass(frozen=True, slots=True)
class Declared:
    """A block as it counts after overrides: its attributes by name, and its nested blocks."""

    file: IndexedFile
    block: Block
    settings: Mapping[str, Setting]
    nested: tuple["Declared", ...]

    @property
    def values(self) -> Mapping[str, Setting]:
        """The attributes that are values of the object itself, and tell Terraform nothing about how to make it."""
        return {name: setting for name, setting in self.settings.items() if name not in META.get(self.block.type, ())}

    @property
    def kind(self) -> str:
        """Its type, for a `dynamic` block that of the blocks it makes."""
        return self.block.labels[0] if self.block.type == "dynamic" and self.block.labels else self.block.type

    def place(self, role: Role, module: str, address: str | None = None) -> Place:
        """Where the block stands."""
        span = self.block.span
        return Place(self.file.path, span.start, span.end, role, address or self.block.address, module)


@dataclass(frozen=True, slots=True)
class Module:
    """The declarations of a folder by name; resources by their address in the module, data sources with `data.`."""

    folder: str
    variables: Mapping[str, Declared]
    locals: Mapping[str, Setting]
    resources: Mapping[str, Declared]
    calls: Mapping[str, Declared]
    outputs: Mapping[str, Declared]
    providers: tuple[Declared, ...]
    unread: tuple[IndexedFile, ...]


_REPEATED = ("count", "for_each", "depends_on")
META: Mapping[str, tuple[str, ...]] = {
    "resource": (*_REPEATED, "provider"),
    "data": (*_REPEATED, "provider"),
    "module": (*_REPEATED, "providers", "source", "version"),
}
"""Arguments by type of block that are no values of the object itself; nested blocks have none."""
_LABELS = {"variable": 1, "output": 1, "module": 1, "resource": 2, "data": 2}


@lru_cache(maxsize=4096)
def module_of(index: RepositoryIndex, folder: str) -> Module:
    """The module that a folder makes up."""
    files = index.directory(folder)
    found: dict[str, dict[str, Declared]] = {type_: {} for type_ in _LABELS}
    names: dict[str, Setting] = {}
    providers: list[Declared] = []
    for file in sorted(files, key=lambda f: (is_override(f.seen), f.seen)):
        for block in file.source.blocks:
            if block.type == "locals":
                names |= {attribute.name: Setting(file, attribute) for attribute in block.attributes}
            elif block.type == "provider":
                providers.append(_declared(file, block))
            elif len(block.labels) == _LABELS.get(block.type):
                kept, name = found[block.type], ".".join(block.labels)
                new = _declared(file, block)
                kept[name] = _overridden(kept[name], new) if name in kept and is_override(file.seen) else new
    resources = found["resource"] | {f"data.{name}": declared for name, declared in found["data"].items()}
    unread = tuple(file for file in files if file.source.problem)
    return Module(
        folder, found["variable"], names, resources, found["module"], found["output"], tuple(providers), unread
    )


def _declared(file: IndexedFile, block: Block) -> Declared:
    settings = {attribute.name: Setting(file, attribute) for attribute in block.attributes}
    return Declared(file, block, settings, tuple(_declared(file, inner) for inner in block.blocks))


def _overridden(base: Declared, new: Declared) -> Declared:
    replaced = {inner.kind for inner in new.nested} - {"lifecycle"}
    kept = tuple(inner for inner in base.nested if inner.kind not in replaced)
    return replace(base, settings={**base.settings, **new.settings}, nested=(*kept, *new.nested))


def named(declared: Declared, type_: str) -> Iterator[Declared]:
    """The nested blocks of one type, written out."""
    return (inner for inner in declared.nested if inner.block.type == type_)
