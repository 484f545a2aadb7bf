"""CODEOWNERS as GitHub reads it: the last line that matches a path decides, and may leave it without an owner.

https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

import re
from dataclasses import dataclass

PATHS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where the file is looked for; the first that exists counts."""

MAX_BYTES = 3_000_000
"""A file of this size or more is ignored as a whole, as GitHub does."""

_USER = re.compile(r"@[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:/[A-Za-z0-9._-]+)?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WORD = re.compile(r"(?:\\.|[^\s\\])+")


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of the file: a pattern and its owners; without owners, what it matches deliberately has none."""

    line: int
    pattern: str
    owners: tuple[str, ...]
    parts: tuple[re.Pattern[str] | None, ...]

    def covers(self, path: str) -> bool:
        """Whether the pattern matches a path."""
        return _covers(self.parts, path.split("/"))


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The rules of a file in its order; `problems` says which lines were skipped, and why."""

    rules: tuple[Rule, ...] = ()
    problems: tuple[str, ...] = ()

    def rule(self, path: str) -> Rule | None:
        """The rule that decides for a path, or None where none matches."""
        return next((rule for rule in reversed(self.rules) if rule.covers(path)), None)

    def owners(self, path: str) -> tuple[str, ...]:
        """The owners of a path as the file writes them."""
        rule = self.rule(path)
        return rule.owners if rule else ()


def parse(text: str) -> CodeOwners:
    """The rules of a CODEOWNERS file; a line that GitHub finds invalid is skipped and named."""
    if len(text.encode("utf-8", "surrogatepass")) >= MAX_BYTES:
        return CodeOwners(problems=(f"CODEOWNERS has {MAX_BYTES:,} bytes or more, so it is ignored; shorten it",))
    rules: list[Rule] = []
    problems: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), 1):
        words = _words(line)
        if not words:
            continue
        pattern, *owners = words
        problem = _problem(pattern, owners)
        if problem:
            problems.append(f"CODEOWNERS line {number} is skipped: {problem}")
        else:
            rules.append(Rule(number, pattern, tuple(owners), _compiled(pattern)))
    return CodeOwners(tuple(rules), tuple(problems))


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
    bad = next((o for o in owners if not _USER.fullmatch(o) and not _EMAIL.fullmatch(o)), None)
    return f"{bad!r} is no @user, @organisation/team or e-mail address" if bad else None


def _compiled(pattern: str) -> tuple[re.Pattern[str] | None, ...]:
    """The pattern part by part, None for any number of folders, by the rules of .gitignore.

    A slash that is not at the end anchors it to the root; what it matches includes all that lies below, save for an
    anchored pattern that ends in a lone star.
    """
    body = pattern.rstrip("/")
    anchored = "/" in body
    words = body.removeprefix("/").split("/")
    parts: list[re.Pattern[str] | None] = [] if anchored else [None]
    parts += [None if word == "**" else _segment(word) for word in words]
    if pattern.endswith("/") or words[-1] == "**":
        parts += [_segment("*"), None]
    elif not (anchored and words[-1] == "*"):
        parts += [None]
    return tuple(parts)


def _covers(parts: tuple[re.Pattern[str] | None, ...], segments: list[str]) -> bool:
    """Whether the parts match the whole path; quadratic at worst, since a file of strangers must not stall a run."""
    part = at = 0
    skip: int | None = None
    resume = 0
    while at < len(segments):
        current = parts[part] if part < len(parts) else None
        if part < len(parts) and current is None:
            skip, resume, part = part, at, part + 1
        elif current is not None and current.fullmatch(segments[at]):
            part, at = part + 1, at + 1
        elif skip is not None:
            resume += 1
            part, at = skip + 1, resume
        else:
            return False
    return all(rest is None for rest in parts[part:])


def _segment(word: str) -> re.Pattern[str]:
    """A part between slashes; groups are atomic, so that many stars do not multiply the work."""
    pieces = [""]
    for match in re.finditer(r"\\(.)|(\*+)|(\?)|(.)", word, re.DOTALL):
        if match[2]:
            pieces.append("")
        else:
            pieces[-1] += "." if match[3] else re.escape(match[1] or match[4])
    if len(pieces) == 1:
        return re.compile(pieces[0], re.DOTALL)
    first, *middle, last = pieces
    return re.compile(first + "".join(f"(?>.*?{piece})" for piece in middle) + ".*" + last, re.DOTALL)
