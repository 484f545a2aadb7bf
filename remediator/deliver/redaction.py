"""What a service says, made fit to be shown: one line, bounded, and no token in it, whatever its length."""

import re

from remediator.planfile.text import SECRET, clean

MESSAGE = 300
"""Characters of what a service says that are shown."""

_HEADER = re.compile(r"\b(?:bearer|basic|token)\s+[A-Za-z0-9_.=+/~-]{16,}", re.IGNORECASE)


def said(text: str, *secrets: str) -> str:
    """The text as it may be shown; `secrets` are masked besides everything that looks like a token."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return clean(_HEADER.sub("***", SECRET.sub("***", text)), MESSAGE)
