"""From a plan to its plan file; pure, so that the same plan gives the same file."""

from importlib.metadata import PackageNotFoundError, version

from remediator.errors import RemediatorError
from remediator.model import ExpectedChange, Plan, SetAttribute
from remediator.planfile.describe import describe_finding, describe_ownership, describe_provenance
from remediator.planfile.document import Cost, Generator, PlanFile, Rollback
from remediator.planfile.encoding import content_hash
from remediator.planfile.splices import reverse, text_edits
from remediator.planfile.targets import targets
from remediator.planfile.text import clean, clean_value, redact, untrusted
from remediator.planfile.work import (
    Check,
    Constraints,
    Diff,
    Expected,
    FileHash,
    Handoff,
    LiveCheck,
    LiveValue,
    ParseCheck,
    PlanCheck,
    Precondition,
    TerraformChange,
    TextAt,
    TextEdit,
)

_UNSEALED = "0" * 64


def to_planfile(plan: Plan) -> PlanFile:
    """The plan file of a plan; raises RemediatorError for an edit that a plan file cannot hold (bytes not UTF-8)."""
    edits = text_edits(plan.edits, plan.diff)
    paths = tuple(sorted({edit.path for edit in edits}))
    if any(path != clean(path) for path in paths):
        raise RemediatorError(f"plan {plan.id} edits a file whose name holds invisible characters; rename the file")
    unsealed = PlanFile(
        plan_id=plan.id,
        fingerprints=plan.fingerprints,
        created_at=plan.created_at,
        generator=Generator(version=_version()),
        findings=tuple(describe_finding(change) for change in plan.changes),
        ownership=describe_ownership(plan.origin),
        provenance=describe_provenance(plan),
        preconditions=_preconditions(plan, edits),
        edits=edits,
        diff=Diff(untrusted=plan.diff),
        constraints=Constraints(
            allowed_paths=paths,
            max_files=len(paths),
            forbidden=("terraform_apply", "state_edit", "other_attributes", "other_files"),
            requires_human=tuple(untrusted(doubt) for doubt in plan.doubts),
        ),
        expected=Expected(
            terraform=tuple(_expected(change) for change in plan.expected),
            proofs=tuple(untrusted(proof) for proof in plan.proofs),
        ),
        verify=_checks(plan, paths),
        cost=_cost(plan),
        rollback=Rollback(edits=reverse(edits)),
        handoff=Handoff(
            suggested_action=plan.route,
            reasons=tuple(untrusted(doubt) for doubt in plan.doubts),
        ),
        content_sha256=_UNSEALED,
    )
    return unsealed.model_copy(update={"content_sha256": content_hash(unsealed)})


def _preconditions(plan: Plan, edits: tuple[TextEdit, ...]) -> tuple[Precondition, ...]:
    files = tuple(FileHash(path=path, sha256=sha256) for path, sha256 in plan.file_hashes)
    regions = tuple(TextAt(path=e.path, start=e.start, end=e.end, text=e.old_text) for e in edits)
    live = tuple(
        LiveValue(
            account=clean(redact(change.resource.account)),
            region=clean(change.resource.region),
            resource_id=untrusted(change.resource.id),
            attribute=clean(action.path),
            value=clean_value(action.live),
        )
        for change in plan.changes
        for action in change.actions
        if isinstance(action, SetAttribute)
    )
    return (*files, *regions, *live)


def _expected(change: ExpectedChange) -> TerraformChange:
    return TerraformChange(
        address=clean(change.address),
        actions=change.actions,
        attributes=tuple(clean(attribute) for attribute in change.attributes),
        replace={"create", "delete"} <= set(change.actions),
    )


def _checks(plan: Plan, paths: tuple[str, ...]) -> tuple[Check, ...]:
    before: tuple[Check, ...] = (ParseCheck(paths=paths), PlanCheck()) if paths else ()
    after = (
        LiveCheck(
            account=clean(redact(target.account)),
            region=clean(target.region),
            resource_id=untrusted(target.resource_id),
            address=None if target.address is None else clean(target.address),
            attribute=None if target.attribute is None else clean(target.attribute),
            value=clean_value(target.value),
        )
        for target in targets(plan)
    )
    return (*before, *after)


def _cost(plan: Plan) -> Cost:
    known = [change.saving for change in plan.changes if change.saving is not None]
    accrued = [change.accrued for change in plan.changes if change.accrued is not None]
    currencies = {saving.currency for saving in known}
    if len(currencies) != 1:
        return Cost(currency=None, monthly=None, low=None, high=None, accrued=None)
    return Cost(
        currency=currencies.pop(),
        monthly=sum((s.monthly for s in known[1:]), known[0].monthly),
        low=sum((s.low for s in known[1:]), known[0].low),
        high=sum((s.high for s in known[1:]), known[0].high),
        accrued=sum(accrued[1:], accrued[0]) if accrued else None,
    )


def _version() -> str:
    try:
        return version("remediator")
    except PackageNotFoundError:
        return "unknown"
