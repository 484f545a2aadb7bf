"""How many open requests ask one owner, where a request asks several."""

import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from remediator.deliver.composing import worth
from remediator.deliver.dashboard import Answers
from remediator.deliver.rebuilding import rebuild
from remediator.ledger.ledger import open_ledger
from remediator.model import Owner, Status
from tests.deliver.grouped import grouped
from tests.deliver.volume_plans import LINE, NOW


def owned(desk, name: str, handle: str):
    plan = desk.plan(name)
    return replace(plan, origin=replace(plan.origin, owners=(Owner(handle, 0.9, LINE, (handle,), None),)))


@pytest.fixture
def opened(hub):
    """One request that asks two owners, most dollars first, and a limit of one request an owner."""
    return [owned(hub, "a", "@alice"), owned(hub, "b", "@bob")]


@pytest.mark.parametrize(("handle", "action"), [("@alice", "held"), ("@bob", "held"), ("@carol", "opened")])
def test_a_request_of_several_counts_for_each_of_its_owners(hub, github, opened, handle: str, action: str) -> None:
    grouped(hub, opened)
    assert len(github.pulls) == 1

    [done] = hub.deliver(owned(hub, "c", handle), limits={"open_per_owner": 1})

    assert done.action == action, done
    assert action == "opened" or (done.reason or "").startswith("limits.open_per_owner: 1 pull request")


TIGHT = {"open_per_owner": 1}


def waits(done) -> dict[str, str | None]:
    """What became of each finding, by the name of its volume: its action, or the limit that holds it."""
    return {
        plan.changes[0].resource.id: delivered.action if delivered.hold is None else delivered.reason.partition(":")[0]
        for plan, delivered in done
    }


def test_who_has_enough_open_does_not_keep_the_others_waiting(hub, github) -> None:
    hub.deliver(owned(hub, "c", "@bob"))
    plans = [owned(hub, "a", "@alice"), owned(hub, "b", "@bob"), owned(hub, "d", "@carol")]

    done = grouped(hub, plans, limits=TIGHT)

    assert waits(done) == {"vol-a": "opened", "vol-b": "limits.open_per_owner", "vol-d": "opened"}
    assert len(github.pulls) == 2
    assert plans[1].id not in github.pulls[1]["body"]


def test_they_join_the_same_request_once_they_have_room(hub, github, upstream) -> None:
    hub.deliver(owned(hub, "c", "@bob"))
    plans = [owned(hub, "a", "@alice"), owned(hub, "b", "@bob")]
    grouped(hub, plans, limits=TIGHT)
    branch = github.pulls[1]["head"]["ref"]
    head = upstream.branches()[branch]
    for day in (1, 2):
        assert waits(grouped(hub, plans, at=NOW + timedelta(days=day), limits=TIGHT))["vol-b"] != "opened"
    assert upstream.branches()[branch] == head
    with open_ledger(None, hub.state_dir) as ledger:  # theirs is done
        ledger.revise(hub.plan("c").id, lambda o: replace(o, status=Status.LIVE, merged_at=NOW, live_at=NOW))

    last = [waits(grouped(hub, plans, at=NOW + timedelta(days=day), limits=TIGHT)) for day in (3, 4, 5)]

    assert [one["vol-b"] == "rebuilt" for one in last] == [False, False, True]
    assert len(github.pulls) == 2
    assert github.pulls[1]["head"]["ref"] == branch
    assert plans[1].id in github.pulls[1]["body"]


def test_a_tick_takes_whom_the_limit_holds_into_the_request(hub, github) -> None:
    hub.deliver(owned(hub, "c", "@bob"))
    plans = [owned(hub, "a", "@alice"), owned(hub, "b", "@bob")]

    done = grouped(hub, plans, limits=TIGHT, answers=Answers({"approve": frozenset({plans[1].id})}))

    assert waits(done) == {"vol-a": "opened", "vol-b": "opened"}
    assert len(github.pulls) == 2


def test_where_all_have_enough_open_all_wait(hub, github) -> None:
    hub.deliver(owned(hub, "c", "@bob"))

    done = grouped(hub, [owned(hub, "a", "@bob"), owned(hub, "b", "@bob")], limits=TIGHT)

    assert set(waits(done).values()) == {"limits.open_per_owner"}
    assert len(github.pulls) == 1


def test_of_two_requests_that_one_run_would_open_the_second_is_opened_without_the_owner_of_both(hub, github) -> None:
    names = sorted("abcd", key=lambda name: worth(hub.plan(name)))
    plans = [owned(hub, n, h) for n, h in zip(names, ("@alice", "@bob", "@bob", "@carol"), strict=True)]

    first = waits(grouped(hub, plans, limits=TIGHT, group_size=2))
    then = waits(grouped(hub, plans, at=NOW + timedelta(days=1), limits=TIGHT, group_size=2))

    limit = "limits.open_per_owner"
    assert [first[f"vol-{n}"] for n in names] == ["opened", "opened", limit, "opened"]
    assert [then[f"vol-{n}"] for n in names] == ["kept", "kept", limit, "kept"]
    assert [plan.id in github.pulls[1]["body"] for plan in plans] == [False, False, False, True]


def test_a_lost_ledger_knows_all_of_its_owners_again(hub, github, opened) -> None:
    grouped(hub, opened)
    shutil.rmtree(hub.state_dir)
    with open_ledger(None, hub.state_dir) as ledger:
        rebuild({"infra": (hub.repository, hub.clone())}, hub.config, hub.places(), ledger, NOW)

    [done] = hub.deliver(owned(hub, "c", "@bob"), limits={"open_per_owner": 1})

    assert (done.action, len(github.pulls)) == ("held", 1)


def test_a_finding_of_a_request_of_several_that_comes_alone_for_once_moves_nothing(hub, github, opened) -> None:
    grouped(hub, opened)
    before = github.pulls[0]["body"]

    assert [hub.deliver(opened[0])[0].action for _ in range(2)] == ["kept", "kept"]

    assert (github.pulls[0]["body"], len(github.pulls)) == (before, 1)


def test_who_has_enough_open_is_asked_for_nothing_more_by_joining(hub, github, opened) -> None:
    grouped(hub, opened)
    hub.deliver(owned(hub, "c", "@carol"))
    ours, theirs = owned(hub, "d", "@alice"), owned(hub, "d", "@Carol")
    tight = {"open_per_owner": 1}

    def runs(one) -> set[tuple[str, str]]:
        for day in range(1, 4):
            last = grouped(hub, [*opened, one], at=NOW + timedelta(days=day), limits=tight)
        return {(d.action, (d.reason or "").partition(":")[0]) for plan, d in last if plan is one}

    before = github.pulls[0]["body"]
    assert runs(theirs) == {("held", "limits.open_per_owner")}
    assert github.pulls[0]["body"] == before
    assert runs(ours) == {("rebuilt", "")}  # the request asks them already
    assert theirs.id in github.pulls[0]["body"]
    assert len(github.pulls) == 2
