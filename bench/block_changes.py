"""Who changed each block of a repository's Terraform code after a commit: the truth that owners are held against."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from remediator.git.clones import Clone
from remediator.git.diffs import FileDiff, Hunk, parse_log
from remediator.git.objects import read_blobs
from remediator.git.process import run, stream
from remediator.git.touches import Touch
from remediator.iac.terraform.syntax import parse

_LOG = (
    "-c", "diff.algorithm=default", "-c", "diff.noprefix=false", "-c", "diff.mnemonicPrefix=false",
    "-c", "diff.renameLimit=1000", "log", "--reverse", "--first-parent", "--diff-merges=first-parent", "-M", "-p",
    "-U0", "--no-color", "--no-ext-diff", "--no-textconv", "--text", "--src-prefix=a/", "--dst-prefix=b/",
    "--format=%x00%H",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """A resource or module call: its file, address, and lines from 1, both included."""

    path: str
    address: str
    header: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A commit of the first-parent line that changed a block, and the block's file after it."""

    sha: str
    path: str


def blocks_at(clone: Clone) -> tuple[CodeBlock, ...]:
    """The resources and module calls at the clone's head."""
    _, output = run(clone.path, ["ls-tree", "-r", "-z", clone.head])
    entries = [record.decode("utf-8", "surrogateescape").partition("\t") for record in output.split(b"\0") if record]
    files = [(path, facts.split()[2]) for facts, _, path in entries if path.endswith(".tf") and facts[:6] != "120000"]
    contents = dict(read_blobs(clone, sorted({blob for _, blob in files})))
    return tuple(
        CodeBlock(path, block.address, block.header.start_line, block.span.start_line, block.span.end_line)
        for path, blob in files
        for block in parse(contents[blob]).blocks
        if block.type in ("resource", "module")
    )


def changes_since(clone: Clone, head: str, blocks: Sequence[CodeBlock]) -> Mapping[CodeBlock, tuple[Unit, ...]]:
    """The units between the clone's head and a later one that changed each block which is still there.

    Renames of files are followed, mere changes of blanks are none, and who moved a block to another file ended it.
    """
    spans: dict[str, list[tuple[CodeBlock, int, int]]] = {}
    for block in blocks:
        spans.setdefault(block.path, []).append((block, block.start, block.end))
    found: dict[CodeBlock, list[Unit]] = {}
    with stream(clone.path, [*_LOG, f"{clone.head}..{head}", "--", "*.tf"]) as output:
        for commit in parse_log(output):
            for diff in commit.files:
                path = diff.new or diff.old or ""
                before = spans.pop(diff.old or "", [])
                after = [(block, _shifted(start, end, diff)) for block, start, end in before]
                for block, span in after:
                    if span is not None and span[2]:
                        found.setdefault(block, []).append(Unit(commit.sha, path))
                kept = [(block, span[0], span[1]) for block, span in after if span is not None]
                if diff.new:
                    spans.setdefault(path, []).extend(kept)
    standing = {(block.path, block.address) for block in blocks_at(_at(clone, head))}
    alive = {block for path, inside in spans.items() for block, _, _ in inside if (path, block.address) in standing}
    return {block: tuple(units) for block, units in found.items() if block in alive}


def _at(clone: Clone, head: str) -> Clone:
    return Clone(clone.name, clone.path, clone.branch, head)


def _shifted(start: int, end: int, diff: FileDiff) -> tuple[int, int, bool] | None:
    """Where lines are after a diff, and whether it changed any of them; None where it removed them all."""
    new_start, new_end, touched = start, end, False
    for hunk in diff.hunks:
        count = len(hunk.removed)
        grown = len(hunk.added) - count
        # Without removed lines, a hunk stands after its line.
        first, last = (hunk.old_start, hunk.old_start + count - 1) if count else (hunk.old_start + 1, hunk.old_start)
        if last < start:
            new_start, new_end = new_start + grown, new_end + grown
        elif first <= end:
            if first <= start and last >= end and not hunk.added:
                return None
            touched = touched or not _blanks_only(hunk)
            new_start += min(0, grown) if first < start else 0
            new_end += grown
    return new_start, max(new_start, new_end), touched


def _blanks_only(hunk: Hunk) -> bool:
    return b"".join(b"".join(hunk.removed).split()) == b"".join(b"".join(hunk.added).split())


def units_of(clone: Clone, head: str, touches: Sequence[Touch]) -> Mapping[str, tuple[Touch, ...]]:
    """The touches of every first-parent unit up to a head: its own, or those of the commits that a merge brought in."""
    _, output = run(clone.path, ["rev-list", "--parents", head])
    parents = {words[0]: words[1:] for words in (line.split() for line in output.decode().splitlines())}
    unit: dict[str, str] = {}
    for sha in reversed(list(_first_parents(head, parents))):
        todo = [sha]
        while todo:
            commit = todo.pop()
            if commit not in unit:
                unit[commit] = sha
                todo += parents[commit][1:] if commit == sha else parents[commit]
    found: dict[str, list[Touch]] = {}
    for touch in touches:
        found.setdefault(unit[touch.sha], []).append(touch)
    return {sha: tuple(inside) for sha, inside in found.items()}


def _first_parents(head: str, parents: Mapping[str, Sequence[str]]) -> Iterator[str]:
    sha: str | None = head
    while sha is not None:
        yield sha
        sha = next(iter(parents[sha]), None)
