"""What merging a commit would do, without doing it."""

from enum import StrEnum

from remediator.git.clones import Clone
from remediator.git.names import checked_id
from remediator.git.process import run


class Merge(StrEnum):
    """What merging a commit into a base would do."""

    CHANGES = "changes something"
    NOTHING = "changes nothing"
    CONFLICTS = "conflicts"
    UNKNOWN = "is not known"


def merged(clone: Clone, base: str, commit: str) -> Merge:
    """What merging a commit into a base would do; unknown for a commit that the clone does not hold.

    Needs git 2.38 or newer (`git merge-tree --write-tree`); with an older one it is not known.
    """
    for sha in (base, commit):
        held, _ = run(clone.path, ["cat-file", "-e", f"{checked_id(sha)}^{{commit}}"], accept=(0, 1, 128))
        if held != 0:
            return Merge.UNKNOWN
    code, output = run(
        clone.path, ["merge-tree", "--write-tree", "--no-messages", base, commit], accept=(0, 1, 128, 129)
    )
    if code == 1:
        return Merge.CONFLICTS
    if code != 0:
        return Merge.UNKNOWN
    _, tree = run(clone.path, ["rev-parse", "--verify", f"{base}^{{tree}}"])
    return Merge.NOTHING if output.split()[:1] == tree.split() else Merge.CHANGES
