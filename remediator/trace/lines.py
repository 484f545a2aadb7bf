"""The lines whose history is asked for: a change's block, the call that leads to it, and where its value is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from remediator.git.history import TrackedLine
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex
from remediator.iac.terraform.sites import Site
from remediator.iac.terraform.syntax import Attribute, Block, Span
from remediator.model import Change, Role, SetAttribute, SourceLocation
from remediator.trace.moves import earlier_headers

_CONTAINERS = (Role.BLOCK, Role.MODULE_CALL)


@dataclass(frozen=True, slots=True)
class Lines:
    """The tracked lines of one change; None where there is no such line."""

    block: TrackedLine
    call: TrackedLine | None
    value: TrackedLine | None

    def all(self) -> tuple[TrackedLine, ...]:
        """Those that there are."""
        return tuple(line for line in (self.block, self.call, self.value) if line is not None)


def lines_of(name: str, change: Change, index: RepositoryIndex, site: Site, edited: Sequence[SourceLocation]) -> Lines:
    """The lines of a change whose block is found; `name` makes their keys unique in a walk.

    The value's line is the edited one, or else the attribute's own in the block; what nothing sets has none.
    """
    block = TrackedLine(
        f"{name}:block",
        site.file.path,
        site.block.header.start_line,
        header=True,
        formerly=earlier_headers(index, site.calls, site.folder, site.block),
    )
    call = None
    if site.calls:
        outer = site.calls[0]
        call = TrackedLine(
            f"{name}:call",
            outer.file.path,
            outer.block.header.start_line,
            header=True,
            formerly=earlier_headers(index, (), outer.caller, outer.block),
        )
    return Lines(block, call, _value(f"{name}:value", change, site, edited, block, call))


def _value(
    key: str,
    change: Change,
    site: Site,
    edited: Sequence[SourceLocation],
    block: TrackedLine,
    call: TrackedLine | None,
) -> TrackedLine | None:
    written = next((place for place in edited if place.role not in _CONTAINERS), None)
    if written is not None:
        path, line = written.path, written.start_line
    else:
        paths = [action.path for action in change.actions if isinstance(action, SetAttribute)]
        attribute = _attribute(site.block, paths[0]) if paths else None
        if attribute is None:
            return None
        path, line = site.file.path, attribute.span.start_line
    # A line belongs to a block whose header is tracked too, so that both move together.
    if _within(path, line, site.file.path, site.block.span):
        return TrackedLine(key, path, line, header=False, header_key=block.key)
    if call and _within(path, line, site.calls[0].file.path, site.calls[0].block.span):
        return TrackedLine(key, path, line, header=False, header_key=call.key)
    return TrackedLine(key, path, line, header=False)


def _attribute(block: Block, path: str) -> Attribute | None:
    *outer, name = path.split(".")
    for type_ in outer:
        inside = block.nested(type_)
        if len(inside) != 1:
            return None
        block = inside[0]
    return block.attribute(name)


def _within(path: str, line: int, block_path: str, span: Span) -> bool:
    return path == block_path and span.start_line <= line <= span.end_line


def chain_of(index: RepositoryIndex, site: Site) -> tuple[SourceLocation, ...]:
    """The module calls, outermost first, and then the block."""
    calls = tuple(_location(index, c.file, c.block, Role.MODULE_CALL) for c in site.calls)
    return (*calls, _location(index, site.file, site.block, Role.BLOCK))


def _location(index: RepositoryIndex, file: IndexedFile, block: Block, role: Role) -> SourceLocation:
    span, mount = block.span, index.mounts.of(file.path)
    repository, commit = (mount.repository, mount.commit) if mount else (index.repository, index.commit)
    return SourceLocation(
        repository, commit, mount.inner(file.path) if mount else file.path, file.blob,
        span.start, span.end, span.start_line, span.end_line, role, block.address, ref=mount.ref if mount else None,
    )  # fmt: skip
