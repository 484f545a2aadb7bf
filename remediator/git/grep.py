"""Searches the files of a commit for words, without a work tree."""

from collections.abc import Sequence
from dataclasses import dataclass

from remediator.git.clones import Clone
from remediator.git.names import checked_id
from remediator.git.process import run


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that a word stands in; `line` counts from 1."""

    path: str
    line: int
    text: str


def grep(clone: Clone, commit: str, words: Sequence[str], patterns: Sequence[str]) -> tuple[Hit, ...]:
    """The lines of text files matching the path patterns (`*.yaml`) that hold any of the words, by path and line.

    One process for all words; files whose path is not UTF-8 are left out. Raises GitError where git fails.
    """
    wanted = [part for word in words if word and "\n" not in word and "\0" not in word for part in ("-e", word)]
    if not wanted:
        return ()
    command = [
        "grep", "-z", "-n", "-I", "--no-color", "--full-name", "--fixed-strings", "--no-textconv",
        *wanted, checked_id(commit), "--", *patterns,
    ]  # fmt: skip
    _, output = run(clone.path, command, accept=(0, 1))
    hits: list[Hit] = []
    at = 0
    while at < len(output):  # field by field, since a path may hold a line break
        ends = output.index(b"\0", at)
        middle = output.index(b"\0", ends + 1)
        name, number = output[at:ends], output[ends + 1 : middle]
        at = output.index(b"\n", middle) + 1
        text = output[middle + 1 : at - 1]
        try:
            path = name.partition(b":")[2].decode()
        except UnicodeDecodeError:
            continue
        hits.append(Hit(path, int(number), text.decode("utf-8", "replace")))
    return tuple(hits)
