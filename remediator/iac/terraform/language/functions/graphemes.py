"""The characters that people see, which may be several code points: what Terraform counts as characters."""

import regex  # type: ignore[import-untyped]  # the package carries no types

__all__ = ["graphemes"]

_CLUSTER = regex.compile(r"\X")


def graphemes(of: str) -> list[str]:
    """The grapheme clusters of a text (https://unicode.org/reports/tr29/)."""
    if of.isascii() and "\r" not in of:
        return list(of)
    found: list[str] = _CLUSTER.findall(of)
    return found
