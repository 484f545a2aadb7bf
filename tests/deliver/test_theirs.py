"""What people did to a request stands: their commits, their closing, their reopening, their drafts, their ticks."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from remediator.deliver.basis import in_code
from remediator.deliver.dashboard import Answers
from remediator.deliver.delivery import deliver
from remediator.deliver.lifecycle import HELD, REOPENED, LifecycleEffect, transition
from remediator.deliver.rebuilding import rebuild
from remediator.deliver.site import Around, Site
from remediator.deliver.standing import outcome as kept_as
from remediator.deliver.upkeep import attend
from remediator.ledger.ledger import open_ledger
from remediator.model import GONE, Bound, Experiment, Facts, RequestState, Route, Status
from tests.deliver.volume_plans import MAIN, NOW


def pull(desk, number: int = 1) -> dict:
    return json.loads((desk.state_dir / "outbox" / "pulls" / f"{number}.json").read_text())


def edit(desk, number: int = 1, **fields: object) -> None:
    path = desk.state_dir / "outbox" / "pulls" / f"{number}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}, indent=2))


def outcomes(desk) -> dict[str | None, Status]:
    with open_ledger(None, desk.state_dir) as ledger:
        return {o.reference: o.status for o in ledger.outcomes()}


def by_hand(upstream) -> None:
    upstream.commit({"main.tf": MAIN.replace('"a" {\n  type = "gp2"', '"a" {\n  type = "gp3"') + "# and more\n"})


def test_what_somebody_works_on_is_not_closed_though_the_base_says_it(desk, upstream) -> None:
    plan = desk.plan()
    desk.deliver(plan)
    branch = f"remediator/ebs-gp3/{plan.id}"
    upstream.check_out(branch)
    upstream.commit({"notes.md": "mine\n"}, branch)
    upstream.git("checkout", "--quiet", "main")
    by_hand(upstream)

    [again] = desk.deliver(plan)

    assert (again.action, pull(desk)["state"]) == ("kept", "open")
    assert branch in upstream.branches()


def test_a_superseded_request_counts_against_no_limit(desk, make_change) -> None:
    desk.deliver(desk.plan("a"))
    desk.deliver(desk.plan("f"))
    both = desk.plan("f", changes=(make_change("f"), make_change("a")))

    for day in (1, 2, 3, 4):
        desk.deliver(both, now=NOW + timedelta(days=day))

    assert pull(desk, 1)["state"] == "closed"
    assert outcomes(desk) == {"1": Status.SUPERSEDED, "2": Status.OPENED}


def test_the_code_says_so_only_where_every_place_does(make_plan, make_change) -> None:
    plan = make_plan("a")
    [trace] = plan.traces
    both = replace(plan, changes=(make_change("a"), make_change("b")))

    assert in_code(replace(both, traces=(replace(trace, value="gp3"),)))
    for traces in ((trace, replace(trace, value="gp3")), (replace(trace, value="gp3"), trace)):
        assert not in_code(replace(both, traces=traces))


@pytest.fixture
def opened(make_plan):
    return kept_as(make_plan("a"), Route.PULL_REQUEST, RequestState.OPEN, "1", NOW)


def test_what_is_closed_after_it_was_opened_again_is_declined(opened) -> None:
    ended = replace(opened, status=Status.SUPERSEDED, pending="moot")
    again, _ = transition(ended, Facts(NOW, RequestState.OPEN, withdrawn=True))
    assert (again.status, again.pending) == (Status.OPENED, REOPENED)

    closed, _ = transition(again, Facts(NOW, RequestState.CLOSED, withdrawn=True))

    assert closed.status is Status.DECLINED


def test_a_draft_is_made_once_so_that_people_may_make_it_ready(opened) -> None:
    said = []
    for _ in range(HELD + 2):
        opened, effects = transition(opened, Facts(NOW, RequestState.OPEN, wants=GONE))
        said.append(effects)

    assert said == [(), (), (LifecycleEffect.SAY_GONE,), (), ()]


def test_a_tick_waits_for_a_run_that_can_act_on_it(desk) -> None:
    plan = desk.plan()
    desk.deliver(plan)
    edit(desk, body=pull(desk)["body"].replace("- [ ] <!-- rebuild -->", "- [x] <!-- rebuild -->"))
    before = pull(desk)

    with open_ledger(None, desk.state_dir) as ledger:
        forge = desk.places().forge(desk.repository, desk.clone())
        site = Site(desk.repository, desk.clone(), forge, desk.config, ledger, NOW)
        [request] = forge.ours(site.slug)
        [known] = ledger.outcomes()
        attend(request, known, None, None, site)

    assert pull(desk) == before


def test_a_request_without_an_owner_any_more_is_still_attended_to(desk, upstream) -> None:
    plan = desk.plan()
    desk.deliver(plan)
    by_hand(upstream)

    [again] = desk.deliver(replace(plan, route=Route.REPORT))

    assert (again.action, pull(desk)["state"]) == ("closed", "closed")


def ticked(verb: str, plan) -> Around:
    return Around(Answers({verb: frozenset({plan.id})}))


def test_a_box_asks_for_a_ticket_too(desk) -> None:
    declined, limited = desk.plan("a", doubts=("no",)), desk.plan("b", doubts=("no",))
    desk.deliver(declined)
    [path] = (desk.state_dir / "outbox" / "tickets").glob("*.json")
    path.write_text(path.read_text().replace('"state": "open"', '"state": "closed"'))
    [held] = desk.deliver(limited, limits={"open_tickets": 0})
    assert held.action == "held"

    config = desk.config.model_copy(update={"limits": desk.config.limits.model_copy(update={"open_tickets": 0})})
    with open_ledger(None, desk.state_dir) as ledger:
        known = replace(next(iter(ledger.outcomes())), status=Status.DECLINED, closed_at=NOW)
        ledger.save(known)
        for plan, verb in ((declined, "ask"), (limited, "approve")):
            there = (desk.repository, desk.clone(), config, ledger, NOW, desk.places())
            assert deliver(plan, *there).action == "held"
            assert deliver(plan, *there, ticked(verb, plan)).action == "opened"


def test_what_is_settled_as_a_whole_is_not_asked_for_in_parts_too(desk, make_change) -> None:
    whole = Experiment(Bound.MODULE, "module.try", "ml-dev", "infra", "", "default")
    desk.deliver(desk.plan("a"))
    parts = tuple(replace(make_change(name), whole=whole) for name in ("a", "f"))
    both = desk.plan("f", changes=parts)
    desk.deliver(both)

    for day in (1, 2):
        desk.deliver(both, now=NOW + timedelta(days=day))

    assert (pull(desk, 1)["state"], pull(desk, 2)["state"]) == ("closed", "open")
    assert outcomes(desk) == {"1": Status.SUPERSEDED, "2": Status.OPENED}
    [again] = desk.deliver(desk.plan("a"), now=NOW + timedelta(days=3))
    assert (again.action, again.reference) == ("opened", "3")


def test_a_ticket_that_only_borrows_our_label_is_not_ours(desk) -> None:
    desk.deliver(desk.plan("a", doubts=("no",)))
    [path] = (desk.state_dir / "outbox" / "tickets").glob("*.json")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"labels": ["remediator"]}))
    for ledger in desk.state_dir.glob("ledger.sqlite*"):
        ledger.unlink()

    with open_ledger(None, desk.state_dir) as ledger:
        found = rebuild({"infra": (desk.repository, desk.clone())}, desk.config, desk.places(), ledger, NOW)

    assert (found.tickets, found.failures) == (0, ())
