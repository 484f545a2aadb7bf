"""Finds the commits of lines by one backward walk over a repository's first-parent history."""

from collections.abc import Collection, Mapping, Sequence
from fnmatch import fnmatchcase
from io import BytesIO
from pathlib import Path

from remediator.git import history_cache
from remediator.git.clones import Clone
from remediator.git.diffs import FileDiff, parse_log
from remediator.git.names import checked_id
from remediator.git.pending import Found, Pending, TrackedLine
from remediator.git.process import run, stream

__all__ = ["Found", "TrackedLine", "find_commits", "walk"]

# Names that Terraform code has, and the names it is renamed from to be switched on (`main.tf.off`).
_PATTERNS = ("*.tf", "*.tf.*", "*.tfvars", "*.tfvars.*", "*.tofu", "*.tofu.*", "*.hcl")
_ROUNDS = 4
_NAMES = 2000  # on one command line
_RENAMES = 1000  # single files looked at a second time, at some 5 ms each
_LOG = (
    "-c", "diff.algorithm=default",
    "-c", "diff.noprefix=false",
    "-c", "diff.mnemonicPrefix=false",
    "-c", "diff.renameLimit=1000",
    "-c", "diff.interHunkContext=0",
    "-c", "log.showRoot=true",
    "log", "--first-parent", "--diff-merges=first-parent", "-M", "--no-color", "--no-ext-diff", "--no-textconv",
)  # fmt: skip
_PATCH = ("-p", "-U0", "--text", "--src-prefix=a/", "--dst-prefix=b/", "--format=%x00%H")


def walk(
    clone: Clone, lines: Sequence[TrackedLine], cache: Path | None = None, follow: bool = True
) -> Mapping[str, str]:
    """The commit of every tracked line by key; as `find_commits`, without the places."""
    return {key: found.sha for key, found in find_commits(clone, lines, cache, follow).items()}


def find_commits(
    clone: Clone, lines: Sequence[TrackedLine], cache: Path | None = None, follow: bool = True
) -> Mapping[str, Found]:
    """The commit of every tracked line, by key: the creator for a block's header, else the last modifier.

    A merge or squash counts as one commit, the one that entered the branch. Moves of files and blocks and mere
    reformatting are seen through, and so are new names of a block whose line says how it was called before, unless
    `follow` is False: then the answer is that of `git blame --first-parent`. `cache` is a folder; with it, a later walk
    reads only the commits that are new since. A line that the head does not have is absent from the answer. Raises
    RemediatorError where git fails.
    """
    known = history_cache.load(cache, clone.name, follow)
    if known is None or not _on_first_parents(clone, known.head):
        found, _ = _search(clone, clone.head, lines, follow)
    else:
        new = f"{known.head}..{clone.head}"
        found, left = _search(clone, new, lines, follow) if known.head != clone.head else ({}, list(lines))
        found |= known.answers(left)
        earlier, _ = _search(clone, known.head, [line for line in left if line.key not in found], follow)
        found |= earlier
    history_cache.save(cache, clone.name, follow, clone.head, lines, found)
    return found


def _search(
    clone: Clone, revisions: str, lines: Sequence[TrackedLine], follow: bool
) -> tuple[dict[str, Found], list[TrackedLine]]:
    """The commits found in the revisions, and the lines that are older than those, where they were before.

    A log pairs each removed file with one new file and only sees the names it was asked for. So the lines of files
    that look new are sought again, each file with the name it had, where git finds one for that file alone.
    """
    found: dict[str, Found] = {}
    left: dict[str, TrackedLine] = {}
    renamed: dict[tuple[str, str], FileDiff] = {}
    names = {line.path for line in lines if not _covered(line.path)}
    for _ in range(_ROUNDS):
        pending = Pending(lines, follow, renamed)
        _back(clone, revisions, pending, names)
        found |= pending.found
        left |= {line.key: line for line in pending.left()}
        born = {key: (pending.found[key].sha, pending.found[key].path) for key in pending.born}
        more = _renames(clone, set(born.values()) - renamed.keys())
        lines = [line for line in lines if born.get(line.key) in more]
        if not lines:
            break
        renamed |= more
        names |= {diff.old for diff in more.values() if diff.old is not None and not _covered(diff.old)}
    return {key: place for key, place in found.items() if key not in left}, list(left.values())


def _back(clone: Clone, revisions: str, pending: Pending, names: Collection[str]) -> None:
    if not pending:
        return
    paths = [*_PATTERNS, *(f":(literal){name}" for name in sorted(names)[:_NAMES])]
    with stream(clone.path, [*_LOG, *_PATCH, revisions, "--", *paths]) as output:
        for commit in parse_log(output):
            pending.apply(commit)
            if not pending:
                return


def _renames(clone: Clone, births: Collection[tuple[str, str]]) -> dict[tuple[str, str], FileDiff]:
    """How files that commits seem to have made differ from a file they removed, for those made from one."""
    shas = "".join(f"{sha}\n" for sha in sorted({sha for sha, _ in births})).encode()
    if not shas:
        return {}
    removing = [*_LOG, "--no-walk", "--stdin", "--no-renames", "--diff-filter=D", "--name-only", "--format=%x00%H"]
    _, output = run(clone.path, removing, stdin=shas)
    records = (record.split("\n") for record in output.decode("utf-8", "surrogateescape").split("\0"))
    able = {lines[0] for lines in records if any(lines[1:])}
    found: dict[tuple[str, str], FileDiff] = {}
    for sha, path in sorted(birth for birth in births if birth[0] in able)[:_RENAMES]:
        command = ["--literal-pathspecs", *_LOG, *_PATCH, "--no-walk", "--follow", sha, "--", path]
        _, output = run(clone.path, command, accept=(0, 128))
        for commit in parse_log(BytesIO(output)):
            for diff in commit.files:
                if diff.new == path and diff.old not in (None, path):
                    found[sha, path] = diff
    return found


def _covered(path: str) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in _PATTERNS)


def _on_first_parents(clone: Clone, head: str) -> bool:
    """Whether the walk from the clone's head comes by a commit: only then do its lines stand where it left them."""
    if head == clone.head:
        return True
    command = ["rev-list", "--first-parent", "--parents", f"{checked_id(head)}..{clone.head}"]
    code, output = run(clone.path, command, accept=(0, 128))
    oldest = output.decode().split("\n")[-2:-1] if code == 0 else []
    return bool(oldest) and oldest[0].split()[1:2] == [head]
