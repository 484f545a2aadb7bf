"""The history walk beside `git blame --porcelain` of every file, on the same repositories, answers compared.

`python -m bench.history_speed [--commits N ...] [--repo PATH ...] [--branch NAME] [--files N]`
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bench.histories import generate
from bench.table import Row, missed
from remediator.git.clones import Clone
from remediator.git.history import TrackedLine, walk
from remediator.git.objects import list_tree, read_blobs
from remediator.git.process import run

_FILES = {1_000: 60, 5_000: 150, 20_000: 300}
HEADER = (
    f"{'repository':<24}{'commits':>9}{'files':>7}{'lines':>9}{'differ':>8}"
    f"{'blame s':>9}{'walk s':>9}{'ratio':>9}{'origins s':>11}{'cached s':>10}"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds of each way over the same lines, and how many of those lines the two name different commits for.

    `origins` is the walk with creators seen through moves and formatting, `cached` the same again with its cache.
    """

    name: str
    commits: int
    files: int
    lines: int
    differing: int
    blame: float
    walk: float
    origins: float
    cached: float

    def __str__(self) -> str:
        return (
            f"{self.name:<24}{self.commits:>9,}{self.files:>7,}{self.lines:>9,}{self.differing:>8,}{self.blame:>9.2f}"
            f"{self.walk:>9.2f}{self.blame / self.walk:>8.1f}x{self.origins:>11.2f}{self.cached:>10.2f}"
        )


def compare(clone: Clone, limit: int | None = None) -> Comparison:
    """Both ways over every line of the repository's .tf files (the first `limit` files), one after the other."""
    entries = [e for e in list_tree(clone, clone.head) if e.path.endswith(".tf") and e.mode != "120000"][:limit]
    started = time.perf_counter()
    blamed = {(entry.path, line): sha for entry in entries for line, sha in _blame(clone, entry.path).items()}
    blame = time.perf_counter() - started
    lines = [TrackedLine(f"{line}:{path}", path, line, header=False) for path, line in blamed]
    started = time.perf_counter()
    found = walk(clone, lines, None, follow=False)
    seconds = time.perf_counter() - started
    differing = sum(found.get(f"{line}:{path}") != sha for (path, line), sha in blamed.items())
    lines = _with_headers(clone, {e.path: e.blob for e in entries}, lines)
    with tempfile.TemporaryDirectory() as cache:
        started = time.perf_counter()
        walk(clone, lines, Path(cache))
        origins = time.perf_counter() - started
        started = time.perf_counter()
        walk(clone, lines, Path(cache))
        cached = time.perf_counter() - started
    _, count = run(clone.path, ["rev-list", "--first-parent", "--count", clone.head])
    return Comparison(clone.name, int(count), len(entries), len(blamed), differing, blame, seconds, origins, cached)


def _with_headers(clone: Clone, blobs: dict[str, str], lines: Sequence[TrackedLine]) -> list[TrackedLine]:
    """The lines again, those that open a block marked as headers."""
    contents = dict(read_blobs(clone, sorted(set(blobs.values()))))
    opening = {
        (path, number)
        for path, blob in blobs.items()
        for number, line in enumerate(contents[blob].split(b"\n"), 1)
        if line.startswith((b"resource ", b"module ")) and b"{" in line
    }
    return [TrackedLine(t.key, t.path, t.line, header=(t.path, t.line) in opening) for t in lines]


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
    parser.add_argument("--files", type=int, help="blame only so many files of each")
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
