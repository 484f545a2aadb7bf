"""Which git there is: one that is too old is refused, and one with known holes is told of."""

import re

from remediator.git.failures import GitError
from remediator.git.process import run

__all__ = ["MERGING", "check_version", "hole", "shown", "version"]

_OLDEST = (2, 32)
"""The first that reads no configuration of the user when it is told so (GIT_CONFIG_GLOBAL).

https://github.com/git/git/blob/master/Documentation/RelNotes/2.32.0.txt
"""
MERGING = (2, 38, 0)
"""From where on `git merge-tree --write-tree` tells whether an open request conflicts:
https://github.com/git/git/blob/master/Documentation/RelNotes/2.38.0.txt"""
_MENDED = {(2, 39): 4, (2, 40): 2, (2, 41): 1, (2, 42): 2, (2, 43): 4, (2, 44): 1, (2, 45): 1}
"""The first release of each line that mends CVE-2024-32002 and the four told with it, by which a repository that is
cloned or fetched from can run code: https://github.com/git/git/blob/master/Documentation/RelNotes/2.45.1.txt"""
_NUMBER = re.compile(rb"(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?")

_Version = tuple[int, int, int]


def check_version() -> None:
    """Raises GitError where git is missing, or too old to be kept from the configuration of its user."""
    found = version()
    if found is not None and found < _OLDEST:
        raise GitError(
            f"git {shown(found)} is too old, since it cannot be kept from reading its user's configuration; install "
            "git 2.45.1 or newer"
        )


def hole() -> str | None:
    """A sentence on known holes of the git that is installed, or None where it has none of them, or there is none."""
    try:
        found = version()
    except GitError:  # each repository says so
        return None
    if found is None or found[:2] > max(_MENDED) or found[2] >= _MENDED.get(found[:2], 1 << 30):
        return None
    return (
        f"git {shown(found)} has holes that a hostile repository can use (CVE-2024-32002 and others), unless your "
        "distribution has mended them under the old number; install git 2.45.1, 2.39.4 or newer."
    )


def version() -> _Version | None:
    """The number of the git that is there, or None of a build that has none; raises GitError where there is none."""
    _, output = run(None, ["version"])
    found = _NUMBER.search(output)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def shown(number: _Version) -> str:
    """A version as git writes it."""
    return ".".join(map(str, number))
