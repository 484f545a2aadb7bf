"""The repository and file that the tags of a resource say it comes from, as Yor writes them."""

import re
from dataclasses import dataclass

from remediator.model import Resource

__all__ = ["Stamp", "stamp"]

_NAMES = re.compile(r"[\w.-]+(/[\w.-]+)*")
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_LONGEST = 256
"""Characters of a tag's value: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html"""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A repository, with its owner or group where that is told, a path in it and the commit that last changed that.

    Path and commit are None where none is told.

    Anybody who may set tags may have written it: it is a hint.
    """

    repository: str
    path: str | None
    commit: str | None = None

    def __str__(self) -> str:
        return f"{self.path} in {self.repository}" if self.path else self.repository

    def names(self, slug: str) -> bool:
        """Whether it is the repository that is `owner/name` on its forge, or `name` where it is on none."""
        ours, theirs = self.repository.lower(), slug.lower()
        alone = "/" not in ours or "/" not in theirs
        return ours == theirs or (alone and ours.rpartition("/")[2] == theirs.rpartition("/")[2])


def stamp(resource: Resource) -> Stamp | None:
    """What the tags tell; None where they name no repository, or what can be none.

    The tags: https://github.com/bridgecrewio/yor
    """
    tags = ("git_org", "git_repo", "git_file", "git_commit")
    owner, name, path, commit = (resource.tags.text(tag) or "" for tag in tags)
    whole = f"{owner}/{name}" if owner and "/" not in name else name
    if not name or len(whole) > 2 * _LONGEST or not _NAMES.fullmatch(whole) or not _inside(whole):
        return None
    return Stamp(whole, path if _inside(path) else None, commit if _COMMIT.fullmatch(commit) else None)


def _inside(path: str) -> bool:
    """Whether a path is one that git would write: of this repository, without a turn, and printable."""
    plain = path.isprintable() and "\\" not in path and len(path) <= 2 * _LONGEST
    return plain and not path.startswith("-") and all(part not in ("", ".", "..") for part in path.split("/"))
