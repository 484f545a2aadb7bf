"""Which merges brought code into a history: who pressed the button answers for what came in, whoever wrote it."""

from collections.abc import Iterator

from remediator.git.clones import Clone
from remediator.git.process import stream
from remediator.git.touches import MOST, PATTERNS


def read_merges(clone: Clone) -> Iterator[str]:
    """The ids of the merges of the first-parent line up to the clone's head that changed code, newest first.

    Raises RemediatorError where git fails.
    """
    command = ["log", "--merges", "--first-parent", f"--max-count={MOST}", "--format=%H"]
    with stream(clone.path, [*command, clone.head, "--", *PATTERNS]) as output:
        for line in output:
            yield line.strip().decode()
