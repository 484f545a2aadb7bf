"""Who refers to a resource or a module: as long as anything that matters does, it cannot go."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from remediator.iac.terraform.comments import readings
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex
from remediator.iac.terraform.syntax import Attribute, Block

__all__ = ["Mention", "attributes_in", "mentions", "named_from_outside", "names_only", "unread"]

_NAMING = ("moved", "import", "removed")
_KEYS = re.compile(r'\[(?:[^]"]|"(?:[^"\\]|\\.)*")*\]|\s+')
"""Instance keys and white space, without which addresses of one declaration are the same."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A block that refers to something, and the line on which it does so."""

    file: IndexedFile
    block: Block
    line: int

    @property
    def place(self) -> str:
        """As path:line."""
        return f"{self.file.path}:{self.line}"


def mentions(index: RepositoryIndex, folder: str, pattern: str) -> Iterator[Mention]:
    """The references in a module that a pattern finds in the text of its expressions; errs on the side of more."""
    compiled = re.compile(pattern)
    for file in index.directory(folder):
        for block in file.source.blocks:
            yield from (Mention(file, block, line) for line in _lines(block, compiled))


def named_from_outside(index: RepositoryIndex, name: str) -> Iterator[Mention]:
    """The `moved`, `import` and `removed` blocks of any module that name something through a module path."""
    through = re.compile(rf"module\b.*\.\s*{name}(?![\w-])", re.DOTALL)
    for file in index.files.values():
        for block in file.source.blocks:
            if block.type in _NAMING:
                yield from (Mention(file, block, line) for line in _lines(block, through))


def names_only(block: Block, pattern: str) -> bool:
    """Whether a block only says how what a pattern names came to its address: `import` into it, `moved` to it."""
    to = block.attribute("to")
    return block.type in ("import", "moved") and to is not None and bool(re.match(pattern, _KEYS.sub("", to.text)))


def unread(index: RepositoryIndex, folder: str) -> str | None:
    """A sentence that names a file of a module that could not be read, or None."""
    broken = next((f for f in index.directory(folder) if f.source.problem), None)
    return (
        None if broken is None else f"{broken.path} could not be read, so it may refer to it: {broken.source.problem}"
    )


def attributes_in(block: Block) -> Iterator[Attribute]:
    """All attributes of a block, those of nested blocks included."""
    yield from block.attributes
    for inner in block.blocks:
        yield from attributes_in(inner)


def _lines(block: Block, pattern: re.Pattern[str]) -> Iterator[int]:
    for attribute in attributes_in(block):
        starts = {match.start() for text in readings(attribute.text) for match in pattern.finditer(text)}
        yield from (attribute.value.start_line + attribute.text.count("\n", 0, start) for start in sorted(starts))
