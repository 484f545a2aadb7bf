"""Facts of single commits, for what is delivered: when, by whom, which files."""

from collections.abc import Collection, Mapping
from datetime import datetime

from remediator.git.clones import Clone
from remediator.git.names import checked_id, checked_path
from remediator.git.process import run
from remediator.git.records import read_commits


def committed_at(clone: Clone, sha: str) -> datetime:
    """When a commit was made."""
    (commit,) = read_commits(clone, [sha])
    return commit.committed_at


def committer(clone: Clone, sha: str) -> str | None:
    """The address of whoever made a commit, or None where the clone does not hold it."""
    code, output = run(clone.path, ["show", "--no-patch", "--format=%ce", checked_id(sha)], accept=(0, 128))
    return output.decode("utf-8", "replace").strip() if code == 0 else None


def recent_subjects(clone: Clone, sha: str, count: int) -> tuple[str, ...]:
    """The first lines of the newest commits up to one, without merges."""
    command = ["log", "--no-merges", f"--max-count={count}", "--format=%s", checked_id(sha), "--"]
    return tuple(run(clone.path, command)[1].decode("utf-8", "replace").splitlines())


def changed_files(clone: Clone, sha: str) -> Mapping[str, str]:
    """The files that a commit changed against its first parent, with their blobs in it; removed ones are left out."""
    _, output = run(
        clone.path, ["diff-tree", "-r", "-z", "--no-commit-id", "--no-renames", "--diff-filter=d", checked_id(sha)]
    )
    fields = output.decode("utf-8", "surrogateescape").split("\0")[:-1]
    return {path: facts.split()[3] for facts, path in zip(fields[::2], fields[1::2], strict=True)}


def blob_at(clone: Clone, commit: str, path: str) -> str | None:
    """The blob of a file at a commit, or None where there is no such file."""
    return next(iter(blobs_at(clone, commit, (path,)).values()), None)


def blobs_at(clone: Clone, commit: str, paths: Collection[str]) -> Mapping[str, str]:
    """The blobs of those of some files that there are at a commit, by one process."""
    checked = [checked_path(path) for path in paths]
    command = ["--literal-pathspecs", "ls-tree", "-z", "--full-tree", checked_id(commit), "--", *checked]
    _, output = run(clone.path, command)
    entries = (entry.partition("\t") for entry in output.decode("utf-8", "surrogateescape").split("\0")[:-1])
    return {path: facts.split()[2] for facts, _, path in entries if facts.split()[1] == "blob"}
