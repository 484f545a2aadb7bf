"""The chain from a live resource to its owner, step by step, for a person to read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from remediator.model import (
    Authorship,
    Commit,
    Origin,
    Owner,
    Resource,
    SourceLocation,
    StateResource,
    Unattributed,
    ValueTrace,
)
from remediator.trace.holders import Holder, standing_doubt

_OWNERS = 3
"""The first owner and the next two."""


class Link(StrEnum):
    """What a step of the chain tells of."""

    LIVE = "live"
    GROUP = "group"
    STATE = "state"
    LAUNCHED = "launched"
    CODE = "code"
    VALUE = "value"
    CREATED = "created"
    CHANGED = "changed"
    OWNER = "owner"
    EVIDENCE = "evidence"
    PASSED_OVER = "passed over"
    ADOPTION = "to adopt it"
    BROKEN = "unknown"
    PROBLEM = "problem"
    EXCEPTED = "excepted"


@dataclass(frozen=True, slots=True)
class Step:
    """One link of the chain: what it is, a line on it, the evidence; and where in code, if it is there."""

    link: Link
    text: str
    evidence: str
    location: SourceLocation | None = None


def chain(
    resource: Resource,
    declared: StateResource | None,
    origin: Origin | Unattributed,
    traces: Sequence[ValueTrace] = (),
    holder: Holder | None = None,
) -> tuple[Step, ...]:
    """The steps from the live resource over state, code and commits to its owners; what is not known is a step too.

    `holder` is what a state knows of a resource that is not `declared`.
    """
    return (*_live(resource, declared, holder), *_code(origin, traces), *_owners(origin))


def _live(resource: Resource, declared: StateResource | None, holder: Holder | None) -> Iterator[Step]:
    yield Step(Link.LIVE, f"{resource.kind} {resource.id}", f"{resource.account}/{resource.region}")
    if resource.member_of:
        yield Step(Link.GROUP, f"made by {resource.member_of}", "the group's declaration stands for its members")
    entry = declared or (holder.entry if holder else None)
    if entry:
        at = entry.at
        where = f"{at.backend}, workspace {at.workspace}, serial {at.serial}"
        place = f" in {at.repository}:{at.root or '.'}" if at.repository else ""
        doubt = holder.reason if holder and not declared else standing_doubt(resource, entry)
        yield Step(Link.STATE, f"{at.address}{place}", f"{where}; {doubt}" if doubt else where)


def _code(origin: Origin | Unattributed, traces: Sequence[ValueTrace]) -> Iterator[Step]:
    for sentence in origin.launch:
        yield Step(Link.LAUNCHED, sentence, "")
    if isinstance(origin, Unattributed):
        yield Step(Link.BROKEN, "no code can be named", origin.reason)
        for line in origin.adoption:
            yield Step(Link.ADOPTION, line, "")
        return
    for place in origin.call_chain:
        yield Step(Link.CODE, place.address, f"{_where(place)}, a {place.role}", place)
    for trace in traces:
        for place in trace.locations:
            yield Step(Link.VALUE, trace.attribute, f"{_where(place)}, {place.role} in {place.address}", place)
        if trace.unresolved:
            yield Step(Link.BROKEN, f"{trace.attribute} cannot be followed to a literal", trace.unresolved)
    for link, commit in ((Link.CREATED, origin.created), (Link.CHANGED, origin.changed)):
        if commit:
            yield Step(link, f"{commit.author_name} on {commit.committed_at:%Y-%m-%d}", _message(commit))


def _owners(origin: Origin | Unattributed) -> Iterator[Step]:
    for owner in origin.owners[:_OWNERS]:
        only = ", only suggested" if owner.suggested else ""
        yield Step(Link.OWNER, f"{owner.handle} (confidence {owner.confidence:.0%}{only})", _reach(owner))
        for item in owner.evidence:
            yield Step(Link.EVIDENCE, f"{owner.handle}: {item.source}, weight {item.weight:.2f}", item.text)
    if not origin.owners:
        yield Step(Link.BROKEN, "no owner is known", "neither CODEOWNERS, nor tags, nor history name a person or team")
    for one in origin.passed_over:
        yield Step(Link.PASSED_OVER, one.handle, one.reason)


def _where(place: SourceLocation) -> str:
    return place.spot


def _message(commit: Commit) -> str:
    number = f", request {commit.pull_request}" if commit.pull_request else ""
    with_tool = f", with {commit.tool}" if commit.tool else ""
    automated = ", by automation" if commit.authorship is Authorship.AUTOMATION else ""
    return f"{commit.sha[:12]} “{commit.subject}”{number}{with_tool}{automated}"


def _reach(owner: Owner) -> str:
    ways = (
        ("reviewers", " ".join(owner.reviewers)),
        ("Jira assignee", owner.jira_assignee),
        ("Jira component", owner.jira_component),
        ("escalation", owner.escalation),
    )
    return ", ".join(f"{name} {value}" for name, value in ways if value)
