"""Where sizes are written in a repository: every attribute, argument and map entry that names one."""

from collections.abc import Iterator
from dataclasses import dataclass

from remediator.iac.terraform.index import IndexedFile, RepositoryIndex
from remediator.iac.terraform.language.grammar import ExpressionError, compiled
from remediator.iac.terraform.language.nodes import Expression, Literal, Object, inside
from remediator.iac.terraform.syntax import Attribute, Block

NAMES = frozenset({
    "instance_type", "instance_types", "instance_class", "node_type", "volume_type", "volume_size",
    "allocated_storage", "ebs_volume_size", "ebs_volume_type", "db_instance_class", "machine_type",
})  # fmt: skip
"""Names of attributes that say how large, or of what kind, a machine or a disk is."""


@dataclass(frozen=True, slots=True)
class Site:
    """One place: the top-level block and the attribute that it stands in, and the expression that gives the size."""

    kind: str
    file: IndexedFile
    block: Block
    attribute: Attribute
    node: Expression | None = None
    """The entry's value where it is a part of the attribute's expression."""

    @property
    def literal(self) -> bool:
        """Whether the size is written right there."""
        try:
            node = self.node or compiled(self.attribute.text)
        except ExpressionError:
            return False
        return isinstance(node, Literal) and node.value is not None


def sites(index: RepositoryIndex) -> Iterator[Site]:
    """Every site of a repository, each once."""
    for file in index.files.values():
        for block in file.source.blocks:
            if block.type == "resource":
                yield from _in_resource(file, block, block, "resource")
            elif block.type in ("module", "locals"):
                for attribute in block.attributes:
                    if block.type == "module" and attribute.name in NAMES:
                        yield Site("module argument", file, block, attribute)
                    else:
                        yield from _entries(file, block, attribute)


def _in_resource(file: IndexedFile, top: Block, block: Block, kind: str) -> Iterator[Site]:
    for attribute in block.attributes:
        if attribute.name in NAMES:
            yield Site(kind, file, top, attribute)
    for inner in block.blocks:
        yield from _in_resource(file, top, inner, "nested block")


def _entries(file: IndexedFile, block: Block, attribute: Attribute) -> Iterator[Site]:
    if not any(name in attribute.text for name in NAMES):
        return
    try:
        todo: list[object] = [compiled(attribute.text)]
    except ExpressionError:
        return
    while todo:
        node = todo.pop()
        todo += inside(node)
        if isinstance(node, Object):
            for entry in node.entries:
                if isinstance(entry.key, Literal) and entry.key.value in NAMES:
                    yield Site("map entry", file, block, attribute, entry.value)
