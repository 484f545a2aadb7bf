"""What became of a branch of ours where it was pushed to, and its end."""

from collections.abc import Collection
from dataclasses import dataclass

from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.git.commits import remote_head
from remediator.git.names import checked_branch, checked_id
from remediator.git.ours import TRAILER, Written, is_ours
from remediator.git.process import NETWORK_SECONDS, run

_TRAILER = f"key={TRAILER},valueonly,unfold"
_WRITTEN = f"%ae%x00%ce%x00%at%x00%ct%x00%(trailers:{_TRAILER},separator=%x2C)"
_TIP = ("objectname", "parent", "refname:lstrip=2", "authoremail:trim", "committeremail:trim", "authordate:unix",
        "committerdate:unix", f"contents:trailers:{_TRAILER},separator=%2C")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tip:
    """The last commit of a branch: its parents, and by whom it is."""

    branch: str
    sha: str
    parents: tuple[str, ...]
    by: Written


def tips(clone: Clone, folder: str) -> tuple[Tip, ...]:
    """The branches below a folder, as the clone last saw them."""
    fields = "%00".join(f"%({field})" for field in _TIP)
    _, output = run(clone.path, ["for-each-ref", f"--format={fields}", f"refs/heads/{checked_branch(folder)}/"])
    rows = (line.split("\0") for line in output.decode("utf-8", "surrogateescape").split("\n") if line)
    return tuple(Tip(name, sha, tuple(parents.split()), _written(*by)) for sha, parents, name, *by in rows)


def tip(clone: Clone, sha: str) -> Written | None:
    """By whom a commit is; None where the clone does not hold it."""
    command = ["log", "--no-walk", f"--format={_WRITTEN}", checked_id(sha), "--"]
    code, output = run(clone.path, command, accept=(0, 128))
    return _written(*output.decode("utf-8", "replace").rstrip("\n").split("\0")) if code == 0 else None


def foreign_commits(clone: Clone, head: str, emails: Collection[str]) -> tuple[str, ...]:
    """The commits up to `head` that the base does not hold and that are not ours, by one of these; newest first.

    A head that the clone does not hold is somebody's newer push.
    """
    if run(clone.path, ["cat-file", "-e", f"{checked_id(head)}^{{commit}}"], accept=(0, 1, 128))[0] != 0:
        return (head,)
    _, output = run(clone.path, ["log", f"--format=%H%x00{_WRITTEN}", head, f"^{checked_id(clone.head)}", "--"])
    rows = (line.split("\0") for line in output.decode("utf-8", "replace").split("\n") if line)
    return tuple(sha for sha, *by in rows if not is_ours(_written(*by), emails))


def conflicts(clone: Clone, head: str) -> bool:
    """Whether a commit cannot be merged into the base as it stands; False for one that the clone does not hold."""
    code, _ = run(clone.path, ["merge-tree", "--write-tree", clone.head, checked_id(head)], accept=(0, 1, 128, 129))
    return code == 1


def delete_branch(clone: Clone, branch: str, head: str) -> None:
    """Delete a branch where the clone came from, unless it was moved from `head`; raises RemediatorError for that.

    One that is gone already, as another run may have deleted it in the same instant, is as wanted.
    """
    ref = f"refs/heads/{checked_branch(branch)}"
    lease = f"--force-with-lease={ref}:{checked_id(head)}"
    try:
        run(
            clone.path,
            ["push", "--quiet", "--no-verify", lease, "--", clone.url, f":{ref}"],
            clone.access,
            timeout=NETWORK_SECONDS,
        )
    except RemediatorError:
        if remote_head(clone, branch) is not None:
            raise
    run(clone.path, ["update-ref", "-d", ref])


def _written(author: str, committer: str, authored: str, committed: str, trailer: str) -> Written:
    return Written(author, committer, authored != committed, bool(trailer))
