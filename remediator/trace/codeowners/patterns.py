r"""The path patterns of both dialects, compiled by RE2, so that a pattern of strangers takes no more than linear time.

GitHub: https://git-scm.com/docs/gitignore#_pattern_format, without `!`, `[ ]` and `\#`.
GitLab: Ruby's File.fnmatch with FNM_PATHNAME and FNM_DOTMATCH, https://docs.gitlab.com/user/project/codeowners/advanced/
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import re2  # type: ignore[import-untyped]  # the package carries no types

LONGEST = 4_096
"""Characters of a pattern that are read: no path that Linux takes is longer (PATH_MAX)."""

_FOLDERS = "(?:.*/)?"
_BELOW = "(?:/.*)?"
_NEVER = "[^\\x00-\\x{10FFFF}]"
_STEP = re.compile(
    r"\\(?P<escaped>.)|(?P<stars>\*+)|(?P<one>\?)"
    r"|(?P<class>\[(?P<negated>[!^]?)(?P<members>(?:\\.|[^\]\\])*)\])|(?P<open>\[)|(?P<plain>.)",
    re.DOTALL,
)
_WILD = re.compile(r"[*?]+")
_ODD = re.compile(r"[\\\[]")
_MEMBER = re.compile(r"(\\.|.)(?:-(?!\])(\\.|.))?", re.DOTALL)


class _Compiled(Protocol):
    def fullmatch(self, text: str) -> object | None: ...


@dataclass(slots=True, eq=False)
class Pattern:
    """A pattern of paths: an expression, and a text that all that matches it has in it.

    Most patterns of a long file are told from a path by that text alone, so each is compiled when it is first needed:
    of 10,000 patterns that a file had one for each folder, one or two.
    """

    expression: str
    literal: str
    _compiled: _Compiled | None = field(default=None, init=False, repr=False)

    def matches(self, text: str) -> bool:
        """Whether it matches the whole text."""
        if self.literal not in text:
            return False
        if self._compiled is None:
            self._compiled = _compiled(self.expression)
        return self._compiled.fullmatch(text) is not None


def gitignore_like(pattern: str) -> Pattern:
    """A GitHub pattern; a slash that is not at the end anchors it, and what it matches includes all that lies below.

    Only an anchored pattern that ends in a lone star leaves out what is deeper.
    """
    body = pattern.removesuffix("/")
    words = body.removeprefix("/").split("/")
    anchored = "/" in body
    last = words[-1]
    expression = ("" if anchored else _FOLDERS) + "".join(_between(words))
    literal = _literal(words)
    if pattern.endswith("/"):
        return Pattern(f"{expression}/.+", literal)
    if _any_depth(last):
        return Pattern(expression, literal)
    return Pattern(expression if anchored and last == "*" else expression + _BELOW, literal)


def _between(words: list[str]) -> list[str]:
    pieces = []
    for at, word in enumerate(words):
        final = at == len(words) - 1
        if _any_depth(word):
            pieces.append(".+" if final else _FOLDERS)
        else:
            pieces.append(_segment(word) + ("" if final else "/"))
    return pieces


def _any_depth(word: str) -> bool:
    return len(word) > 1 and not word.strip("*")


def fnmatch_like(pattern: str) -> Pattern:
    """A GitLab pattern: only a leading slash anchors it, only a trailing one takes in what lies below.

    Folders are crossed by `**/` alone; a class in brackets that is not closed matches nothing.
    """
    if pattern == "*":
        return Pattern(".*", "")
    pattern = re.sub(r"\\\s+", " ", re.sub(r"\A\\#", "#", pattern))
    anchored = pattern if pattern.startswith("/") else f"/**/{pattern}"
    words = (f"{anchored}**/*" if pattern.endswith("/") else anchored).split("/")[1:]
    folders = [_FOLDERS if word == "**" else _segment(word) + "/" for word in words[:-1]]
    return Pattern("".join(folders) + _segment(words[-1]), _literal(words))


def _literal(words: Iterable[str]) -> str:
    """The longest text within one of the parts between slashes that a path has to have; may be empty."""
    plain = (run for word in words for run in _WILD.split(_ODD.split(word, maxsplit=1)[0]))
    return max(plain, key=len, default="")


def _segment(word: str) -> str:
    """The expression for what stands between two slashes; a bracket that is not closed matches nothing."""
    pieces: list[str] = []
    for step in _STEP.finditer(word):
        if step["stars"]:
            pieces.append("[^/]*")
        elif step["one"]:
            pieces.append("[^/]")
        elif step["class"]:
            pieces.append(_class(step["negated"], step["members"]))
        elif step["open"]:
            return _NEVER  # and nothing after it is looked at, which might be thousands of brackets more
        else:
            pieces.append(re2.escape(step["escaped"] or step["plain"]))
    return "".join(pieces)


def _class(negated: str, members: str) -> str:
    if not members:
        return "[^/]" if negated else _NEVER
    ranges = []
    for member in _MEMBER.finditer(members):
        first = member[1][-1]
        last = (member[2] or first)[-1]
        if first <= last:
            ranges.append(f"\\x{{{ord(first):x}}}-\\x{{{ord(last):x}}}")
    return f"[{'^/' if negated else ''}{''.join(ranges)}]" if ranges or negated else _NEVER


def _compiled(expression: str) -> _Compiled:
    options = re2.Options()
    options.log_errors = False
    made: _Compiled = re2.compile(f"(?s){expression}", options)
    return made
