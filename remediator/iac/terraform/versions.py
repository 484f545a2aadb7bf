"""Version constraints of module calls and of Terraform itself, and the versions that they allow.

https://developer.hashicorp.com/terraform/language/expressions/version-constraints
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["allows_from", "is_exact", "newest"]

_NUMBERS = r"(\d{1,18}(?:\.\d{1,18}){0,7})"
_REST = r"(?:-([0-9A-Za-z.~-]{1,100}))?(?:\+[0-9A-Za-z.~-]{1,100})?"
_TAG = re.compile(rf"v?{_NUMBERS}{_REST}")
_PART = re.compile(rf"(=|!=|>=|<=|~>|>|<)?\s*v?{_NUMBERS}{_REST}")
MAX_LENGTH = 500
"""Characters of a constraint that are read; none is written that comes near."""


@dataclass(frozen=True, slots=True)
class _Version:
    numbers: tuple[int, ...]
    prerelease: str

    def order(self) -> tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]:
        """By which versions are ordered (https://semver.org/#spec-item-11)."""
        parts = self.prerelease.split(".") if self.prerelease else []
        ranks = tuple((not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts)
        return ((*self.numbers, 0, 0, 0, 0, 0, 0, 0)[:8], not self.prerelease, ranks)


def newest(constraint: str | None, tags: Iterable[str]) -> str | None:
    """The tag (`1.2.3` or `v1.2.3`) of the newest version that a constraint allows, None where none is.

    Without a constraint any release is; a prerelease only where it is named exactly. Raises ValueError with a sentence
    for a constraint that Terraform would not read.
    """
    parts = _parsed(constraint) if constraint is not None else ()
    allowed = [(version.order(), tag) for tag in tags if (version := _tagged(tag)) and _allowed(version, parts)]
    return max(allowed, default=(None, None))[1]


def is_exact(constraint: str) -> bool:
    """Whether a constraint leaves no choice."""
    return any(op == "=" for op, _ in _parsed(constraint))


def allows_from(constraint: str, least: str) -> bool:
    """Whether a constraint allows any version from `least` on; raises ValueError for one that Terraform would not read.

    Where it allows any, it allows `least` itself, a version that it names, or the one right after such a version.
    """
    parts, first = _parsed(constraint), _parsed(least)[0][1]
    bounds = [first, *(version for _, version in parts)]
    after = [_Version((*(*v.numbers, 0, 0)[:2], (*v.numbers, 0, 0)[2] + 1), "") for v in bounds]
    return any(version.order() >= first.order() and _allowed(version, parts) for version in (*bounds, *after))


def _tagged(tag: str) -> _Version | None:
    match = _TAG.fullmatch(tag)
    if match is None or match[1].count(".") != 2:
        return None
    return _read(match[1], match[2])


def _read(numbers: str, prerelease: str | None) -> _Version:
    return _Version(tuple(map(int, numbers.split("."))), prerelease or "")


def _parsed(constraint: str) -> tuple[tuple[str, _Version], ...]:
    found = [_PART.fullmatch(part.strip()) for part in constraint[:MAX_LENGTH].split(",")]
    if len(constraint) > MAX_LENGTH or not all(found):
        raise ValueError(f"{constraint[:80]!r} is no version constraint; write one such as ~> 1.2")
    return tuple((match[1] or "=", _read(match[2], match[3])) for match in found if match)


def _allowed(version: _Version, parts: Iterable[tuple[str, _Version]]) -> bool:
    parts = tuple(parts)
    if version.prerelease and not any(op == "=" and version.order() == wanted.order() for op, wanted in parts):
        return False
    return all(_meets(version, op, wanted) for op, wanted in parts)


def _meets(version: _Version, operator: str, wanted: _Version) -> bool:
    own, other = version.order(), wanted.order()
    match operator:
        case "=":
            return own == other
        case "!=":
            return own != other
        case ">":
            return own > other
        case ">=":
            return own >= other
        case "<":
            return own < other
        case "<=":
            return own <= other
    # The last number that is written may rise, those before it may not: `~> 1` therefore allows 2.0.0 as well.
    if own < other or bool(wanted.prerelease) != bool(version.prerelease) or len(wanted.numbers) > len(version.numbers):
        return False
    fixed = len(wanted.numbers) - 1
    return version.numbers[:fixed] == wanted.numbers[:fixed]
