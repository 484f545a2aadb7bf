"""Whether a repository can be reached; nothing is fetched."""

from remediator.git.names import checked_branch
from remediator.git.process import Access, run

SECONDS = 30.0
"""How long a repository may take to list one branch."""


def has_branch(access: Access, branch: str) -> bool:
    """Whether a repository has a branch; raises GitError where it cannot be reached or the token is not taken."""
    wanted = ["ls-remote", "--", access.where, f"refs/heads/{checked_branch(branch)}"]
    _, output = run(None, wanted, access, timeout=SECONDS)
    return bool(output.strip())
