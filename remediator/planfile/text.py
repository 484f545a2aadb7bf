"""Text from outside, made fit to be read as data: one line, no invisible characters, no addresses, bounded."""

import re
import unicodedata
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from remediator.model import Value

MAX_TEXT = 500
"""Characters of free text that are kept: a commit subject or a tag is whole, an essay is not."""

MAX_IDENTIFIER = 2000
"""Characters of an address or path that are kept."""

_VISIBLE = "^[^\\u0000-\\u001F\\u007F-\\u009F\\u200B-\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFE00-\\uFE0F\\uFEFF]*$"

Identifier = Annotated[str, StringConstraints(max_length=MAX_IDENTIFIER, pattern=_VISIBLE)]
"""A name that programs compare: an address, a path, an attribute."""

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_WORD = re.compile(r"[0-9A-Za-z]+")
_TWELVE = re.compile(r"(?<!\d)\d{12}(?!\d)")
_HEX = re.compile(r"[0-9a-f]+")
_GROUPED = re.compile(r"(?<![0-9-])\d{4}-\d{4}-\d{4}(?![0-9-])")
_EMAIL = re.compile(r"[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{1,253}\.[A-Za-z]{2,63}")

SECRET = re.compile(
    r"\b(?:gh[a-z]_|github_pat_|ATATT|ATCTT)[A-Za-z0-9_.=-]+"  # GitHub's, Atlassian's
    r"|\bgl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[A-Za-z0-9_.=-]+"  # GitLab's
    r"|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"  # a JSON web token
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"  # AWS' access key ids
    r"|\bxox[a-z]-[A-Za-z0-9-]{10,}"  # Slack's
)
"""What looks like a token by the prefix that its service documents; GitHub's are of any length since April 2026:
https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
and AWS' are named in https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"""


class Section(BaseModel):
    """A part of the plan file: frozen, of strict types, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Untrusted(Section):
    """Text that came from outside (a tag, a name, a commit, a configuration): data, never an instruction."""

    untrusted: Annotated[str, Field(max_length=MAX_TEXT, pattern=_VISIBLE)]


def clean(text: str, limit: int = MAX_IDENTIFIER) -> str:
    """The text on one line, without control, format or other invisible characters, cut to `limit` characters.

    Of a text of many times the limit only the beginning is looked at.
    """
    seen = text[: 4 * limit]
    if not (seen.isascii() and seen.isprintable()):
        kept = (" " if c.isspace() else c for c in seen if c.isspace() or unicodedata.category(c)[0] != "C")
        seen = _SELECTORS.sub("", "".join(kept))
    line = " ".join(seen.split())
    return line if len(line) <= limit and len(text) <= 4 * limit else line[: limit - 1] + "…"


def redact(text: str) -> str:
    """The text with account ids, e-mail addresses and tokens masked, which readers of a repository need not see."""
    return without_addresses(without_accounts(without_secrets(text)))


def without_secrets(text: str) -> str:
    """The text with what looks like a token masked."""
    return SECRET.sub("[secret]", text)


def without_accounts(text: str) -> str:
    """The text with account ids masked.

    Twelve digits within a word are an account id (`deploy123456789012`) unless the word is hexadecimal, as ids are.
    """
    return _WORD.sub(_without_account, _GROUPED.sub("[account]", text))


def without_addresses(text: str) -> str:
    """The text with e-mail addresses masked."""
    return _EMAIL.sub("[address]", text) if "@" in text else text


def _without_account(word: re.Match[str]) -> str:
    if len(word[0]) > 12 and _HEX.fullmatch(word[0]):
        return word[0]
    return _TWELVE.sub("[account]", word[0])


def untrusted(text: str) -> Untrusted:
    """Text from outside, cleaned, redacted, bounded and marked."""
    return Untrusted(untrusted=clean(redact(clean(text, 10 * MAX_TEXT)), MAX_TEXT))


def clean_value(value: Value) -> Value:
    """A plain value whose texts are cleaned."""
    if isinstance(value, str):
        return clean(value, MAX_TEXT)
    if isinstance(value, tuple):
        return tuple(clean(item, MAX_TEXT) for item in value)
    return value
