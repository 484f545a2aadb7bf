"""What is refused before it is parsed."""

from decimal import Decimal

from remediator.errors import RemediatorError

__all__ = ["MAX_BYTES", "MAX_DEPTH", "checked_text", "number", "whole_characters"]

MAX_BYTES = 1_000_000
"""Files above this are refused at once; nobody keeps settings in such."""
MAX_DEPTH = 64
"""Collections nested deeper than this are refused; settings nest some five levels."""


MAX_DIGITS = 1_000
"""Numbers with more digits than this are refused: written out, `1e999999999` would fill the memory."""


def checked_text(path: str, content: bytes) -> str:
    """The text of a file; raises RemediatorError with the reason why it is not read."""
    if len(content) > MAX_BYTES:
        raise RemediatorError(f"{path} has {len(content):,} bytes, more than the {MAX_BYTES:,} that are read; split it")
    if b"\0" in content:
        raise RemediatorError(f"{path} holds a NUL byte; remove it")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RemediatorError(f"{path} is not UTF-8 at byte {error.start}; save it as UTF-8") from None


def number(text: str, path: str) -> Decimal:
    """A number; raises RemediatorError for one that takes thousands of digits to write out."""
    found = Decimal(text)
    if abs(found.adjusted()) > MAX_DIGITS or len(text) > MAX_DIGITS:
        raise RemediatorError(f"{path} has the number {text[:40]}, which has more than {MAX_DIGITS:,} digits")
    return found or Decimal(0)


def whole_characters(text: str) -> str:
    """A text from JSON in which a lone half of a character becomes U+FFFD, as Terraform reads it."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
