"""Modules from elsewhere: other repositories, at the commit that a call pins, beside the caller's own files.

A mounted repository stands below a folder of `.git/modules`, where no file of a repository can be, so that all that
follows calls follows these as well, and nothing that stands there can be committed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["PREFIX", "Key", "Mount", "Mounts"]

PREFIX = ".git/modules"
Key: TypeAlias = tuple[str, str | None]
"""The source and the version of a call, as they are written."""
_MOUNTED = re.compile(rf"{re.escape(PREFIX)}/([^/\s]+)/")


@dataclass(frozen=True, slots=True)
class Mount:
    """A repository at a commit; `ref` is the tag, branch or commit that a call names or a version comes down to.

    `follows` says whether it moves with the branch that the repository is configured with.
    """

    folder: str
    repository: str
    commit: str
    ref: str
    follows: bool = False

    def inner(self, path: str) -> str:
        """A mounted path as its own repository has it."""
        return path[len(self.folder) + 1 :]


@dataclass(frozen=True, slots=True)
class Mounts:
    """What calls of modules from elsewhere lead to: mounts by folder, then the module's folder or why there is none.

    `notes` are sentences on how a ref was chosen where a call leaves a choice, `followers` calls in any configured
    repository that mean a folder of this one as its branch has it.
    """

    at: Mapping[str, Mount] = field(default_factory=dict)
    folders: Mapping[Key, str] = field(default_factory=dict)
    refusals: Mapping[Key, str] = field(default_factory=dict)
    notes: Mapping[Key, str] = field(default_factory=dict)
    followers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, path: str) -> Mount | None:
        """The mount that a file or a folder lies in; None for the repository's own."""
        return self.at.get("/".join(path.split("/", 3)[:3])) if path.startswith(PREFIX) else None

    def readable(self, text: str) -> str:
        """A sentence with the paths in it as people read them."""
        return _MOUNTED.sub(r"\1:", text) if self.at and PREFIX in text else text

    def shown(self, path: str) -> str:
        """A path as people read it: with repository and ref before a colon where it is mounted."""
        mount = self.of(path)
        return path if mount is None else f"{mount.repository}@{mount.ref}:{mount.inner(path)}"
