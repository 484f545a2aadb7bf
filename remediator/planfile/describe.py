"""Findings, owners and provenance as a plan file tells them: what is from outside cleaned, redacted and marked."""

import re

from remediator.model import (
    Action as ChangeAction,
)
from remediator.model import (
    AddResource,
    Change,
    Commit,
    MetricSummary,
    Origin,
    Plan,
    RemoveResource,
    Resource,
    SetAttribute,
    SourceLocation,
    StateResource,
    Unattributed,
)
from remediator.planfile.finding import (
    Action,
    Add,
    Argument,
    Finding,
    LiveResource,
    Metric,
    Reference,
    Remove,
    Saving,
    Set,
    State,
    Tag,
)
from remediator.planfile.origin import (
    CommitSeen,
    OwnerCandidate,
    OwnerEvidence,
    OwnerPassedOver,
    Ownership,
    Place,
    Provenance,
    Trace,
)
from remediator.planfile.text import clean, clean_value, redact, untrusted

_MAX_TAGS = 50
"""AWS allows no more on a resource."""

_MAX_OWNERS = 3
"""The first owner and the next two."""

_SECRET = re.compile(r"secret|password|passwd|token|credential|api.?key", re.IGNORECASE)
"""Tag keys whose values are not shown."""


def describe_finding(change: Change) -> Finding:
    """One change and its evidence."""
    saving = change.saving
    return Finding(
        fingerprint=change.fingerprint,
        rule=change.rule,
        concern=change.concern,
        layer=change.layer,
        title=untrusted(change.title),
        reason=untrusted(change.reason),
        confidence=change.confidence,
        risk=change.risk,
        effort=change.effort,
        effect=change.effect,
        actions=tuple(_action(action) for action in change.actions),
        asks=untrusted(change.asks) if change.asks else None,
        resource=_resource(change.resource, change.declared),
        evidence=tuple(_metric(summary) for summary in change.evidence),
        missing_evidence=tuple(untrusted(text) for text in change.missing),
        doubts=tuple(untrusted(text) for text in change.doubts),
        saving=None
        if saving is None
        else Saving(
            currency=saving.currency,
            monthly=saving.monthly,
            low=saving.low,
            high=saving.high,
            basis=clean(saving.basis),
            source=clean(saving.source),
            as_of=saving.as_of,
        ),
        accrued=change.accrued,
        after=None if change.after is None else clean(change.after),
    )


def describe_ownership(origin: Origin | Unattributed) -> Ownership:
    """Who owns it, and the commits that say so; addresses of people are left out."""
    candidates = tuple(
        OwnerCandidate(
            handle=untrusted(owner.handle),
            confidence=round(owner.confidence, 4),
            evidence=tuple(
                OwnerEvidence(source=clean(e.source), text=untrusted(e.text), weight=round(e.weight, 4))
                for e in owner.evidence
            ),
            reviewers=tuple(untrusted(name) for name in owner.reviewers),
            jira_assignee=None if owner.jira_assignee is None else untrusted(owner.jira_assignee),
            jira_component=None if owner.jira_component is None else untrusted(owner.jira_component),
            escalation=None if owner.escalation is None else untrusted(owner.escalation),
        )
        for owner in origin.owners[:_MAX_OWNERS]
    )
    known = origin if isinstance(origin, Origin) else None
    return Ownership(
        chosen=candidates[0].handle if candidates else None,
        candidates=candidates,
        created=_commit(known.created) if known else None,
        changed=_commit(known.changed) if known else None,
        passed_over=tuple(
            OwnerPassedOver(handle=untrusted(one.handle), reason=untrusted(one.reason)) for one in origin.passed_over
        ),
        unattributed=untrusted(origin.reason) if isinstance(origin, Unattributed) else None,
        launch=tuple(untrusted(sentence) for sentence in origin.launch),
        adoption=tuple(untrusted(line) for line in origin.adoption) if isinstance(origin, Unattributed) else (),
    )


def describe_provenance(plan: Plan) -> Provenance:
    """Where the code is, and the way of each value to its literal."""
    return Provenance(
        repository=plan.repository,
        base_sha=plan.base,
        call_chain=tuple(_place(at) for at in plan.origin.call_chain) if isinstance(plan.origin, Origin) else (),
        traces=tuple(
            Trace(
                attribute=clean(trace.attribute),
                value=clean_value(trace.value),
                places=tuple(_place(at) for at in trace.locations),
                conditions=tuple(untrusted(sentence) for sentence in trace.conditions),
                siblings=tuple(clean(address) for address in trace.siblings),
                unresolved=None if trace.unresolved is None else untrusted(trace.unresolved),
            )
            for trace in plan.traces
        ),
    )


def _resource(resource: Resource, declared: StateResource | None) -> LiveResource:
    return LiveResource(
        provider=resource.provider,
        account=clean(redact(resource.account)),
        region=clean(resource.region),
        kind=resource.kind,
        id=untrusted(resource.id),
        arn=None if resource.arn is None else untrusted(resource.arn),
        tags=tuple(
            Tag(key=untrusted(key), value=untrusted("[hidden]" if _SECRET.search(key) else str(value)))
            for key, value in sorted(resource.tags.items(), key=lambda tag: tag[0])[:_MAX_TAGS]
        ),
        state=None
        if declared is None
        else State(
            repository=clean(declared.at.repository),
            root=clean(declared.at.root),
            backend=untrusted(declared.at.backend),
            workspace=clean(declared.at.workspace),
            lineage=clean(declared.at.lineage),
            serial=declared.at.serial,
            module=clean(declared.at.module),
            address=clean(declared.at.address),
        ),
    )


def _action(action: ChangeAction) -> Action:
    match action:
        case SetAttribute():
            return _set(action)
        case AddResource():
            return Add(
                type=clean(action.type),
                arguments=tuple(
                    Argument(name=clean(name), value=clean_value(value)) for name, value in action.arguments.items()
                ),
                references=tuple(Reference(argument=a, attribute=b) for a, b in action.references),
                shows=_set(action.shows),
            )
        case RemoveResource():
            return Remove()


def _set(action: SetAttribute) -> Set:
    return Set(attribute=clean(action.path), live=clean_value(action.live), target=clean_value(action.target))


def _metric(summary: MetricSummary) -> Metric:
    return Metric(
        name=clean(summary.name),
        unit=clean(summary.unit),
        window=summary.window,
        start=summary.start,
        end=summary.end,
        points=summary.points,
        expected=summary.expected,
        coverage=summary.coverage,
        minimum=summary.minimum,
        p50=summary.p50,
        p95=summary.p95,
        p99_5=summary.p99_5,
        maximum=summary.maximum,
        quiet_since=summary.quiet_since,
        source=clean(summary.source),
    )


def _commit(commit: Commit | None) -> CommitSeen | None:
    if commit is None:
        return None
    return CommitSeen(
        sha=commit.sha,
        author=untrusted(commit.author_name),
        committed_at=commit.committed_at,
        subject=untrusted(commit.subject),
        pull_request=commit.pull_request,
        authorship=commit.authorship,
        tool=None if commit.tool is None else untrusted(commit.tool),
    )


def _place(at: SourceLocation) -> Place:
    return Place(
        repository=clean(at.repository),
        commit=at.commit,
        path=clean(at.path),
        blob=at.blob,
        start_line=at.start_line,
        end_line=at.end_line,
        role=at.role,
        address=clean(at.address),
        attribute=None if at.attribute is None else clean(at.attribute),
    )
