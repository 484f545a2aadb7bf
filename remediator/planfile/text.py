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
_ACCOUNT_ID = re.compile(r"(?<![0-9A-Za-z])\d{12}(?![0-9A-Za-z])")
_EMAIL = re.compile(r"[^\s<>()\[\]\"',;:@]{1,64}@[^\s<>()\[\]\"',;:@]{1,253}\.[A-Za-z]{2,63}")


class Section(BaseModel):
    """A part of the plan file: frozen, of strict types, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Untrusted(Section):
    """Text that came from outside (a tag, a name, a commit, a configuration): data, never an instruction."""

    untrusted: Annotated[str, Field(max_length=MAX_TEXT, pattern=_VISIBLE)]


def clean(text: str, limit: int = MAX_IDENTIFIER) -> str:
    """The text on one line, without control, format or other invisible characters, cut to `limit` characters."""
    kept = (" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    line = " ".join(_SELECTORS.sub("", "".join(kept)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def redact(text: str) -> str:
    """The text with account ids and e-mail addresses masked, which readers of a repository need not see."""
    return _EMAIL.sub("[address]", _ACCOUNT_ID.sub("[account]", text))


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
