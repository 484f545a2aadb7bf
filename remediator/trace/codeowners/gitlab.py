"""CODEOWNERS as GitLab reads it: sections that add up, in each the last line that matches, exclusions that are final.

https://docs.gitlab.com/user/project/codeowners/reference/ and
https://docs.gitlab.com/user/project/codeowners/advanced/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from remediator.trace.codeowners.patterns import LONGEST, fnmatch_like
from remediator.trace.codeowners.rules import CodeOwners, Rule
from remediator.trace.people import shown, unaddressed

_UNNAMED = "codeowners"
_DIGITS = 9  # of a number of approvals that are read
_HEADING = re.compile(r"(\^?)\[(.*?)\](?:\[(\d*)\])?(\s+[@\w.+\-/\s]*)?")
_UNCLOSED = re.compile(r"\^?\[[^\]]*$")
_FIRST_BLANK = re.compile(r"(?<!\\)\s+")
_PART = r"[A-Za-z0-9_](?:[\w.-]*[\w-])?"
_NAME = re.compile(rf"(?<![\w@])@{_PART}(?:/{_PART})*", re.ASCII)
_ROLE = re.compile(r"@@(?:developer|maintainer|owner)s?", re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s]{1,100}@[^@\s]{1,255}(?<=\w)")
_LONGEST_OWNER = 1_000  # characters of a name that are taken for one, and of a word that may have an address in it


@dataclass(frozen=True, slots=True)
class _Section:
    name: str
    optional: bool = False
    approvals: int = 1
    defaults: tuple[str, ...] = ()


def parse_gitlab(text: str, path: str) -> CodeOwners:
    """The rules of the file at a path by section; what GitLab finds wrong is named, and read as it reads it.

    A pattern written twice in a section keeps its first place and its last owners.
    """
    section = _Section(_UNNAMED)
    rules: dict[str, dict[str, Rule]] = {section.name: {}}
    spelled = {section.name: section.name}
    problems: list[str] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        heading = _HEADING.match(line)
        if heading:
            # As the first of its headings spells it, save that the very first may be spelled as the unnamed one is.
            first = spelled.setdefault(heading[2].casefold(), heading[2])
            name = first if len(rules) > 1 else heading[2]
            section = _Section(name, bool(heading[1]), _approvals(heading[3]), tuple((heading[4] or "").split()))
            rules.setdefault(section.name, {})
            wrong = _wrong_heading(heading, section)
        else:
            rule = _entry(number, line, section)
            if rule is None:
                wrong = f"the pattern has more than {LONGEST:,} characters, so it is skipped"
            else:
                rules[section.name][_normal(rule)] = rule
                wrong = _wrong_entry(line, rule)
        if wrong:
            problems.append(f"{path} line {number}: {wrong}")
    return CodeOwners(tuple(_settled(entries) for entries in rules.values() if entries), tuple(problems))


def _settled(entries: Mapping[str, Rule]) -> tuple[Rule, ...]:
    """The rules of a section; it is required where any of its headings that has a rule is."""
    optional = all(rule.optional for rule in entries.values())
    return tuple(replace(rule, optional=optional) for rule in entries.values())


def _entry(number: int, line: str, section: _Section) -> Rule | None:
    pattern, owners = _split(line)
    excludes = pattern.startswith("!")
    pattern = pattern[1:] if excludes else pattern
    if len(pattern) > LONGEST:
        return None
    named = owners or section.defaults
    shown = None if section.name == _UNNAMED else section.name
    owned = () if excludes else tuple(owner for word in named for owner in _owners_in(word))
    return Rule(number, pattern, owned, fnmatch_like(pattern), shown, section.optional, excludes, section.approvals)


def _owners_in(word: str) -> tuple[str, ...]:
    """The owners that GitLab finds in a word: a role, else names with anything but letters between, else an address."""
    if _ROLE.fullmatch(word):
        return (word,)
    email = _EMAIL.search(word[:_LONGEST_OWNER])
    names = tuple(name for name in _NAME.findall(word) if len(name) <= _LONGEST_OWNER)
    return names or ((email[0],) if email else ())


def _approvals(digits: str | None) -> int:
    """How many have to approve; what is no number of 1 or more counts as 1."""
    return max(1, int(digits[:_DIGITS])) if digits else 1


def _split(line: str) -> tuple[str, list[str]]:
    pattern, *rest = _FIRST_BLANK.split(line, maxsplit=1)
    return pattern, rest[0].split() if rest else []


def _normal(rule: Rule) -> str:
    """The pattern as GitLab keys it, by which it knows the same one again."""
    if rule.pattern in ("*", "/**/*"):
        return "/**/*"
    anchored = rule.pattern if rule.pattern.startswith("/") else f"/**/{rule.pattern}"
    return f"{anchored}**/*" if anchored.endswith("/") else anchored


def _wrong_heading(heading: re.Match[str], section: _Section) -> str | None:
    name = unaddressed(section.name[:80])
    if not section.name:
        return "the section has no name"
    if section.optional and (heading[3] or "").strip("0"):
        return f"section {name!r} is optional, so its number of approvals counts for nothing"
    if section.defaults and not any(map(_owners_in, section.defaults)):
        return f"no default owner of section {name!r} is a @user, @group, @@role or e-mail address"
    return None


def _wrong_entry(line: str, rule: Rule) -> str | None:
    if _UNCLOSED.fullmatch(line):
        return "the section's heading is not closed by ']', so GitLab takes it for a path"
    if rule.excludes:
        return None
    words = _split(line)[1]
    if any(word.startswith("#") for word in words):
        return "GitLab knows no comments at the end of a line, so owners named in this one count"
    bad = next((word for word in words if not _owners_in(word)), None)
    if bad:
        return f"{shown(bad[:80])!r} is no @user, @group, @@role or e-mail address, and is ignored"
    return None if rule.owners else "neither the line nor its section names an owner"
