"""Whether git is new enough, and whether a repository can be reached; nothing is fetched."""

import re

from remediator.git.names import checked_branch
from remediator.git.process import Access, run

NEEDED = (2, 38)
"""From where on `git merge-tree --write-tree` tells whether an open request conflicts:
https://github.com/git/git/blob/master/Documentation/RelNotes/2.38.0.txt"""

SECONDS = 30.0
"""How long a repository may take to list one branch."""

_VERSION = re.compile(r"(\d+)\.(\d+)")


def version() -> tuple[int, int]:
    """The version of git as it is found; raises GitError where there is none."""
    _, output = run(None, ["version"], timeout=SECONDS)
    found = _VERSION.search(output.decode("utf-8", "replace"))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def has_branch(access: Access, branch: str) -> bool:
    """Whether a repository has a branch; raises GitError where it cannot be reached or the token is not taken."""
    wanted = ["ls-remote", "--", access.where, f"refs/heads/{checked_branch(branch)}"]
    _, output = run(None, wanted, access, timeout=SECONDS)
    return bool(output.strip())
