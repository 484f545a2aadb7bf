import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from remediator.deliver.delivery import request_states
from remediator.deliver.places import Places
from remediator.ledger.ledger import open_ledger
from remediator.model import Effect, RemoveResource, RequestState, Route, Status, Unattributed

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def outcomes(desk):
    with open_ledger(None, desk.state_dir) as ledger:
        return ledger.outcomes()


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file of the outbox and the plans, with the time it was written."""
    return {
        str(p): (p.stat().st_mtime_ns, p.read_bytes())
        for part in ("outbox", "plans")
        for p in (folder / part).rglob("*.*")
        if p.is_file() and p.name != ".lock"
    }


def answer(where: str, state: str) -> None:
    """What a person does by hand."""
    path = Path(where)
    path.write_text(json.dumps({**json.loads(path.read_text()), "state": state}, indent=2))


def test_a_plan_becomes_one_branch_and_one_pull_request(desk, upstream) -> None:
    plan = desk.plan("b")
    [done] = desk.deliver(plan)

    assert (done.action, done.reference, done.reason) == ("opened", "1", None)
    branch = f"remediator/ebs-gp3/{plan.id}"
    assert upstream.read(branch).count("gp3") == 1
    assert upstream.read("main").count("gp3") == 0
    pull = json.loads(Path(done.where).read_text())
    assert list(pull) == ["number", "repo", "base", "head", "title", "body", "labels", "assignees", "reviewers",
                          "draft", "state", "plan_ids"]  # fmt: skip
    assert (pull["repo"], pull["base"], pull["head"], pull["state"]) == ("acme/infra", "main", branch, "open")
    assert (pull["assignees"], pull["reviewers"]) == (["@acme/ranking"], ["@acme/ranking", "@bob"])
    assert (pull["number"], pull["plan_ids"], pull["draft"]) == (1, [plan.id], False)
    assert json.loads((desk.state_dir / "plans" / f"{plan.id}.json").read_text())["plan_id"] == plan.id
    [outcome] = outcomes(desk)
    assert (outcome.status, outcome.reference, outcome.opened_at) == (Status.OPENED, "1", NOW)
    assert [(t.attribute, t.value) for t in outcome.targets] == [("type", "gp3")]


def test_a_doubt_becomes_one_ticket_for_the_owner(desk) -> None:
    plan = desk.plan("b", doubts=("the value comes from another repository",))
    [done] = desk.deliver(plan)

    assert (done.action, done.reference) == ("opened", "FIN-1")
    ticket = json.loads(Path(done.where).read_text())
    assert list(ticket) == ["key", "project", "summary", "description", "assignee", "labels", "components", "state",
                            "plan_ids", "attachments"]  # fmt: skip
    assert (ticket["assignee"], ticket["components"], ticket["state"]) == ("5b10a", ["infra"], "open")
    assert f"remediator-{plan.id}" in ticket["labels"]
    assert ticket["attachments"] == [str(desk.state_dir / "plans" / f"{plan.id}.json")]
    assert "the value comes from another repository" in ticket["description"]


def test_a_second_run_writes_nothing(desk, upstream) -> None:
    plans = desk.plan("a"), desk.plan("b"), desk.plan("c", doubts=("unsure",))
    desk.deliver(*plans)
    files, branches, kept = snapshot(desk.state_dir), upstream.branches(), outcomes(desk)
    later = [replace(plan, created_at=NOW + timedelta(days=1)) for plan in plans]

    again = desk.deliver(*later, now=NOW + timedelta(days=1))

    assert [d.action for d in again] == ["kept", "kept", "kept"]
    assert all(d.where and Path(d.where).exists() for d in again)
    assert (snapshot(desk.state_dir), upstream.branches(), outcomes(desk)) == (files, branches, kept)


def test_losing_the_ledger_duplicates_nothing_and_forgets_no_decline(desk, upstream) -> None:
    plans = desk.plan("a"), desk.plan("b"), desk.plan("c", doubts=("unsure",)), desk.plan("d", doubts=("unsure",))
    first = desk.deliver(*plans)
    answer(first[1].where, "closed")
    answer(first[3].where, "closed")
    files = snapshot(desk.state_dir)
    for path in desk.state_dir.glob("ledger.sqlite*"):
        path.unlink()

    again = desk.deliver(*plans)

    assert [d.action for d in again] == ["kept", "held", "kept", "held"]
    assert snapshot(desk.state_dir) == files
    assert {o.reference: o.status for o in outcomes(desk)} == {
        "1": Status.OPENED, "2": Status.DECLINED, "FIN-1": Status.OPENED, "FIN-2": Status.DECLINED,
    }  # fmt: skip


@pytest.mark.parametrize(("state", "reason"), [("closed", "declined"), ("merged", "waiting for it to be live")])
def test_a_request_answered_by_hand_is_not_opened_again(desk, state: str, reason: str) -> None:
    [first] = desk.deliver(desk.plan())
    answer(first.where, state)

    [again] = desk.deliver(desk.plan())

    assert again.action == "held"
    assert reason in again.reason
    assert len(list((desk.state_dir / "outbox" / "pulls").glob("*.json"))) == 1


@pytest.mark.parametrize("options", [(), ("--no-ff",), ("--squash",)], ids=["fast-forward", "merge", "squash"])
def test_merging_the_branch_in_git_counts(desk, upstream, options: tuple[str, ...]) -> None:
    plan = desk.plan()
    desk.deliver(plan)
    upstream.merge(f"remediator/ebs-gp3/{plan.id}", *options)

    [outcome] = outcomes(desk)
    states = request_states([outcome], {"infra": (desk.repository, desk.clone())}, Places(desk.config))
    assert states == {plan.id: (RequestState.MERGED, False)}


def test_another_plan_that_shares_a_fingerprint_is_the_same_request(desk, make_change) -> None:
    one, both = desk.plan("a"), desk.plan("a", changes=(make_change("a"), make_change("f")))
    assert one.id != both.id or one.fingerprints != both.fingerprints
    desk.deliver(both)

    [again] = desk.deliver(one)

    assert (again.action, again.reference) == ("kept", "1")


def test_without_deliver_only_plan_files_are_written(desk, upstream) -> None:
    quiet = desk.config.run.model_copy(update={"deliver": False})
    dry = replace(desk, config=desk.config.model_copy(update={"run": quiet}))
    plan, doubtful = dry.plan("a"), dry.plan("b", doubts=("unsure",))

    done = dry.deliver(plan, doubtful)

    assert [d.action for d in done] == ["would open", "would open"]
    assert {p.stem for p in (dry.state_dir / "plans").glob("*.json")} == {plan.id, doubtful.id}
    assert not (dry.state_dir / "outbox").exists()
    assert set(upstream.branches()) == {"main"}
    assert outcomes(dry) == ()


def test_an_undeclared_resource_goes_to_the_first_tracker(desk, make_change) -> None:
    unknown = {"repository": None, "base": "1" * 40, "traces": (), "origin": Unattributed("no state holds it")}
    plan = desk.plan(change=make_change(declared=None), doubts=("no state holds it",), **unknown)
    [done] = desk.deliver(plan)
    assert (done.action, done.reference) == ("opened", "FIN-1"), done

    bare = replace(desk, config=desk.config.model_copy(update={"trackers": {}}))
    [held] = bare.deliver(desk.plan("b", change=make_change("b", declared=None), doubts=("?",), **unknown))
    assert (held.action, held.reason) == ("held", "no tracker is configured, so it is only reported")


def test_what_is_only_reported_and_what_has_no_forge_is_held(desk) -> None:
    forgeless = desk.repository.model_copy(update={"forge": None})
    bare = replace(desk, config=desk.config.model_copy(update={"repositories": (forgeless,)}))

    assert [d.action for d in desk.deliver(desk.plan(route=Route.REPORT))] == ["held"]
    assert "no forge" in bare.deliver(desk.plan())[0].reason


def test_a_removal_is_never_beside_anything_else(desk, make_change) -> None:
    removal = make_change("b", actions=(RemoveResource(),), effect=Effect.DATA_LOSS)
    [done] = desk.deliver(desk.plan("a", changes=(make_change("a"), removal)))

    assert (done.action, "beside other changes" in done.reason) == ("failed", True)


def test_one_plan_that_fails_stops_no_other(desk) -> None:
    good = desk.plan("b")
    stale = replace(desk.plan("a"), edits=(replace(desk.plan("a").edits[0], old=b'"io1"'),))

    done = desk.deliver(stale, good)

    assert [d.action for d in done] == ["failed", "opened"]


def test_an_unexpected_error_is_told_not_raised(desk, monkeypatch: pytest.MonkeyPatch, caplog) -> None:
    def explode(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("remediator.deliver.pulls.commit_plan", explode)
    [done] = desk.deliver(desk.plan())

    assert (done.action, done.reason) == ("failed", "an unexpected ZeroDivisionError: by zero; report it")


def test_a_branch_that_somebody_committed_to_is_left_alone(desk, upstream) -> None:
    plan = desk.plan()
    upstream.commit({"main.tf": "# mine\n"}, branch=f"remediator/ebs-gp3/{plan.id}")
    [done] = desk.deliver(plan)

    assert done.action == "failed"
    assert "a commit of somebody else" in done.reason
    assert upstream.read(f"remediator/ebs-gp3/{plan.id}") == "# mine"


def test_a_branch_left_by_a_killed_run_is_made_anew_when_its_base_moved(desk, upstream, monkeypatch) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    plan = desk.plan()
    with monkeypatch.context() as patch:
        patch.setattr("remediator.deliver.forges.local.LocalForge.ensure_pull", die)
        with pytest.raises(Killed):
            desk.deliver(plan)
    upstream.commit({"README.md": "moved\n"})

    [done] = desk.deliver(desk.plan())

    assert done.action == "opened"
    assert upstream.read(f"remediator/ebs-gp3/{plan.id}", "README.md") == "moved"


def test_what_came_undone_after_it_was_live_is_opened_again(desk, upstream) -> None:
    [first] = desk.deliver(desk.plan())
    answer(first.where, "merged")
    with open_ledger(None, desk.state_dir) as ledger:
        ledger.save(replace(ledger.outcomes()[0], status=Status.REGRESSED, merged_at=NOW, live_at=NOW))

    [again] = desk.deliver(desk.plan())

    assert (again.action, again.reference) == ("opened", "2")


def test_a_file_broken_by_hand_is_named(desk) -> None:
    [first] = desk.deliver(desk.plan())
    answer(first.where, "maybe")

    [again] = desk.deliver(desk.plan())

    assert again.action == "failed"
    assert first.where in again.reason and "state" in again.reason


def test_a_frozen_day_holds_tickets_back_and_the_next_opens_them(desk) -> None:
    plan = desk.plan(doubts=("unsure",))

    [frozen] = desk.deliver(plan, limits={"freeze": ("2000-01-01/2100-01-01",)})
    [opened] = desk.deliver(plan)

    assert (frozen.action, opened.action) == ("held", "opened")
    assert "limits.freeze" in frozen.reason
