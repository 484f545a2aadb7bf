"""Regular expressions, by RE2 as in Terraform, which takes time in proportion to the text whatever the pattern."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

import re2  # type: ignore[import-untyped]  # the package carries no types

from remediator.iac.terraform.language.functions.arguments import MAX_TEXT, listed, sized, text, unknown_call
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.types import ANY, STRING, Member, Type
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, RefusedError

__all__ = ["REGULAR", "compiled"]


_ANY_BYTE = re2.compile(r"^(?:[^\\]|\\[^C])*\\C")


_WORK_A_MATCH = 20
"""Characters of text whose copying takes as long as a match, or as what is put in for one `$`."""


class _Match(Protocol):
    def group(self, at: int) -> str | None: ...
    def groups(self) -> tuple[str | None, ...]: ...
    def start(self) -> int: ...
    def end(self) -> int: ...


class _Pattern(Protocol):
    groups: int
    groupindex: Mapping[str, int]

    def search(self, of: str) -> _Match | None: ...
    def finditer(self, of: str) -> Sequence[_Match]: ...


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> _Pattern:
    """A pattern in RE2's syntax; raises EvaluationError."""
    if _ANY_BYTE.search(pattern):
        raise EvaluationError(f"the regular expression {pattern[:80]!r} has \\C, which Go does not know")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 8 << 20
    try:
        made: _Pattern = re2.compile(pattern, options)
    except re2.error as error:
        raise EvaluationError(f"the regular expression {pattern[:80]!r} cannot be read: {error}") from None
    return made


def _matches(pattern: _Pattern, of: str) -> Iterator[_Match]:
    """All matches as Go finds them: an empty one that abuts the one before it does not count."""
    end = -1
    for match in pattern.finditer(of):
        if match.end() > match.start() or match.start() != end:
            yield match
        end = match.end()


def _captured(pattern: _Pattern, match: _Match) -> Evaluated:
    if pattern.groupindex:
        if len(pattern.groupindex) != pattern.groups:
            raise RefusedError("a regular expression whose groups do not all have names of their own is not followed")
        return Evaluated(Fields({name: Evaluated(match.group(at)) for name, at in pattern.groupindex.items()}))
    if pattern.groups:
        return Evaluated(Items(tuple(Evaluated(group) for group in match.groups())))
    return Evaluated(match.group(0))


def _type(pattern: Evaluated) -> Type:
    """The type of what a pattern captures."""
    if not isinstance(pattern.data, str):
        return ANY
    made = compiled(pattern.data)
    if made.groupindex:
        return Type("object", members={name: Member(STRING) for name in made.groupindex})
    return Type("tuple", items=(STRING,) * made.groups) if made.groups else STRING


def _regex(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    if not (arguments[0].known and arguments[1].known):
        return unknown_call("regex", arguments, type_=_type(arguments[0]))
    pattern = compiled(text(arguments[0]))
    match = pattern.search(text(arguments[1]))
    if match is None:
        raise EvaluationError("regex() finds no match")
    return _captured(pattern, match)


def _regexall(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    if not (arguments[0].known and arguments[1].known):
        return unknown_call("regexall", arguments, type_=Type("list", _type(arguments[0])))
    pattern = compiled(text(arguments[0]))
    return listed([_captured(pattern, match) for match in _matches(pattern, text(arguments[1]))])


def _replace(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    of, what, by = (text(argument) for argument in arguments)
    if len(what) > 1 and what.startswith("/") and what.endswith("/"):
        return sized(_substituted(compiled(what[1:-1]), of, by))
    if what == "" and len(by) * (len(of) + 1) > 1_000_000:
        raise EvaluationError("replace() would make more text than is followed")
    return sized(of.replace(what, by))


def _substituted(pattern: _Pattern, of: str, by: str) -> str:
    out: list[str] = []
    at = length = 0
    work = _WORK_A_MATCH * (1 + by.count("$"))
    for match in _matches(pattern, of):
        made = _expanded(by, pattern, match)
        length += len(made) + work
        if length > MAX_TEXT:
            raise RefusedError("replace() would take more steps than are allowed")
        out += [of[at : match.start()], made]
        at = match.end()
    return "".join([*out, of[at:]])


_REFERENCE = re2.compile(r"\$(?:\{(\w+)\}|(\w+)|(\$))")


def _expanded(by: str, pattern: _Pattern, match: _Match) -> str:
    out: list[str] = []
    at = 0
    for found in _REFERENCE.finditer(by):
        out.append(by[at : found.start()])
        at = found.end()
        name = found.group(1) or found.group(2)
        if name is None:
            out.append("$")
            continue
        group = int(name) if name.isdigit() else pattern.groupindex.get(name)
        known = group is not None and 0 <= group <= pattern.groups
        out.append((match.group(group) or "") if known and group is not None else "")
    return "".join([*out, by[at:]])


REGULAR: Mapping[str, Signature] = {
    "regex": Signature(_regex, 2, 2, takes_unknown=True),
    "regexall": Signature(_regexall, 2, 2, takes_unknown=True),
    "replace": Signature(_replace, 3, 3),
}
