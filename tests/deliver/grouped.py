"""A run that delivers plans as the configuration groups them."""

from collections.abc import Sequence
from datetime import datetime

from remediator.deliver.dashboard import NO_ANSWERS, Answers
from remediator.deliver.standing import Delivered
from remediator.ledger.ledger import open_ledger
from remediator.model import Plan
from remediator.run.codebase import read_codebase
from remediator.run.grouping import Round, delivered, joints_of
from tests.deliver.desk import Desk
from tests.deliver.volume_plans import NOW


def grouped(
    desk: Desk,
    plans: Sequence[Plan],
    at: datetime = NOW,
    by: str | None = "root",
    sure: bool = True,
    answers: Answers = NO_ANSWERS,
    limits: dict[str, object] | None = None,
    frozen: frozenset[str] = frozenset(),
    **requests: object,
) -> list[tuple[Plan, Delivered]]:
    """Every plan with what became of it; `sure` is that nothing failed in the run."""
    config = desk.config
    table = config.requests.model_copy(update={"group_by": by} | requests)
    config = config.model_copy(update={"requests": table, "limits": config.limits.model_copy(update=limits or {})})
    codebases = {"infra": read_codebase(desk.repository, config)}
    with open_ledger(None, desk.state_dir) as ledger:
        here = Round("infra", tuple(plans), codebases, config, ledger, desk.places(), at, answers, sure, frozen)
        done = [pair for joint in joints_of(here) for pair in delivered(joint, here)]
    assert {d.plan_id for _, d in done} == {plan.id for plan in plans}
    return done
