"""What is refused before it is parsed."""

from remediator.errors import RemediatorError

__all__ = ["MAX_BYTES", "MAX_DEPTH", "checked_text"]

MAX_BYTES = 1_000_000
"""Files above this are refused at once; nobody keeps settings in such."""
MAX_DEPTH = 64
"""Collections nested deeper than this are refused; settings nest some five levels."""


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
