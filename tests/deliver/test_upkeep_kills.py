"""A run that is killed at any call while it makes a branch anew, or withdraws a request, is completed by the next."""

from contextlib import suppress
from dataclasses import replace

import pytest

from remediator.deliver.dashboard import Answers
from remediator.deliver.delivery import request_states
from remediator.deliver.lifecycle import transition
from remediator.ledger.ledger import open_ledger
from remediator.model import Facts, Failure, Status
from tests.deliver.grouped import grouped
from tests.deliver.test_kills import Killed, fused
from tests.deliver.test_upkeep import conflict, moved_plan
from tests.deliver.volume_plans import MAIN, NOW


def kills(desk, plan) -> int:
    """Deliver with a kill at the first call, then at the second, … until a run ends; each goes on from the last."""
    for at in range(1, 60):
        with fused(at, reads=True) as fuse, suppress(Killed):
            desk.deliver(plan)
        if not fuse.blown:
            return at
    raise AssertionError("the runs never end")


def outcomes(desk) -> list[Status]:
    with open_ledger(None, desk.state_dir) as ledger:
        return [outcome.status for outcome in ledger.outcomes()]


@pytest.mark.parametrize("where", ["desk", "hub", "app", "lab"])
def test_a_branch_is_made_anew_once(where: str, request, upstream) -> None:
    desk = request.getfixturevalue(where)
    first = desk.plan()
    desk.deliver(first)
    conflict(upstream)

    assert kills(desk, moved_plan(desk, upstream)) > 3

    branch = f"remediator/ebs-gp3/{first.id}"
    assert set(upstream.branches()) == {"main", branch}
    assert '# ours\n  type = "gp3"  # fast' in upstream.read(branch)
    assert int(upstream.bare_git("rev-list", "--count", f"main..{branch}")) == 1
    assert desk.deliver(moved_plan(desk, upstream))[0].action == "kept"
    assert outcomes(desk) == [Status.OPENED]


@pytest.mark.parametrize("where", ["desk", "hub", "lab"])
def test_a_request_is_withdrawn_once_and_is_nobodys_decline(where: str, request, upstream) -> None:
    desk = request.getfixturevalue(where)
    plan = desk.plan()
    desk.deliver(plan)
    upstream.commit({"main.tf": MAIN.replace('"a" {\n  type = "gp2"', '"a" {\n  type = "gp3"') + "# and more\n"})
    written = replace(plan, traces=(replace(plan.traces[0], value="gp3"),))

    assert kills(desk, written) > 3

    assert set(upstream.branches()) == {"main"}
    assert outcomes(desk) == [Status.SUPERSEDED]
    upstream.commit({"main.tf": MAIN})
    [again] = desk.deliver(desk.plan(), limits={"breaker_declines": 1})
    assert again.action == "opened", again


def follow(desk) -> None:
    """What a run does before it delivers: it looks what became of all requests."""
    with open_ledger(None, desk.state_dir) as ledger:
        states = request_states(ledger.outcomes(), {"infra": (desk.repository, desk.clone())}, desk.places())
        for outcome in ledger.outcomes():
            found = states.get(outcome.plan_id)
            assert not isinstance(found, Failure)
            if found is not None:
                ledger.save(transition(outcome, Facts(NOW, found[0], withdrawn=found[1]))[0])


def declined_together(github, plans) -> None:
    github.close(1)


def left_out(github, plans) -> None:
    [pull] = github.pulls
    pull["body"] = pull["body"].replace(f"[ ] <!-- leave={plans[0].id}", f"[x] <!-- leave={plans[0].id}")


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("no", [declined_together, left_out])
def test_what_is_asked_for_once_more_is_opened_once(no, at: int, hub, github) -> None:
    plans = [hub.plan("a"), hub.plan("b")]
    grouped(hub, plans)
    no(github, plans)
    follow(hub)
    grouped(hub, plans)
    ask = Answers({"ask": frozenset({plans[0].id})})

    with fused(at), suppress(Killed):
        grouped(hub, plans, answers=ask)
    follow(hub)
    done = {plan.id: done for plan, done in grouped(hub, plans, answers=ask)}

    assert (done[plans[0].id].action, done[plans[0].id].reference) in {("opened", "2"), ("kept", "2")}
    assert (done[plans[1].id].reference, len(github.pulls)) == ("1", 2)
    assert done[plans[1].id].action == ("held" if no is declined_together else "kept")
