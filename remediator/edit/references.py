"""Who refers to a resource: as long as anything does, its block cannot go."""

import re
from collections.abc import Iterator

from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.sites import Site
from remediator.iac.terraform.syntax import Attribute, Block

_NAMING = ("moved", "import", "removed")


def referring(index: RepositoryIndex, site: Site) -> tuple[str, ...]:
    """The places, as path:line, that refer to a resource; errs on the side of more.

    Only its own module can refer to it in an expression; `moved`, `import` and `removed` blocks of any caller can
    name it through a module path.
    """
    named = r"\s*\.\s*".join(map(re.escape, site.block.labels))
    inside = re.compile(rf"(?<![\w.-]){named}(?![\w-])")
    through = re.compile(rf"module\b.*\.\s*{named}(?![\w-])", re.DOTALL)
    found: dict[str, None] = {}
    for file in index.directory(site.folder):
        for block in file.source.blocks:
            if (file.path, block.span.start) != (site.file.path, site.block.span.start):
                found.update((f"{file.path}:{line}", None) for line in _lines(block, inside))
    if site.calls:
        for file in index.files.values():
            for block in file.source.blocks:
                if block.type in _NAMING:
                    found.update((f"{file.path}:{line}", None) for line in _lines(block, through))
    return tuple(found)


def unread(index: RepositoryIndex, site: Site) -> str | None:
    """A sentence that names a file of the resource's module that could not be read, or None."""
    broken = next((f for f in index.directory(site.folder) if f.source.problem), None)
    return (
        None if broken is None else f"{broken.path} could not be read, so it may refer to it: {broken.source.problem}"
    )


def _lines(block: Block, pattern: re.Pattern[str]) -> Iterator[int]:
    for attribute in _attributes(block):
        for match in pattern.finditer(attribute.text):
            yield attribute.value.start_line + attribute.text.count("\n", 0, match.start())


def _attributes(block: Block) -> Iterator[Attribute]:
    yield from block.attributes
    for inner in block.blocks:
        yield from _attributes(inner)
