"""The files that a shadow is made of: a commit's regular files, some of them replaced by an edit."""

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from remediator.iac.terraform.index import RepositoryIndex, directory_of
from remediator.iac.terraform.syntax import SourceFile, parse

__all__ = ["Sources", "Tree", "joined", "tree"]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """The regular files of a commit: their blobs by path, and the paths of each folder."""

    blobs: Mapping[str, str]
    folders: Mapping[str, tuple[str, ...]]


def tree(blobs: Mapping[str, str]) -> Tree:
    """The tree of a commit's regular files, path to blob id; symbolic links do not belong there."""
    folders: dict[str, list[str]] = {}
    for path in sorted(blobs):
        folders.setdefault(directory_of(path), []).append(path)
    return Tree(blobs, {folder: tuple(paths) for folder, paths in folders.items()})


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """A commit with an edit on top: `replaced` holds the contents that stand in for files of the commit."""

    index: RepositoryIndex
    tree: Tree
    read: Callable[[str], bytes]
    replaced: Mapping[str, bytes] = field(default_factory=dict)

    def inside(self, folder: str) -> Sequence[str]:
        """The paths of the regular files directly in a folder, sorted."""
        there = self.tree.folders.get(folder, ())
        added = [p for p in self.replaced if p not in self.tree.blobs and directory_of(p) == folder]
        return sorted([*there, *added])

    def below(self, folder: str) -> list[str]:
        """The paths of the regular files in a folder and the folders in it, sorted."""
        prefix = f"{folder}/" if folder else ""
        found = {p for at, paths in self.tree.folders.items() if f"{at}/".startswith(prefix) for p in paths}
        return sorted(found | {p for p in self.replaced if p.startswith(prefix)})

    def content(self, path: str) -> bytes | None:
        """The bytes of a regular file, or None where there is none at that path."""
        if path in self.replaced:
            return self.replaced[path]
        blob = self.tree.blobs.get(path)
        return None if blob is None else self.read(blob)

    def parsed(self, path: str) -> SourceFile:
        """A file in Terraform's own syntax; its `problem` says why it cannot be read."""
        if path not in self.replaced and (indexed := self.index.files.get(path)) is not None:
            return indexed.source
        content = self.content(path)
        return SourceFile(problem="it is not there") if content is None else parse(content)

    def with_replaced(self, contents: Mapping[str, bytes]) -> "Sources":
        """The same commit with these contents on top."""
        return Sources(self.index, self.tree, self.read, {**self.replaced, **contents})


def joined(folder: str, relative: str) -> str | None:
    """The path that a relative one means from a folder; None where it leaves the repository or is absolute."""
    if relative.startswith(("/", "~")) or "\0" in relative:
        return None
    path = posixpath.normpath(posixpath.join(folder, relative))
    if path == ".." or path.startswith("../"):
        return None
    return "" if path == "." else path
