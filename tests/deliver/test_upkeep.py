"""An open request, run after run: what moves it, and all that does not."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from remediator.deliver.rebuilding import rebuild
from remediator.ledger.ledger import open_ledger
from remediator.model import Saving, SetAttribute, Status
from tests.deliver.volume_plans import MAIN, NOW

SAVES = Saving(Decimal("12.40"), Decimal(10), Decimal(13), "USD", "list price", "table", date(2026, 11, 1))


def pull(desk, number: int = 1) -> dict:
    return json.loads((desk.state_dir / "outbox" / "pulls" / f"{number}.json").read_text())


def edit(desk, number: int = 1, **fields: object) -> None:
    path = desk.state_dir / "outbox" / "pulls" / f"{number}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **fields}, indent=2))


def tick(desk) -> None:
    edit(desk, body=pull(desk)["body"].replace("- [ ] <!-- rebuild -->", "- [x] <!-- rebuild -->"))


def outcome(desk, reference: str = "1"):
    with open_ledger(None, desk.state_dir) as ledger:
        return next(o for o in ledger.outcomes() if o.reference == reference)


def everything(desk, upstream) -> tuple:
    outbox = {p.name: p.read_bytes() for p in (desk.state_dir / "outbox").rglob("*.json")}
    return outbox, upstream.branches()


@pytest.fixture
def saving(make_change):
    """A change of one volume that saves so much a month."""

    def make(monthly: str, **fields: object):
        return make_change("a", saving=replace(SAVES, monthly=Decimal(monthly)), **fields)

    return make


@pytest.fixture
def gp2_is_io1(saving):
    return saving("12.40", actions=(SetAttribute("type", "gp2", "io2"),))


def to(plan, value: str):
    """The plan with other new bytes."""
    return replace(plan, edits=(replace(plan.edits[0], new=f'"{value}"'.encode()),))


@pytest.mark.parametrize(("monthly", "action"), [("14.80", "kept"), ("10.00", "kept"), ("15.00", "refreshed")])
def test_figures_are_frozen_within_a_fifth(desk, upstream, saving, monthly: str, action: str) -> None:
    desk.deliver(desk.plan(change=saving("12.40")))
    before = everything(desk, upstream)

    [again] = desk.deliver(desk.plan(change=saving(monthly)), now=NOW + timedelta(days=1))

    assert again.action == action
    assert (everything(desk, upstream) == before) is (action == "kept")
    assert (f"{monthly} USD" in pull(desk)["body"]) is (action == "refreshed")
    assert everything(desk, upstream)[1] == before[1]


def test_ten_days_of_moving_figures_write_nothing(desk, upstream, saving, make_change) -> None:
    desk.deliver(desk.plan(change=saving("12.40")))
    before = everything(desk, upstream)

    for day in range(1, 11):
        metric = replace(make_change("a").evidence[0], p95=3.0 + day, end=NOW + timedelta(days=day))
        change = saving(f"{12.4 + (-1) ** day * day / 10:.2f}", evidence=(metric,))
        upstream.commit({"README.md": f"day {day}\n"})
        [again] = desk.deliver(desk.plan(change=change), now=NOW + timedelta(days=day))
        assert again.action == "kept"

    outbox, branches = everything(desk, upstream)
    assert outbox == before[0]
    assert {n: s for n, s in branches.items() if n != "main"} == {n: s for n, s in before[1].items() if n != "main"}


def test_another_target_replaces_the_first_only_after_three_runs(desk, upstream, gp2_is_io1, saving) -> None:
    plan = desk.plan(change=saving("12.40"))
    desk.deliver(plan)
    branch = f"remediator/ebs-gp3/{plan.id}"
    other = to(desk.plan(change=gp2_is_io1), "io2")

    actions = [desk.deliver(other, now=NOW + timedelta(days=day))[0].action for day in (1, 2, 3, 4)]

    assert actions == ["kept", "kept", "rebuilt", "kept"]
    assert 'type = "io2"' in upstream.read(branch)
    assert "io2" in pull(desk)["body"]
    assert [t.value for t in outcome(desk).targets] == ["io2"]


def test_a_target_that_wavers_moves_nothing(desk, upstream, gp2_is_io1, saving) -> None:
    first, other = desk.plan(change=saving("12.40")), to(desk.plan(change=gp2_is_io1), "io2")
    desk.deliver(first)
    before = everything(desk, upstream)

    for day, plan in enumerate((other, other, first, other, other, first), 1):
        assert desk.deliver(plan, now=NOW + timedelta(days=day))[0].action == "kept"

    assert everything(desk, upstream) == before


def conflict(upstream) -> None:
    upstream.commit({"main.tf": MAIN.replace('"a" {\n  type = "gp2"', '"a" {\n  # ours\n  type = "gp2"  # fast')})


def moved_plan(desk, upstream):
    """The plan for the same volume in the file as it reads now."""
    source = upstream.read("main").encode() + b"\n"
    blob = upstream.bare_git("rev-parse", "main:main.tf")
    plan = desk.plan()
    start = source.index(b'"gp2"', source.index(b'"a"'))
    return replace(plan, edits=(replace(plan.edits[0], blob=blob, start=start, end=start + 5),))


def test_a_branch_that_conflicts_is_made_anew(desk, upstream) -> None:
    plan = desk.plan()
    desk.deliver(plan)
    conflict(upstream)

    [again] = desk.deliver(moved_plan(desk, upstream))

    assert again.action == "rebuilt"
    text = upstream.read(f"remediator/ebs-gp3/{plan.id}")
    assert '# ours\n  type = "gp3"  # fast' in text
    assert desk.deliver(moved_plan(desk, upstream))[0].action == "kept"


def test_an_approved_branch_is_left_as_it_is(lab, gitlab, upstream) -> None:
    plan = lab.plan()
    lab.deliver(plan)
    gitlab.approvals[1] = [next(iter(gitlab.users))]
    conflict(upstream)
    before = upstream.branches()

    [again] = lab.deliver(moved_plan(lab, upstream))

    assert (again.action, again.reason) == ("kept", "it is approved, so it is left as it is")
    assert upstream.branches() == before


def test_hands_off_once_somebody_committed_until_the_box_is_ticked(desk, upstream) -> None:
    plan = desk.plan()
    desk.deliver(plan)
    branch = f"remediator/ebs-gp3/{plan.id}"
    upstream.check_out(branch)
    upstream.commit({"notes.md": "mine\n"}, branch)
    upstream.git("checkout", "--quiet", "main")
    conflict(upstream)
    theirs = upstream.branches()[branch]

    for _ in range(2):
        [again] = desk.deliver(moved_plan(desk, upstream))
        assert (again.action, upstream.branches()[branch]) == ("kept", theirs)
    [comment] = pull(desk)["comments"]
    assert "Somebody has committed to this branch" in str(comment)

    tick(desk)
    [told] = desk.deliver(moved_plan(desk, upstream))

    assert told.action == "rebuilt"
    assert '# ours\n  type = "gp3"  # fast' in upstream.read(branch)
    assert "- [ ] <!-- rebuild -->" in pull(desk)["body"]


def test_what_the_base_says_already_is_closed_with_the_reason(desk, upstream) -> None:
    plan = desk.plan()
    desk.deliver(plan)
    by_hand = MAIN.replace('"a" {\n  type = "gp2"', '"a" {\n  type = "gp3"') + "# and more\n"
    upstream.commit({"main.tf": by_hand})

    # the local forge takes the same bytes on the base for a squashed merge; other bytes beside them are somebody's hand
    [again] = desk.deliver(plan)

    assert again.action == "closed"
    assert (pull(desk)["state"], outcome(desk).status) == ("closed", Status.SUPERSEDED)
    assert "nothing left to merge" in str(pull(desk)["comments"])
    assert set(upstream.branches()) == {"main"}


def test_what_we_closed_is_nobodys_decline_even_without_a_ledger(desk, upstream) -> None:
    plan = desk.plan()
    desk.deliver(plan)
    upstream.commit({"main.tf": MAIN.replace('"a" {\n  type = "gp2"', '"a" {\n  type = "gp3"') + "# and more\n"})
    desk.deliver(plan)
    upstream.commit({"main.tf": MAIN})
    for path in desk.state_dir.glob("ledger.sqlite*"):
        path.unlink()

    [again] = desk.deliver(desk.plan(), limits={"breaker_declines": 1})

    assert (again.action, again.reference) == ("opened", "2")


@pytest.mark.parametrize("mixed", [False, True])
def test_a_saving_that_is_not_shown_moves_nothing_once_the_ledger_is_lost(hub, github, make_change, mixed) -> None:
    def plan(more: int):
        a, b = make_change("a"), make_change("b")
        net = replace(a.saving, basis="net of commitments", monthly=a.saving.monthly + more)
        a = replace(a, saving=net, evidence=(replace(a.evidence[0], p95=40.0 + more),))
        return hub.plan("a", changes=(a, b)) if mixed else hub.plan("a", change=a)

    hub.deliver(plan(0))
    before = github.pulls[0]["body"]
    for more in (1, 2):
        for path in hub.state_dir.glob("ledger.sqlite*"):
            path.unlink()
        with open_ledger(None, hub.state_dir) as ledger:
            rebuild({"infra": (hub.repository, hub.clone())}, hub.config, hub.places(), ledger, NOW)
        assert hub.deliver(plan(more))[0].action == "kept"

    assert github.pulls[0]["body"] == before
    assert "a net figure, which is not shown here" in before or mixed


def test_a_doubt_that_holds_three_runs_is_said_once_and_taken_back(desk) -> None:
    plan, doubtful = desk.plan(), desk.plan(doubts=("@everyone sets it elsewhere",))
    desk.deliver(plan)

    for day in (1, 2, 3, 4):
        assert desk.deliver(doubtful, now=NOW + timedelta(days=day))[0].action == "kept"
    assert pull(desk)["draft"]
    [comment] = pull(desk)["comments"]
    assert "@everyone" not in str(comment)
    assert not list((desk.state_dir / "outbox").glob("tickets/*.json"))

    desk.deliver(plan, now=NOW + timedelta(days=5))

    assert not pull(desk)["draft"]
    [comment] = pull(desk)["comments"]
    assert "found again" in str(comment)


def test_a_request_that_another_one_holds_is_withdrawn(desk, make_change) -> None:
    desk.deliver(desk.plan("a"))
    both = desk.plan("f", changes=(make_change("f"), make_change("a")))
    [first] = desk.deliver(desk.plan("f"))
    assert first.reference == "2"

    actions = [desk.deliver(both, now=NOW + timedelta(days=day))[0] for day in (1, 2, 3, 4)]

    assert [d.action for d in actions] == ["kept", "kept", "rebuilt", "kept"]
    assert (pull(desk, 1)["state"], pull(desk, 2)["state"]) == ("closed", "open")


def test_the_plan_files_folder_is_not_part_of_the_calm(desk) -> None:
    """A run without deliver attends to nothing."""
    desk.deliver(desk.plan())
    tick(desk)
    quiet = replace(desk, config=desk.config.model_copy(update={"run": desk.config.run.model_copy(
        update={"deliver": False})}))  # fmt: skip

    quiet.deliver(desk.plan())

    assert "- [x] <!-- rebuild -->" in pull(desk)["body"]
    assert Path(desk.state_dir / "plans").exists()
