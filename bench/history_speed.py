"""The history walk beside `git blame --porcelain` of every file, on the same repositories, answers compared.

`python -m bench.history_speed [--commits N ...] [--repo PATH ...] [--branch NAME] [--files N]`
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from bench.histories import generate
from bench.table import Row, missed
from remediator.git.clones import Clone
from remediator.git.history import TrackedLine, walk
from remediator.git.objects import TreeEntry, list_tree, read_blobs, sizes
from remediator.git.process import run

_FILES = {1_000: 60, 5_000: 150, 20_000: 300, 50_000: 600}
HEADER = (
    f"{'repository':<24}{'commits':>9}{'files':>7}{'lines':>9}{'differ':>8}"
    f"{'blame s':>9}{'walk s':>9}{'ratio':>9}{'origins s':>11}{'cached s':>10}{'update s':>10}"
)
_NEW = 100
"""Commits since the cached walk, in the row for an update."""
_SLOWEST_UPDATE = 0.3
"""Seconds of an update, block headers tracked."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds of each way over the same lines, and how many of those lines the two name different commits for.

    `origins` is the walk with creators seen through moves and formatting, `cached` the same again with its cache, and
    `update` the creators of all blocks by the cache of a walk a hundred commits ago, `update_cpu` its seconds of
    processor, those of git included. Where only `blamed` of the `files`
    were given to blame, its time is that of all at the same pace.
    """

    name: str
    commits: int
    files: int
    blamed: int
    lines: int
    differing: int
    blame: float
    walk: float
    origins: float
    cached: float
    update: float
    update_cpu: float

    def __str__(self) -> str:
        return (
            f"{self.name:<24}{self.commits:>9,}{self.files:>7,}{self.lines:>9,}{self.differing:>8,}{self.blame:>9.2f}"
            f"{self.walk:>9.2f}{self.blame / self.walk:>8.1f}x{self.origins:>11.2f}{self.cached:>10.2f}"
            f"{self.update:>10.2f}"
            f"{'' if self.blamed == self.files else f'  ({self.blamed} files blamed, the rest extrapolated)'}"
        )


def compare(clone: Clone, limit: int | None = None) -> Comparison:
    """Both ways over the lines of the repository's .tf files, one after the other.

    With a `limit`, blame is given so many of them alone, evenly spread; the walk is timed over all lines of all.
    """
    entries = [e for e in list_tree(clone, clone.head) if e.path.endswith(".tf") and e.mode != "120000"]
    held = sizes(clone, sorted({entry.blob for entry in entries}))
    entries = [entry for entry in entries if entry.blob in held]
    chosen = entries[:: -(-len(entries) // limit)] if limit else entries
    started = time.perf_counter()
    blamed = {(entry.path, line): sha for entry in chosen for line, sha in _blame(clone, entry.path).items()}
    blame = (time.perf_counter() - started) * len(entries) / max(1, len(chosen))
    lines = _lines(clone, entries)
    started = time.perf_counter()
    found = walk(clone, [replace(line, header=False) for line in lines], None, follow=False)
    seconds = time.perf_counter() - started
    differing = sum(found.get(f"{line}:{path}") != sha for (path, line), sha in blamed.items())
    with tempfile.TemporaryDirectory() as cache:
        started = time.perf_counter()
        walk(clone, lines, Path(cache))
        origins = time.perf_counter() - started
        started = time.perf_counter()
        walk(clone, lines, Path(cache))
        cached = time.perf_counter() - started
    _, count = run(clone.path, ["rev-list", "--first-parent", "--count", clone.head])
    return Comparison(
        clone.name, int(count), len(entries), len(chosen), len(blamed), differing, blame, seconds, origins, cached,
        *_update(clone, [line for line in lines if line.header]),
    )  # fmt: skip


def _update(clone: Clone, headers: Sequence[TrackedLine]) -> tuple[float, float]:
    """Seconds of clock and processor to learn the creators of blocks by a walk some commits ago; 0 where none are."""
    code, output = run(clone.path, ["rev-parse", "--verify", f"{clone.head}~{_NEW}"], accept=(0, 128))
    if code:
        return 0.0, 0.0
    earlier = replace(clone, head=output.decode().strip())
    entries = [e for e in list_tree(earlier, earlier.head) if e.path.endswith(".tf") and e.mode != "120000"]
    with tempfile.TemporaryDirectory() as cache:
        walk(earlier, [line for line in _lines(earlier, entries) if line.header], Path(cache))
        started, before = time.perf_counter(), _processor()
        walk(clone, headers, Path(cache))
        return time.perf_counter() - started, _processor() - before


def _processor() -> float:
    """Seconds of processor that this process and its ended children have taken."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _lines(clone: Clone, entries: Sequence[TreeEntry]) -> list[TrackedLine]:
    """All lines of files, those that open a block marked as headers."""
    held = sizes(clone, sorted({entry.blob for entry in entries}))
    contents = dict(read_blobs(clone, list(held)))
    return [
        TrackedLine(
            f"{number}:{entry.path}",
            entry.path,
            number,
            header=line.startswith((b"resource ", b"module ")) and b"{" in line,
        )
        for entry in entries
        if entry.blob in contents
        for number, line in enumerate(contents[entry.blob].removesuffix(b"\n").split(b"\n"), 1)
    ]


def _blame(clone: Clone, path: str) -> dict[int, str]:
    """The commit of every line of a file, as blame sees it."""
    _, output = run(clone.path, ["blame", "--first-parent", "--porcelain", clone.head, "--", path])
    found: dict[int, str] = {}
    for line in output.split(b"\n"):
        words = line.split(b" ")
        if not line.startswith(b"\t") and len(words[0]) == 40 and len(words) in (3, 4):
            found[int(words[2])] = words[0].decode()
    return found


def _report(path: Path, name: str, branch: str, limit: int | None) -> Comparison:
    """Prints the comparison on the repository at a path, read where it is."""
    _, folder = run(None, ["-C", str(path), "rev-parse", "--absolute-git-dir"])
    git_dir = Path(folder.decode().strip())
    _, head = run(git_dir, ["rev-parse", "--verify", f"{branch}^{{commit}}"])
    result = compare(Clone(name, git_dir, branch, head.decode().strip()), limit)
    print(result, flush=True)
    return result


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Prints one line a repository; the ratio of each, and whether it grows with the history."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, nargs="*", help="sizes of the generated repositories")
    parser.add_argument("--repo", type=Path, nargs="*", default=[], help="repositories of your own to compare on")
    parser.add_argument("--branch", default="HEAD", help="the branch of those")
    parser.add_argument("--files", type=int, help="blame only so many files of each, evenly spread")
    options = parser.parse_args(arguments)
    sizes = options.commits if options.commits is not None else [] if options.repo else sorted(_FILES)
    print(HEADER)
    results: list[Comparison] = []
    with tempfile.TemporaryDirectory() as scratch:
        for size in sizes:
            path = Path(scratch) / f"generated-{size}.git"
            generate(path, size, _FILES.get(size, max(3, size // 20)))
            results.append(_report(path, f"generated-{size}", "HEAD", options.files))
    for number, path in enumerate(options.repo, 1):
        results.append(_report(path, f"given-{number}", options.branch, options.files))
    ratios = [result.blame / result.walk for result in results[: len(sizes)]]
    rows = [Row(f"history, {r.name}", f"{r.blame / r.walk:.1f} times as fast as git blame") for r in results]
    rows += [
        Row(
            f"history, {r.name}: {_NEW} commits since the cache",
            f"{r.update:.2f} s ({r.update_cpu:.2f} s of processor)",
            f"at most {_SLOWEST_UPDATE} s",
            r.update <= _SLOWEST_UPDATE,
        )
        for r in results
        if r.update
    ]
    differing, lines = sum(r.differing for r in results), sum(r.lines for r in results)
    rows.append(Row("history, lines answered otherwise", f"{differing:,} of {lines:,}", "none", differing == 0))
    if len(ratios) > 1:
        growing = all(one < next_ for one, next_ in pairwise(ratios))
        rows.append(Row("history, ratio", " to ".join(f"{r:.1f}" for r in ratios), "grows with history", growing))
    return tuple(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where an answer differs or the ratio does not grow."""
    return missed(measured(arguments))


if __name__ == "__main__":
    sys.exit(main())
