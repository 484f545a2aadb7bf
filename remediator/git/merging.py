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
    names = f"{checked_id(base)}^{{tree}}", f"{base}^{{commit}}", f"{checked_id(commit)}^{{commit}}"
    _, output = run(clone.path, ["cat-file", "--batch-check"], stdin="\n".join(names).encode())
    held = [line.split() for line in output.splitlines()]
    if [kind for _, kind, *_ in held] != [b"tree", b"commit", b"commit"]:
        return Merge.UNKNOWN
    code, output = run(
        clone.path, ["merge-tree", "--write-tree", "--no-messages", base, commit], accept=(0, 1, 128, 129)
    )
    if code == 1:
        return Merge.CONFLICTS
    if code != 0:
        return Merge.UNKNOWN
    return Merge.NOTHING if output.split()[0] == held[0][0] else Merge.CHANGES
