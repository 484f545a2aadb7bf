"""Which commits are ours, where people may commit by the same address."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from remediator.git.commits import OURS

TRAILER = "Remediator-Plan"
"""The trailer that every commit of ours ends with: what it was made for."""

_SIGNED = re.compile(rf"^{TRAILER}: [0-9a-f]{{16}}\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Written:
    """The addresses of who wrote and who made a commit; empty where it has none.

    `amended` is that it was made at another time than it was written, as one is that is amended, rebased or picked;
    `signed` that it has our trailer.
    """

    author: str
    committer: str
    amended: bool
    signed: bool


def is_ours(commit: Written, addresses: Collection[str]) -> bool:
    """Whether we made a commit, whose addresses these are.

    One of them may be a person's: then what does not end as ours do, or was made anew since, is that person's own work.
    """
    if commit.author != commit.committer or commit.author not in addresses:
        return False
    return commit.author in OURS or (commit.signed and not commit.amended)


def is_signed(message: str) -> bool:
    """Whether a message has our trailer."""
    return _SIGNED.search(message) is not None
