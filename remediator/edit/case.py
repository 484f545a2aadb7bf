"""One change in its surroundings: everything that a draft looks at, and the code as an edit would leave it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from remediator.config import RootConfig
from remediator.edit.splice import blob_id
from remediator.iac.terraform.evaluate import Site, find_site, trace_value
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex
from remediator.iac.terraform.siblings import siblings
from remediator.iac.terraform.syntax import Block, Span, encode
from remediator.model import Role, SourceLocation, StateAddress, StateResource, ValueTrace


@dataclass(frozen=True, slots=True)
class Case:
    """A declared resource, its root, the code, and what else is known; `also` are addresses that change alike."""

    at: StateAddress
    root: RootConfig
    index: RepositoryIndex
    site: Site
    read: Callable[[str], bytes]
    roots: Sequence[RootConfig]
    states: Sequence[StateResource]
    also: frozenset[str]

    def trace(self, path: str) -> ValueTrace:
        """The way of an attribute to its literal."""
        return trace_value(self.index, self.root, self.site, path)

    def others(self, trace: ValueTrace) -> tuple[str, ...]:
        """What an edit at the end of a trace would change beside this resource and those that change alike."""
        return tuple(a for a in self.siblings(trace) if a not in self.also)

    def siblings(self, trace: ValueTrace) -> tuple[str, ...]:
        """Every other address that an edit at the end of a trace would change."""
        return siblings(self.index, self.roots, self.states, self.at, self.site, trace)

    def of_block(self) -> ValueTrace:
        """The trace that ends at the resource's own block."""
        block = self.site.block
        return ValueTrace("", None, (self.location(self.site.file, block, block.span, Role.BLOCK),))

    def location(self, file: IndexedFile, block: Block, span: Span, role: Role) -> SourceLocation:
        """A place in the code as it is indexed."""
        return SourceLocation(
            self.index.repository,
            self.index.commit,
            file.path,
            file.blob,
            span.start,
            span.end,
            span.start_line,
            span.end_line,
            role,
            block.address,
        )

    def edited(self, contents: Mapping[str, bytes]) -> "Case | str":
        """The same with other contents of some files, or a sentence where the block can no longer be found."""
        index = _reindexed(self.index, contents)
        site = find_site(index, self.root.path, self.at)
        return site if isinstance(site, str) else replace(self, index=index, site=site)


def _reindexed(index: RepositoryIndex, contents: Mapping[str, bytes]) -> RepositoryIndex:
    new = {
        path: IndexedFile(path, blob_id(content, index.files[path].blob), encode(content))
        for path, content in contents.items()
    }
    folders = {
        folder: tuple(new.get(f.path, f) for f in files) if any(f.path in new for f in files) else files
        for folder, files in index.folders.items()
    }
    return replace(index, files={**index.files, **new}, folders=folders)
