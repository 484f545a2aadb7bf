"""Comments inside expressions, behind which a reference can hide: `aws_instance /* the old one */ .web`."""

import re
from collections.abc import Iterator

__all__ = ["readings"]

_MARK = re.compile(r"/\*|//|#")
_CHARACTER = re.compile(r"[^\n]")


def readings(text: str) -> tuple[str, ...]:
    """The ways to look for references in an expression: as it is, and with blanks for whatever may be a comment.

    What only looks like a comment, in a string, is there in the first. Both have the same length and the same lines.
    """
    if _MARK.search(text) is None:
        return (text,)
    return text, "".join(_blanked(text))


def _blanked(text: str) -> Iterator[str]:
    at = 0
    while (mark := _MARK.search(text, at)) is not None:
        end = text.find("*/", mark.end()) + 2 if mark[0] == "/*" else text.find("\n", mark.end())
        end = len(text) if end < mark.end() else end
        yield text[at : mark.start()]
        yield _CHARACTER.sub(" ", text[mark.start() : end])
        at = end
    yield text[at:]
