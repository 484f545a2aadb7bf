"""The words of an expression: a cursor that skips white space and comments and knows where newlines count."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import accumulate

__all__ = ["MAX_DEPTH", "ExpressionError", "Scanner"]

MAX_DEPTH = 64
"""Expressions nested deeper than this are refused; people write some five levels."""

_BLANK = re.compile(r"(?:[ \t\r]+|#[^\n]*|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_BLANK_LINES = re.compile(r"(?:[ \t\r\n]+|#[^\n]*|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_WORD = re.compile(r"[^\W\d][\w-]*")


class ExpressionError(Exception):
    """A sentence that says why an expression cannot be read."""


class Scanner:
    """A cursor over the text of an expression; offsets it gives are in bytes."""

    def __init__(self, text: str) -> None:
        """Start at the first character; newlines end an expression until `lines` says that they do not.

        `taken` is where the last token ends that was passed.
        """
        self.text = text
        self.at = 0
        self.depth = 0
        self.lines = False
        self.taken = 0
        self._widths = None if text.isascii() else [0, *accumulate(len(c.encode()) for c in text)]

    def offset(self, at: int) -> int:
        """The byte offset of a character."""
        return at if self._widths is None else self._widths[at]

    def character(self, offset: int) -> int:
        """The character at a byte offset."""
        return offset if self._widths is None else bisect_right(self._widths, offset) - 1

    def skip(self) -> None:
        """Pass white space and comments, and newlines where they do not count."""
        found = (_BLANK_LINES if self.lines else _BLANK).match(self.text, self.at)
        if found:
            self.at = found.end()

    def skip_lines(self) -> bool:
        """Pass white space, comments and newlines; whether a newline was among them."""
        found = _BLANK_LINES.match(self.text, self.at)
        if not found:
            return False
        self.at = found.end()
        return "\n" in found[0]

    def sees(self, *tokens: str) -> str | None:
        """The first of the tokens that stands here."""
        self.skip()
        return next((token for token in tokens if self.text.startswith(token, self.at)), None)

    def take(self, *tokens: str) -> str | None:
        """Pass the first of the tokens that stands here."""
        token = self.sees(*tokens)
        if token:
            self.at += len(token)
            self.taken = self.at
        return token

    def expect(self, token: str) -> None:
        """Pass a token; raises ExpressionError where another stands."""
        if not self.take(token):
            raise self.problem(f"{token!r} is missing")

    def word(self) -> str | None:
        """Pass a name."""
        self.skip()
        found = _WORD.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found[0] if found else None

    def sees_word(self, word: str) -> bool:
        """Whether a certain name stands here."""
        self.skip()
        found = _WORD.match(self.text, self.at)
        return found is not None and found[0] == word

    @contextmanager
    def inside(self, across: bool) -> Iterator[None]:
        """One level deeper, where newlines count or do not; raises ExpressionError where that is too deep."""
        before, self.lines = self.lines, across
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"it is nested deeper than {MAX_DEPTH} levels; take it apart")
        yield
        self.depth -= 1
        self.lines = before

    def match(self, pattern: "re.Pattern[str]") -> str | None:
        """Pass what a pattern matches."""
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found[0] if found else None

    def problem(self, what: str) -> ExpressionError:
        """The problem, with what stands here."""
        rest = self.text[self.at : self.at + 20].split("\n")[0]
        return ExpressionError(f"{what} before {rest!r}" if rest else f"{what} at the end")
