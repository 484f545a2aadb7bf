"""What became of a branch of ours where it was pushed to, and its end."""

from collections.abc import Collection
from dataclasses import dataclass

from remediator.git.clones import Clone
from remediator.git.names import checked_branch, checked_id
from remediator.git.process import NETWORK_SECONDS, run


@dataclass(frozen=True, slots=True)
class Tip:
    """The last commit of a branch: its parents, and the addresses of who wrote and who committed it."""

    branch: str
    sha: str
    parents: tuple[str, ...]
    author: str
    committer: str


def tips(clone: Clone, folder: str) -> tuple[Tip, ...]:
    """The branches below a folder, as the clone last saw them."""
    fields = "%(objectname)%00%(parent)%00%(authoremail:trim)%00%(committeremail:trim)%00%(refname:lstrip=2)"
    _, output = run(clone.path, ["for-each-ref", f"--format={fields}", f"refs/heads/{checked_branch(folder)}/"])
    rows = (line.split("\0") for line in output.decode("utf-8", "surrogateescape").split("\n") if line)
    return tuple(Tip(name, sha, tuple(parents.split()), by, of) for sha, parents, by, of, name in rows)


def foreign_commits(clone: Clone, head: str, emails: Collection[str]) -> tuple[str, ...]:
    """The commits up to `head` that the base does not hold and that are not wholly by one of these; newest first.

    A head that the clone does not hold is somebody's newer push.
    """
    if run(clone.path, ["cat-file", "-e", f"{checked_id(head)}^{{commit}}"], accept=(0, 1, 128))[0] != 0:
        return (head,)
    _, output = run(clone.path, ["log", "--format=%H %ae %ce", head, f"^{checked_id(clone.head)}", "--"])
    lines = (line.split(" ") for line in output.decode("utf-8", "replace").splitlines())
    return tuple(sha for sha, *people in lines if len(set(people)) != 1 or people[0] not in emails)


def conflicts(clone: Clone, head: str) -> bool:
    """Whether a commit cannot be merged into the base as it stands; False for one that the clone does not hold."""
    code, _ = run(clone.path, ["merge-tree", "--write-tree", clone.head, checked_id(head)], accept=(0, 1, 128, 129))
    return code == 1


def delete_branch(clone: Clone, branch: str, head: str) -> None:
    """Delete a branch where the clone came from, unless it was moved from `head`; raises RemediatorError for that."""
    ref = f"refs/heads/{checked_branch(branch)}"
    lease = f"--force-with-lease={ref}:{checked_id(head)}"
    run(
        clone.path,
        ["push", "--quiet", "--no-verify", lease, "--", clone.url, f":{ref}"],
        clone.access,
        timeout=NETWORK_SECONDS,
    )
    run(clone.path, ["update-ref", "-d", ref])
