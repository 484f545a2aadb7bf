"""Finds the commits of lines by one backward walk over a repository's first-parent history."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatchcase
from io import BytesIO
from pathlib import Path
from posixpath import basename

from remediator.git import history_cache
from remediator.git.clones import Clone
from remediator.git.diffs import FileDiff, parse_log, unquoted
from remediator.git.names import checked_id
from remediator.git.pending import Found, Pending, TrackedLine
from remediator.git.process import run, stream

__all__ = ["Found", "TrackedLine", "find_commits", "walk"]

# Names that Terraform code has, and the names it is renamed from to be switched on (`main.tf.off`).
_PATTERNS = ("*.tf", "*.tf.*", "*.tfvars", "*.tfvars.*", "*.tofu", "*.tofu.*", "*.hcl")
_ROUNDS = 8
_NAMES = 2000  # on one command line
_RENAMES = 1000  # single files looked at a second time, at some 5 ms each
_AT_ONCE = 4  # of those, each a git of its own
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
        found |= known.answers(left, lines)
        lacking = _with_headers({line.key for line in left if line.key not in found}, left)
        earlier, _ = _search(clone, known.head, lacking, follow)
        found |= earlier
    history_cache.save(cache, clone.name, follow, clone.head, lines, found, known)
    return found


def _search(
    clone: Clone, revisions: str, lines: Sequence[TrackedLine], follow: bool
) -> tuple[dict[str, Found], list[TrackedLine]]:
    """The commits found in the revisions, and the lines that are older than those, where they were before.

    A log pairs each removed file with one new file and only sees the names it was asked for. So the lines of files
    that look new, or were paired with what was left for them, are followed once more from there on, where git finds
    another origin for that file alone: as blame sees them by their own names only, which is quick, else in all code,
    where a block may have come from.
    """
    found: dict[str, Found] = {}
    left: dict[str, TrackedLine] = {}
    renamed: dict[tuple[str, str], FileDiff] = {}
    names = {path for path in {line.path for line in lines} if not _covered(path)}
    patterns: tuple[str, ...] = _PATTERNS
    base, dots, _ = revisions.rpartition("..")
    pending = Pending(lines, follow)
    for _ in range(_ROUNDS):
        _back(clone, revisions, pending, (*patterns, *(f":(literal){name}" for name in sorted(names)[:_NAMES])))
        for line in pending.left():
            left[line.key] = line
            found.pop(line.key, None)
        for key, place in pending.found.items():
            found[key] = place
            left.pop(key, None)
        doubted = {birth: diff for birth, diff in pending.doubted.items() if birth not in renamed}
        others = {birth: diff for birth, diff in _renames(clone, doubted).items() if diff.old != doubted[birth].old}
        more = [birth for birth in doubted if birth in others]  # the newest first
        if not more:
            break
        again: dict[str, tuple[str, TrackedLine]] = {}
        for birth in more:
            for line in pending.came[birth]:
                again.setdefault(line.key, (birth[0], line))
        entering: dict[str, list[TrackedLine]] = {}
        for sha, line in again.values():
            entering.setdefault(sha, []).append(line)
        renamed |= others
        names |= {diff.old for diff in others.values() if diff.old is not None and not _covered(diff.old)}
        if not follow:
            passed = [birth for birth, came in pending.came.items() if any(line.key in again for line in came)]
            diffs = [diff for birth in passed for diff in (pending.doubted[birth], others.get(birth)) if diff]
            names |= {line.path for _, line in again.values()}
            names |= {name for diff in diffs for name in (diff.old, diff.new) if name is not None}
            patterns = () if len(names) <= _NAMES else _PATTERNS
        revisions = f"{base}{dots}{more[0][0]}"
        pending = Pending((), follow, renamed, entering)
    return found, list(left.values())


def _with_headers(keys: Collection[str], lines: Sequence[TrackedLine]) -> list[TrackedLine]:
    """The lines of those keys, and the headers of their blocks, without which they do not move along with them."""
    headers = {line.header_key for line in lines if line.key in keys}
    return [line for line in lines if line.key in keys or line.key in headers]


def _back(clone: Clone, revisions: str, pending: Pending, paths: Sequence[str]) -> None:
    if not pending:
        return
    with stream(clone.path, [*_LOG, *_PATCH, revisions, "--", *paths]) as output:
        for commit in parse_log(output):
            pending.apply(commit)
            if not pending:
                return


def _renames(clone: Clone, doubted: Mapping[tuple[str, str], FileDiff]) -> dict[tuple[str, str], FileDiff]:
    """How files that commits made differ from a file they removed, for those that are like one.

    `doubted` are commit and path, with what the log said of them. As blame does, each is paired by itself with any
    file that is gone. `--follow` would take one that is still there, and then whoever copied a file would not be its
    creator.
    """
    gone = _gone(clone, {sha for sha, _ in doubted})
    able = sorted((sha, path) for (sha, path), diff in doubted.items() if _others(diff, gone.get(sha, {})))
    with ThreadPoolExecutor(_AT_ONCE) as executor:
        diffs = executor.map(lambda birth: _rename(clone, birth, gone[birth[0]]), able[:_RENAMES])
        return {birth: diff for birth, diff in zip(able, diffs, strict=False) if diff is not None}


def _rename(clone: Clone, birth: tuple[str, str], gone: Collection[str]) -> FileDiff | None:
    """How a file that a commit made differs from the one of those gone that it is most like; None where it is none."""
    sha, path = birth
    near = sorted(gone, key=lambda old: (basename(old) != basename(path), old))[:_NAMES]
    renaming = [*_LOG, *_PATCH, "--no-walk", "--diff-filter=R", sha]
    _, output = run(clone.path, ["--literal-pathspecs", *renaming, "--", path, *near], accept=(0, 128))
    diffs = (diff for commit in parse_log(BytesIO(output)) for diff in commit.files)
    return next((diff for diff in diffs if diff.new == path and diff.old not in (None, path)), None)


def _gone(clone: Clone, shas: Collection[str]) -> dict[str, dict[str, str]]:
    """The files that commits removed, with their blobs, by commit."""
    if not shas:
        return {}
    command = [*_LOG, "--no-walk", "--stdin", "--no-renames", "--diff-filter=D", "--raw", "--no-abbrev"]
    questions = "".join(f"{sha}\n" for sha in sorted(shas)).encode()
    _, output = run(clone.path, [*command, "--format=%x00%H"], stdin=questions)
    found: dict[str, dict[str, str]] = {}
    for record in output.split(b"\0")[1:]:
        sha, *lines = record.splitlines()
        pairs = (line.split(b"\t", 1) for line in lines if line)
        found[sha.decode()] = {unquoted(path): facts.split()[2].decode() for facts, path in pairs}
    return found


def _others(diff: FileDiff, gone: Mapping[str, str]) -> bool:
    """Whether a file may come from another removed one than the log says: any, or an equal one where it is equal."""
    blob = gone.get(diff.old or "") if diff.old is not None and not diff.hunks else None
    return any(old != diff.old and blob in (None, other) for old, other in gone.items())


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
