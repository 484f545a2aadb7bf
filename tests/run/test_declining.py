"""What was declined within something larger is not asked for alone, and the other way round."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from remediator.model import (
    Attributes,
    Bound,
    Change,
    Effect,
    Experiment,
    Layer,
    Outcome,
    Resource,
    Route,
    SetAttribute,
    Status,
)
from remediator.planfile.targets import targets_of
from remediator.run.declining import unasked
from tests.changes import change_of

NOW = datetime(2026, 11, 20, tzinfo=UTC)
SWEEP = Experiment(Bound.TAG, "experiment=sweep-7", "ml")


def stop(name: str, whole: Experiment | None = None, target: str = "stopped") -> Change:
    return change_of(
        Resource("aws", "ml", "us-east-1", "aws_instance", name, None, Attributes(), Attributes(), None),
        None,
        SetAttribute("instance_state", "running", target),
        rule="abandoned_experiment" if whole else "idle_gpu",
        concern="running",
        layer=Layer.USAGE,
        title="Stop it",
        reason="it is idle",
        effect=Effect.STOP,
        whole=whole,
    )


def outcome(*changes: Change, status: Status = Status.DECLINED) -> Outcome:
    return Outcome(
        plan_id=changes[0].fingerprint,
        fingerprints=tuple({change.fingerprint for change in changes}),
        rule=changes[0].rule,
        repository="infra",
        addresses=(),
        targets=tuple(target for change in changes for target in targets_of(change)),
        route=Route.PULL_REQUEST,
        status=status,
        reference="7",
    )


def test_a_member_of_a_declined_experiment_is_not_asked_for_alone() -> None:
    declined = outcome(stop("i-1", SWEEP), stop("i-2", SWEEP))

    kept, skipped = unasked([stop("i-1"), stop("i-3"), stop("i-2", target="hibernated")], [declined])

    assert [change.resource.id for change in kept] == ["i-3", "i-2"]
    assert [s.reason for s in skipped] == ["declined with 7, which asked for it too"]


def test_what_was_declined_alone_is_left_out_of_its_experiment() -> None:
    kept, _ = unasked([stop("i-1", SWEEP), stop("i-2", SWEEP)], [outcome(stop("i-1"))])

    assert [change.resource.id for change in kept] == ["i-2"]


@pytest.mark.parametrize("status", [Status.OPENED, Status.SUPERSEDED, Status.MERGED])
def test_only_a_decline_that_stands_counts(status: Status) -> None:
    assert unasked([stop("i-1")], [outcome(stop("i-1", SWEEP), status=status)])[0] == (stop("i-1"),)


def test_what_was_declined_by_its_own_name_goes_on_to_be_shown_so() -> None:
    known = outcome(stop("i-1"))
    assert unasked([stop("i-1")], [known, replace(known, plan_id="f" * 16)])[0] == (stop("i-1"),)
