"""Names who probably owns a resource: adds up what all sources say, and passes over who can own nothing.

The rule: of each source the heaviest piece of evidence for somebody counts, and sources add up as 1 - (1-a)(1-b)…,
those of history then put to what they were measured to be worth; more evidence never makes an owner less likely. What
history says of a person is worth less the longer they have not committed. Names of one person, and all that name one
team, are one owner.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import chain

from remediator.config import OwnersConfig, TeamConfig
from remediator.model import BY_HISTORY, TEAM, Evidence, LaunchRecord, Owner, PassedOver, is_handle
from remediator.trace.activity import Activity
from remediator.trace.authorship import Machines
from remediator.trace.claims import (
    Author,
    Claim,
    Labels,
    Places,
    by_account,
    by_activity,
    by_authors,
    by_codeowners,
    by_launch,
    by_tags,
)
from remediator.trace.codeowners import CodeOwners
from remediator.trace.confidence import confidence
from remediator.trace.fallback import LEFT, with_fallback
from remediator.trace.people import Person, all_left, folded

LISTED = 10
"""Owners that are listed at most; the first is meant, the next two are shown beside it."""

_MACHINE = "automation owns nothing"
_NOBODY = "its name and address are ones that many share"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a repository, whichever resource is asked for."""

    rules: CodeOwners
    activity: Activity
    machines: Machines
    config: OwnersConfig


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one resource: its files, tags, authors, account, that account's owner, and its launch."""

    places: Places
    labels: tuple[Labels, ...] = ()
    authors: tuple[Author, ...] = ()
    account: str = ""
    account_owner: str | None = None
    launch: LaunchRecord | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """The owners, likeliest first, and who was passed over on the way."""

    owners: tuple[Owner, ...]
    passed_over: tuple[PassedOver, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """A claim for one owner: `key` is the owner's own, `team` theirs, and `of_team` its name where it owns."""

    key: str
    handle: str
    evidence: Evidence
    reviewers: tuple[str, ...]
    team: TeamConfig | None
    of_team: str | None = None


def rank(facts: Facts, known: Known) -> Ranking:
    """The owners by all evidence; no e-mail address is in any of them."""
    weights = known.config.weights
    claims = chain(
        by_codeowners(known.rules, facts.places, weights),
        by_tags(facts.labels, known.config),
        by_authors(facts.authors, weights, known.activity.people.forge),
        by_launch(facts.launch, weights),
        by_account(facts.account, facts.account_owner, weights),
        by_activity(known.activity, facts.places, weights),
    )
    named: list[_Named] = []
    passed: dict[str, PassedOver] = {}
    for claim in claims:
        key = _key(claim, known)
        reason = _reason_to_pass(claim, key, known)
        handle = known.activity.people.handle(key) or claim.shown
        if reason and (claim.speaks or claim.evidence.source in ("file", "directory")):
            passed.setdefault(folded(handle), PassedOver(handle, f"{reason} ({_words(claim.evidence)})"))
        named += _named(claim, key, handle, passed_over=reason is not None, known=known)
    owners, gone = with_fallback(_combined(named, known.config), known.config)
    for one in gone:
        passed.setdefault(folded(one.handle), one)
    return Ranking(owners, tuple(passed.values()))


def _words(evidence: Evidence) -> str:
    return f"{evidence.source}: {evidence.text}"


def _key(claim: Claim, known: Known) -> str:
    names = [folded(name) for name in claim.names]
    people = known.activity.people
    return people.key(next((name for name in names if people.knows(name)), names[0]))


def _names(claim: Claim, key: str, known: Known) -> tuple[str, ...]:
    return (*map(folded, claim.names), *known.activity.people.names(key))


def _reason_to_pass(claim: Claim, key: str, known: Known) -> str | None:
    names = _names(claim, key, known)
    gone = all_left(known.config.left)
    if any(name in gone for name in names) or folded(claim.shown) in gone:
        return LEFT
    if claim.person and claim.person.is_nobody:
        return _NOBODY
    written = (Person("", f"{name.removeprefix('@')}@users.noreply.github.com") for name in names if name[:1] == "@")
    addressed = (Person("", name) for name in names if "@" in name[1:])
    machine = any(known.machines.holds(person) for person in chain(written, addressed))
    return _MACHINE if machine or (claim.person and known.machines.holds(claim.person)) else None


def _named(claim: Claim, key: str, handle: str, *, passed_over: bool, known: Known) -> Iterator[_Named]:
    """The claim for whom it names, and for the team that a named person is of; a team outlives its members."""
    names = _names(claim, key, known)
    name, team = next(((n, t) for n, t in sorted(known.config.teams.items()) if _belongs(names, n, t)), (None, None))
    own = (handle,) if is_handle(handle) and not passed_over else ()
    asked = _asked(team, known) if team else ()
    if team and name and _is_team(names, name, team):
        member = folded(handle) in map(folded, team.reviewers) and "/" not in handle
        if not passed_over or member:
            other = next(iter(asked), name) if passed_over else handle
            shown = next((word for word in asked if "/" in word), other)
            yield _Named(f"team {name}", shown, claim.evidence, asked or own, team, name)
        return
    if not passed_over:
        evidence = claim.evidence
        if claim.person:
            fresh = known.activity.freshness(key, known.config.person_half_life_days)
            evidence = replace(evidence, weight=evidence.weight * fresh)
        yield _Named(key, handle, evidence, asked or own, team)
    if team and name and claim.speaks:
        text = f"team of {handle} ({_words(claim.evidence)})"
        evidence = Evidence(TEAM, text, known.config.weights.author_team)
        yield _Named(f"team {name}", next(iter(asked), name), evidence, asked, team, name)


def _asked(team: TeamConfig, known: Known) -> tuple[str, ...]:
    """The handles that a team is reached by, without those of who left, under whichever of their names."""
    gone, people = all_left(known.config.left), known.activity.people
    return tuple(
        word for word in team.reviewers if is_handle(word) and gone.isdisjoint(people.names(people.key(folded(word))))
    )


def _belongs(names: Sequence[str], team: str, settings: TeamConfig) -> bool:
    patterns = (team, f"@{team}", *settings.match, *settings.reviewers)
    return any(fnmatchcase(name, folded(pattern)) for name in names for pattern in patterns)


def _is_team(names: Sequence[str], team: str, settings: TeamConfig) -> bool:
    """Whether it is the team itself that is named, not one of its people."""
    own = {folded(team), folded(f"@{team}"), *map(folded, settings.reviewers)}
    return any(name in own or "/" in name for name in names)


def _combined(named: Iterable[_Named], config: OwnersConfig) -> tuple[Owner, ...]:
    found: dict[str, list[_Named]] = {}
    for one in named:
        found.setdefault(one.key, []).append(one)
    owners = sorted((_owner(claims, config) for claims in found.values()), key=lambda owner: -owner.confidence)
    return tuple(owners[:LISTED])


def _owner(claims: Sequence[_Named], config: OwnersConfig) -> Owner:
    heaviest: dict[str, Evidence] = {}
    for claim in sorted(claims, key=lambda claim: -claim.evidence.weight):
        heaviest.setdefault(claim.evidence.source, claim.evidence)
    head = next((claim for claim in claims if claim.handle.startswith("@")), claims[0])
    team = next((claim.team for claim in claims if claim.team), None)
    sure = confidence(tuple(heaviest.values()))
    return Owner(
        handle=head.handle,
        confidence=sure,
        evidence=tuple(heaviest.values()),
        reviewers=tuple(dict.fromkeys(name for claim in claims for name in claim.reviewers)),
        jira_assignee=team.jira_assignee if team else None,
        jira_component=team.jira_component if team else None,
        escalation=team.escalation if team else None,
        team=head.of_team,
        suggested=sure < config.least_confidence and BY_HISTORY.issuperset(heaviest),
    )
