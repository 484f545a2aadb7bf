"""Names who probably owns a resource, from evidence ranked by how directly it speaks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from remediator.config import OwnersConfig, TeamConfig
from remediator.model import Attributes, Owner
from remediator.trace.authorship import Person
from remediator.trace.codeowners import CodeOwners

_HANDLE = 100  # characters of a tag's value that are kept
# CODEOWNERS for the edited file, for the root's module call, for the block's file; then the tag on the
# resource itself; then people. Within that, a caller of a shared module says more than who wrote the module.
_CODEOWNERS = {"the edited file": 0.9, "the root's module call": 0.8, "the block's file": 0.7}
_TAG = 0.6
_PEOPLE = {"created": 0.5, "changed": 0.45, "wrote the module": 0.3}


@dataclass(frozen=True, slots=True)
class Places:
    """The files that ownership is asked for: where the edit goes, the root's module call, the block."""

    edited: tuple[str, ...] = ()
    call: str | None = None
    block: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """A person behind a commit: what they did to the resource (`created`, `changed`, `wrote the module`), and where."""

    person: Person
    deed: str
    sha: str


def rank(
    codeowners: CodeOwners, places: Places, tags: Attributes, authors: Sequence[Author], config: OwnersConfig
) -> tuple[Owner, ...]:
    """The owners, likeliest first, each once with its best evidence; no e-mail address is in any of them."""
    found: dict[str, Owner] = {}
    candidates = [*_by_codeowners(codeowners, places, config), *_by_tags(tags, config), *_by_authors(authors, config)]
    for owner in sorted(candidates, key=lambda owner: -owner.confidence):
        found.setdefault(owner.handle.lower(), owner)
    return tuple(found.values())


def _by_codeowners(codeowners: CodeOwners, places: Places, config: OwnersConfig) -> Iterator[Owner]:
    asked = [(path, "the edited file") for path in places.edited]
    asked += [(places.call, "the root's module call")] if places.call else []
    asked += [(places.block, "the block's file")] if places.block else []
    for path, what in asked:
        rule = codeowners.rule(path)
        for written in rule.owners if rule else ():
            evidence = f"CODEOWNERS line {rule.line if rule else 0} for {path}, {what}"
            reviewers = (written,) if written.startswith("@") else ()
            owner = Owner(_shown(written), "CODEOWNERS", evidence, _CODEOWNERS[what], reviewers)
            yield _with_team(owner, (written,), config)


def _by_tags(tags: Attributes, config: OwnersConfig) -> Iterator[Owner]:
    names = {name.lower(): name for name in sorted(tags, reverse=True)}
    for wanted in config.tags:
        name = names.get(wanted.lower())
        value = (tags.text(name) or "").strip()[:_HANDLE] if name else ""
        if name and value:
            owner = Owner(_shown(value), "tag", f"the resource's tag {name[:_HANDLE]} is {_shown(value)}", _TAG)
            yield _with_team(owner, (value, f"@{value}"), config)


def _by_authors(authors: Sequence[Author], config: OwnersConfig) -> Iterator[Owner]:
    for author in authors:
        login = f"@{author.person.login}" if author.person.login else None
        evidence = f"{author.deed} it in {author.sha[:12]}"
        evidence = f"wrote the module's block in {author.sha[:12]}" if author.deed == "wrote the module" else evidence
        handle = login or _shown(author.person.name) or "unnamed"
        owner = Owner(handle, "history", evidence, _PEOPLE[author.deed], (login,) if login else ())
        yield _with_team(owner, (author.person.email, *((login,) if login else ())), config)


def _with_team(owner: Owner, names: Sequence[str], config: OwnersConfig) -> Owner:
    """The owner with the ways to reach the configured team it belongs to, if any."""
    for team, settings in sorted(config.teams.items()):
        if _belongs(names, team, settings):
            return replace(
                owner,
                evidence=f"{owner.evidence}; of team {team}",
                reviewers=settings.reviewers or owner.reviewers,
                jira_assignee=settings.jira_assignee,
            )
    return owner


def _belongs(names: Sequence[str], team: str, settings: TeamConfig) -> bool:
    patterns = (team, *settings.match)
    return any(fnmatchcase(name.lower(), pattern.lower()) for name in names for pattern in patterns)


def _shown(name: str) -> str:
    """A name as it may be shown: of an e-mail address only what stands before the host."""
    return " ".join(word if word.startswith("@") else word.partition("@")[0] for word in name.split())
