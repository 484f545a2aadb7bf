"""Which dialect a repository's CODEOWNERS is written in, where the file is looked for, and how it is read."""

import re
from collections.abc import Collection
from enum import StrEnum

from remediator.trace.codeowners.github import parse_github
from remediator.trace.codeowners.gitlab import parse_gitlab
from remediator.trace.codeowners.rules import CodeOwners


class Dialect(StrEnum):
    """The forge whose rules a file follows."""

    GITHUB = "github"
    GITLAB = "gitlab"


MAX_BYTES = 3_000_000
"""A file of this size or more is ignored as a whole: GitHub loads none of 3 MB; GitLab states no limit, this is ours.

See "CODEOWNERS file size" in the document that `github.py` names.
"""

_PATHS = {
    Dialect.GITHUB: (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    Dialect.GITLAB: ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
}
_OF_GITLAB = re.compile(r"^[ \t]*(?:\^?\[[^\]\n]+\]|!)|\s@@[a-z]|\s@[\w.-]+/[\w.-]+/", re.MULTILINE | re.IGNORECASE)


def paths_of(dialect: Dialect) -> tuple[str, ...]:
    """Where a forge looks for the file; the first that exists counts."""
    return _PATHS[dialect]


def dialect_of(kind: str | None, configured: str | None, files: Collection[str], texts: Collection[str]) -> Dialect:
    """The dialect: as configured, else the forge's, else by what the repository shows.

    `kind` is the forge's kind. Where it has no dialect of its own (`local`, or no forge), the folder `.github` or
    `.gitlab` that holds the file tells, then a pipeline of GitLab's among `files` (all names at the top and those of
    CODEOWNERS), then what only GitLab knows in the `texts` of the files: headings, `!`, roles, nested groups.
    """
    for name in (configured, kind):
        if name in tuple(Dialect):
            return Dialect(name)
    if ".github/CODEOWNERS" in files:
        return Dialect.GITHUB
    if ".gitlab/CODEOWNERS" in files or ".gitlab-ci.yml" in files:
        return Dialect.GITLAB
    return Dialect.GITLAB if any(_OF_GITLAB.search(text[:MAX_BYTES]) for text in texts) else Dialect.GITHUB


def read(text: str, dialect: Dialect, path: str = "CODEOWNERS") -> CodeOwners:
    """The rules of the CODEOWNERS file at a path; lines that are wrong are named in its problems, and stop nothing."""
    if len(text.encode("utf-8", "surrogatepass")) >= MAX_BYTES:
        return CodeOwners(
            problems=(f"{path} has {MAX_BYTES:,} bytes or more, so it is ignored, as GitHub does; shorten it",)
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return parse_gitlab(text, path) if dialect is Dialect.GITLAB else parse_github(text, path)
