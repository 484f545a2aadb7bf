"""Patterns of `*` and `?`, matched by RE2, so that a pattern of strangers takes no more than linear time."""

import re
from collections.abc import Callable
from typing import TypeAlias

import re2  # type: ignore[import-untyped]  # the package carries no types

__all__ = ["Glob", "glob"]

Glob: TypeAlias = Callable[[str], bool]

_LONGEST = 4_096
"""Characters of a text that are looked at: no path that Linux takes is longer (PATH_MAX)."""


def glob(pattern: str) -> Glob:
    """Whether a whole text matches: `*` is anything, folders and nothing included, `?` one character, all else itself.

    Brackets mean themselves, since addresses of Terraform have them. A longer text than a path can be never matches.
    """
    parts = re.split(r"(\*+|\?)", _encodable(pattern))
    expression = "".join(".*" if part[:1] == "*" else "." if part == "?" else re2.escape(part) for part in parts)
    options = re2.Options()
    options.log_errors = False
    compiled = re2.compile(f"(?s){expression}", options)

    def matches(text: str) -> bool:
        return len(text) <= _LONGEST and compiled.fullmatch(_encodable(text)) is not None

    return matches


def _encodable(text: str) -> str:
    """The text without halves of surrogate pairs, which names of files have for bytes that are not UTF-8."""
    return text.encode("utf-8", "replace").decode()
