"""Findings that are asked for in one request, run after run: who joins, who leaves, and who is never asked again."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from remediator.deliver.dashboard import Answers
from remediator.ledger.ledger import open_ledger
from remediator.model import Effect, Plan, RemoveResource, Status
from tests.deliver.grouped import grouped
from tests.deliver.volume_plans import MAIN, NOW

DAY = timedelta(days=1)


@pytest.fixture
def run(desk) -> Callable[..., dict[str, tuple[str, str | None]]]:
    """A run that delivers these plans in groups by their root: what became of each, and its reference, by its name."""

    def run(*plans: Plan, on=desk, by: str | None = "root", **how: object) -> dict[str, tuple[str, str | None]]:
        done = grouped(on, plans, by=by, **how)
        return {plan.changes[0].resource.id.removeprefix("vol-"): (d.action, d.reference) for plan, d in done}

    return run


def pulls(desk) -> list[dict]:
    files = sorted((desk.state_dir / "outbox" / "pulls").glob("*.json"), key=lambda path: int(path.stem))
    return [json.loads(path.read_text()) for path in files]


def edit(desk, number: int = 1, **fields: object) -> None:
    path = desk.state_dir / "outbox" / "pulls" / f"{number}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}, indent=2))


def leave(desk, *plans: Plan, number: int = 1) -> None:
    body = pulls(desk)[number - 1]["body"]
    for plan in plans:
        assert f"- [ ] <!-- leave={plan.id} -->" in body
        body = body.replace(f"- [ ] <!-- leave={plan.id} -->", f"- [x] <!-- leave={plan.id} -->")
    edit(desk, number, body=body)


def gp3(upstream, branch: str) -> set[str]:
    """The volumes that are of type gp3 on a branch."""
    return {block[0] for block in upstream.read(branch).split('"aws_ebs_volume" "')[1:] if "gp3" in block}


def everything(desk, upstream) -> tuple:
    return {p.name: p.read_bytes() for p in (desk.state_dir / "outbox").rglob("*.json")}, upstream.branches()


def forget(desk) -> None:
    for path in desk.state_dir.glob("ledger.sqlite*"):
        path.unlink()


def test_several_findings_are_one_branch_one_commit_and_one_request(desk, upstream, run) -> None:
    plans = [desk.plan(name) for name in "abc"]

    assert run(*plans) == dict.fromkeys("abc", ("opened", "1"))

    [pull] = pulls(desk)
    assert gp3(upstream, pull["head"]) == {"a", "b", "c"}
    assert upstream.bare_git("rev-list", "--count", f"main..{pull['head']}") == "1"
    assert pull["title"] == "Move a gp2 volume to gp3 (3 findings in the root module)"
    names = {path.stem for path in (desk.state_dir / "plans").glob("*.json")}
    assert names == {*pull["plan_ids"], *(plan.id for plan in plans)}

    before = everything(desk, upstream)
    assert run(*plans, at=NOW + DAY) == dict.fromkeys("abc", ("kept", "1"))
    assert everything(desk, upstream) == before


def test_who_comes_and_goes_moves_an_open_request_only_after_three_runs(desk, upstream, run) -> None:
    a, b, c = (desk.plan(name) for name in "abc")
    run(a, b)
    before = everything(desk, upstream)

    for day in (1, 2):
        found = run(a, c, at=NOW + day * DAY)
        assert found == {"a": ("kept", "1"), "c": ("held", "1")}
        assert everything(desk, upstream) == before
    assert run(a, c, at=NOW + 3 * DAY) == {"a": ("rebuilt", "1"), "c": ("rebuilt", "1")}

    [pull] = pulls(desk)
    assert gp3(upstream, pull["head"]) == {"a", "c"}
    before = everything(desk, upstream)
    assert run(a, c, at=NOW + 4 * DAY) == {"a": ("kept", "1"), "c": ("kept", "1")}
    assert everything(desk, upstream) == before


def test_a_run_that_failed_somewhere_takes_nobody_out(desk, upstream, run) -> None:
    a, b = desk.plan("a"), desk.plan("b")
    run(a, b)
    before = everything(desk, upstream)

    for day in range(1, 6):
        assert run(a, at=NOW + day * DAY, sure=False) == {"a": ("kept", "1")}

    assert everything(desk, upstream) == before


@pytest.mark.parametrize("lost", [False, True])
def test_what_was_declined_together_stays_declined_and_others_of_its_root_are_asked(desk, upstream, run, lost) -> None:
    a, b, c, d = (desk.plan(name) for name in "abcd")
    run(a, b)
    edit(desk, state="closed")
    if lost:
        forget(desk)

    assert run(a, b, c, d, at=NOW + DAY) == {
        "a": ("held", "1"), "b": ("held", "1"), "c": ("opened", "2"), "d": ("opened", "2"),
    }  # fmt: skip

    assert gp3(upstream, pulls(desk)[1]["head"]) == {"c", "d"}
    before = everything(desk, upstream)
    run(a, b, c, d, at=NOW + 2 * DAY)
    assert everything(desk, upstream) == before


@pytest.mark.parametrize("lost", [False, True])
def test_one_of_them_is_left_out_by_a_tick_and_not_asked_again(desk, upstream, run, lost: bool) -> None:
    a, b, c = (desk.plan(name) for name in "abc")
    run(a, b, c)
    leave(desk, b)

    assert run(a, b, c, at=NOW + DAY) == {"a": ("rebuilt", "1"), "b": ("held", "1"), "c": ("rebuilt", "1")}

    [pull] = pulls(desk)
    assert gp3(upstream, pull["head"]) == {"a", "c"}
    assert f"declined={b.id}" in pull["body"]
    before = everything(desk, upstream)
    if lost:
        forget(desk)
    assert run(a, b, c, at=NOW + 2 * DAY) == {"a": ("kept", "1"), "b": ("held", "1"), "c": ("kept", "1")}
    assert everything(desk, upstream) == before
    with open_ledger(None, desk.state_dir) as ledger:
        assert {o.status for o in ledger.outcomes() if b.id in o.fingerprints} == {Status.DECLINED}
    said = {plan.id: done.reason for plan, done in grouped(desk, [a, b, c], at=NOW + 2 * DAY)}
    assert said[b.id] == "declined: it was left out of 1, so it is not opened again"

    edit(desk, state="merged")
    assert run(b, at=NOW + 3 * DAY) == {"b": ("held", "1")}, "merging the others says nothing of it"


def test_all_of_them_left_out_close_the_request(desk, upstream, run) -> None:
    a, b = desk.plan("a"), desk.plan("b")
    run(a, b)
    leave(desk, a, b)

    assert run(a, b, at=NOW + DAY) == {"a": ("held", "1"), "b": ("held", "1")}
    assert pulls(desk)[0]["state"] == "closed"
    forget(desk)
    assert run(a, b, at=NOW + 2 * DAY) == {"a": ("held", "1"), "b": ("held", "1")}


def test_one_that_was_declined_with_others_is_asked_again_alone(desk, upstream, run) -> None:
    a, b = desk.plan("a"), desk.plan("b")
    run(a, b)
    edit(desk, state="closed")
    run(a, b, at=NOW + DAY)

    again = run(a, b, at=NOW + 2 * DAY, answers=Answers({"ask": frozenset({b.id})}))

    assert again == {"a": ("held", "1"), "b": ("opened", "2")}
    forget(desk)
    assert run(a, b, at=NOW + 3 * DAY) == {"a": ("held", "1"), "b": ("kept", "2")}


def test_what_removes_anything_is_never_grouped(desk, make_change, run) -> None:
    change = make_change("c", actions=(RemoveResource(),), effect=Effect.DATA_LOSS)

    done = run(desk.plan("a"), desk.plan("b"), desk.plan("c", change=change))

    assert done["a"] == done["b"] != done["c"]
    assert len(pulls(desk)) == 2


def test_one_that_comes_to_remove_something_leaves_the_others_and_is_asked_for_alone(
    desk, upstream, run, make_change
) -> None:
    a, b = desk.plan("a"), desk.plan("b")
    run(a, b)
    gone = desk.plan("b", change=make_change("b", actions=(RemoveResource(),), effect=Effect.DATA_LOSS))
    assert gone.id == b.id

    for day in (1, 2):
        assert run(a, gone, at=NOW + day * DAY) == {"a": ("kept", "1"), "b": ("held", "1")}
    assert run(a, gone, at=NOW + 3 * DAY)["a"] == ("rebuilt", "1")

    assert run(a, gone, at=NOW + 4 * DAY) == {"a": ("kept", "1"), "b": ("opened", "2")}
    assert [" removes=yes " in pull["body"] for pull in pulls(desk)] == [False, True]


def test_what_is_frozen_holds_nobody_up_and_joins_nothing(desk, upstream, run) -> None:
    a, b, c, d = (desk.plan(name) for name in "abcd")
    freeze = {"limits": {"freeze": ("2000-01-01/2100-01-01",)}, "frozen": frozenset({c.id, d.id})}
    run(a, b)
    before = everything(desk, upstream)

    for day in (1, 2, 3, 4):
        done = run(a, b, c, d, at=NOW + day * DAY, **freeze)
        assert done == {"a": ("kept", "1"), "b": ("kept", "1"), "c": ("held", None), "d": ("held", None)}

    assert everything(desk, upstream) == before


def test_what_a_ticket_asked_for_before_is_asked_for_alone_and_names_it(desk, run) -> None:
    b = desk.plan("b", doubts=("it is set elsewhere",))
    run(b)
    with open_ledger(None, desk.state_dir) as ledger:
        [ticket] = ledger.outcomes()
        ledger.save(replace(ticket, status=Status.REGRESSED, live_at=ticket.opened_at))

    done = run(desk.plan("a"), desk.plan("b"), desk.plan("c"), at=NOW + DAY)

    assert done["a"] == done["c"] != done["b"]
    [alone] = [
        pull for pull in pulls(desk) if f"#{pull['number']}" == done["b"][1] or str(pull["number"]) == done["b"][1]
    ]
    assert "ticket=FIN-1 -->" in alone["body"]


def test_more_than_fit_go_into_a_second_request_and_limits_count_requests(desk, upstream, run) -> None:
    plans = [desk.plan(name) for name in "abcdef"]

    done = run(*plans, group_size=4)

    assert sorted(reference for _, reference in done.values()) == ["1"] * 4 + ["2"] * 2
    assert run(*plans, group_size=4, at=NOW + DAY) == {n: ("kept", r) for n, (_, r) in done.items()}


def test_a_request_of_several_stays_whole_once_grouping_is_off(desk, upstream, run) -> None:
    a, b, c = (desk.plan(name) for name in "abc")
    run(a, b)
    before = pulls(desk)[0]

    for day in (1, 2, 3, 4):
        done = run(a, b, c, by=None, at=NOW + day * DAY)
        assert (done["a"], done["b"]) == (("kept", "1"), ("kept", "1"))

    assert pulls(desk)[0] == before
    assert done["c"] == ("kept", "2")


def test_one_that_becomes_a_question_leaves_and_opens_no_ticket_before(desk, upstream, run) -> None:
    a, b = desk.plan("a"), desk.plan("b")
    doubtful = desk.plan("b", doubts=("it is set elsewhere",))
    run(a, b)

    for day in (1, 2):
        assert run(a, doubtful, at=NOW + day * DAY) == {"a": ("kept", "1"), "b": ("held", "1")}
    assert run(a, doubtful, at=NOW + 3 * DAY)["a"] == ("rebuilt", "1")
    assert run(a, doubtful, at=NOW + 4 * DAY) == {"a": ("kept", "1"), "b": ("opened", "FIN-1")}
    assert gp3(upstream, pulls(desk)[0]["head"]) == {"a"}


def test_a_branch_that_was_pushed_by_a_killed_run_is_the_one_of_the_next(desk, upstream, run, monkeypatch) -> None:
    from remediator.deliver.forges.local.forge import LocalForge

    with monkeypatch.context() as patch:
        patch.setattr(LocalForge, "ensure_pull", lambda *_: (_ for _ in ()).throw(RuntimeError("killed")))
        run(desk.plan("a"), desk.plan("b"))
    assert len(upstream.branches()) == 2

    run(desk.plan("a"), desk.plan("b"), desk.plan("c"), at=NOW + DAY)

    assert len(upstream.branches()) == 2
    assert gp3(upstream, pulls(desk)[0]["head"]) == {"a", "b", "c"}


def test_a_tick_passes_the_limits_for_all_that_it_goes_with(desk, run) -> None:
    a, b = desk.plan("a"), desk.plan("b")
    narrow = replace(desk, config=desk.config.model_copy(
        update={"limits": desk.config.limits.model_copy(update={"open_per_repo": 0})}))  # fmt: skip

    assert run(a, b, on=narrow) == {"a": ("held", None), "b": ("held", None)}
    assert run(a, b, on=narrow, answers=Answers({"approve": frozenset({a.id})})) == {
        "a": ("opened", "1"), "b": ("opened", "1"),
    }  # fmt: skip


def test_code_that_is_edited_beside_them_moves_nothing(desk, upstream, run) -> None:
    a, b = desk.plan("a"), desk.plan("b")
    run(a, b)
    upstream.commit({"main.tf": MAIN.replace('"c" {\n  type = "gp2"', '"c" {\n  type = "gp3"')})

    assert run(a, b, at=NOW + DAY)["a"] == ("kept", "1")
