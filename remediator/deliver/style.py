"""How a repository words its commits: by Conventional Commits, or plainly."""

import re
from collections.abc import Sequence

from remediator.config.requests import CommitStyle

SUBJECTS = 50
"""The newest commits of the base that are looked at; merges are not."""

LEAST = 5
"""Commits below which nothing is said of a repository's style: it is plain then."""

TYPE = "chore(cost): "
"""What a subject begins with where subjects have types: it neither fixes nor adds anything that users see."""

_CONVENTIONAL = re.compile(r"[a-z]{2,20}(?:\([^()]{1,60}\))?!?: \S")
"""https://www.conventionalcommits.org/en/v1.0.0/#specification, in small letters as commitlint asks for."""


def is_conventional(style: CommitStyle, subjects: Sequence[str]) -> bool:
    """Whether subjects have types: as configured, else where at least half of the newest ones have."""
    if style != "auto":
        return style == "conventional"
    typed = sum(1 for subject in subjects if _CONVENTIONAL.match(subject))
    return len(subjects) >= LEAST and 2 * typed >= len(subjects)


def typed(subject: str) -> str:
    """A subject with its type; its first word begins small, unless it is a name."""
    first = subject.partition(" ")[0]
    return TYPE + (subject[0].lower() + subject[1:] if first[1:].islower() else subject)
