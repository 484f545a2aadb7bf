"""Whether what was pushed was merged in git, without anybody saying so."""

from remediator.git.clones import Clone
from remediator.git.commits import is_ancestor
from remediator.git.revisions import blobs_at, changed_files, committer


class Merges:
    """What the base of one clone holds; git is asked once for each commit."""

    def __init__(self, clone: Clone | None) -> None:
        self._clone = clone
        self._held: dict[str, bool] = {}

    def holds(self, commit: str | None) -> bool:
        """Whether the base holds the commit, or what it wrote, as after a squash."""
        if commit is None:
            return False
        if commit not in self._held:
            self._held[commit] = _holds(self._clone, commit)
        return self._held[commit]


def _holds(clone: Clone | None, commit: str) -> bool:
    if clone is None or committer(clone, commit) is None:
        return False
    written = changed_files(clone, commit)
    return is_ancestor(clone, commit, clone.head) or (bool(written) and blobs_at(clone, clone.head, written) == written)
