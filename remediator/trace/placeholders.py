"""Names and addresses that stand where a person's own were never filled in: many strangers commit with each."""

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Protocol

import re2  # type: ignore[import-untyped]  # the package carries no types

from remediator.config import PlaceholderConfig
from remediator.trace.people import folded

_LONGEST = 320
"""Characters of an address that are read: RFC 3696 (errata 1690) has none longer."""


class _Compiled(Protocol):
    def fullmatch(self, text: str) -> object | None: ...


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What tells nobody from others; patterns of addresses are compiled by RE2, for those of strangers are matched."""

    names: frozenset[str]
    addresses: _Compiled

    def names_somebody(self, name: str) -> bool:
        """Whether a commit's name is a person's own."""
        return folded(name) not in self.names

    def reaches_somebody(self, email: str) -> bool:
        """Whether a commit's address is a person's own."""
        address = folded(email[:_LONGEST])
        return bool(address) and self.addresses.fullmatch(address) is None


def placeholders(config: PlaceholderConfig) -> Placeholders:
    """The project's own list, and what the configuration adds to it."""
    text = resources.files("remediator.trace").joinpath("data/placeholders.toml").read_text("utf-8")
    table = PlaceholderConfig.model_validate(tomllib.loads(text))
    patterns = [folded(pattern) for pattern in (*config.addresses, *table.addresses)]
    any_text = (
        "|".join(".*".join(map(re2.escape, pattern.split("*"))) for pattern in patterns)
    ) or "[^\\x00-\\x{10FFFF}]"
    return Placeholders(
        frozenset({"", *map(folded, (*config.names, *table.names))}), re2.compile(f"(?s)(?:{any_text})")
    )
