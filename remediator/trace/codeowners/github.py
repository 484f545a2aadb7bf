"""CODEOWNERS as GitHub reads it: the last line that matches a path decides, and may leave it without an owner.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

import re

from remediator.trace.codeowners.patterns import LONGEST, gitignore_like
from remediator.trace.codeowners.rules import CodeOwners, Rule
from remediator.trace.people import shown

_USER = re.compile(r"@[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:/[A-Za-z0-9._-]+)?")
_EMAIL = re.compile(r"[^@\s]{1,100}@[^@\s.]+(?:\.[^@\s.]+)+")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")


def parse_github(text: str, path: str) -> CodeOwners:
    """The rules of the file at a path; a line that GitHub finds invalid is skipped and named."""
    rules: list[Rule] = []
    problems: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        words = _words(line)
        if not words:
            continue
        pattern, *owners = words
        problem = _problem(pattern, owners)
        if problem:
            problems.append(f"{path} line {number} is skipped: {problem}")
        else:
            rules.append(Rule(number, pattern, tuple(owners), gitignore_like(pattern)))
    return CodeOwners((tuple(rules),), tuple(problems))


def _words(line: str) -> list[str]:
    """The words of a line up to a comment; a blank after a backslash belongs to its word."""
    words: list[str] = []
    for match in _WORD.finditer(line):
        if match[0].startswith("#"):
            break
        words.append(match[0])
    return words


def _problem(pattern: str, owners: list[str]) -> str | None:
    if pattern.startswith("!"):
        return "GitHub does not know patterns that begin with '!'"
    if pattern.startswith("\\#"):
        return "GitHub does not know '\\#'"
    if "[" in pattern or "]" in pattern:
        return "GitHub does not know '[ ]' in patterns"
    if pattern.strip("/") == "":
        return "the pattern names no path"
    if len(pattern) > LONGEST:
        return f"the pattern has more than {LONGEST:,} characters"
    bad = next((o for o in owners if not _USER.fullmatch(o) and not _EMAIL.fullmatch(o)), None)
    return f"{shown(bad[:80])!r} is no @user, @organisation/team or e-mail address" if bad else None
