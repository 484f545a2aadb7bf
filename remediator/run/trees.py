"""What a commit holds: its regular files, and where its symbolic links lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from posixpath import dirname, join, normpath

from remediator.git.clones import Clone
from remediator.git.objects import TreeEntry, list_tree, read_blobs, sizes
from remediator.iac.terraform.index import directory_of

__all__ = ["Tree", "tree_at"]

_MODULE = (".tf", ".tf.json", ".tofu", ".tofu.json")
_CODE = (*_MODULE, ".tfvars", ".tfvars.json")
_SYMLINK = "120000"
_LONGEST_PATH = 4_096
"""Bytes of a path that Linux takes (PATH_MAX); a longer link leads nowhere anyway."""


@dataclass(frozen=True)  # without slots, which leave no room for what is sorted once
class Tree:
    """Blob ids by path, and the targets of links by theirs; a link that leaves the tree leads nowhere."""

    blobs: Mapping[str, str]
    links: Mapping[str, str]

    @cached_property
    def _code(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for path in (*self.blobs, *self.links):
            if path.endswith(_CODE):
                found.setdefault(directory_of(path), []).append(path)
        return {folder: tuple(paths) for folder, paths in found.items()}

    def code_in(self, folder: str) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """The code of one module as (path, blob id), what its links lead to included, and these links."""
        paths = self._code.get(folder, ())
        if not any(path.endswith(_MODULE) for path in paths):
            return [], {}
        links = {path: self.links[path] for path in paths if path in self.links}
        code = {path for path in (*paths, *links.values()) if path in self.blobs and path.endswith(_CODE)}
        return [(path, self.blobs[path]) for path in sorted(code)], links


def tree_at(clone: Clone, commit: str) -> Tree:
    """The tree of a commit."""
    tree = list_tree(clone, commit)
    links = [entry for entry in tree if entry.mode == _SYMLINK]
    return Tree({entry.path: entry.blob for entry in tree if entry.mode != _SYMLINK}, _targets(clone, links))


def _targets(clone: Clone, links: list[TreeEntry]) -> dict[str, str]:
    known = sizes(clone, sorted({entry.blob for entry in links})) if links else {}
    short = [blob for blob, size in known.items() if size <= _LONGEST_PATH]
    targets = {blob: target.decode("utf-8", "replace") for blob, target in read_blobs(clone, short)}
    return {entry.path: normpath(join(dirname(entry.path), targets.get(entry.blob, "/dev/null"))) for entry in links}
