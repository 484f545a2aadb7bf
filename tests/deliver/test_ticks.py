"""What people tick on the dashboard of a repository on GitHub or GitLab: acted on once, by the next run."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from remediator.deliver.delivery import Delivered
from remediator.ledger.ledger import open_ledger
from remediator.model import Plan
from remediator.run.codebase import read_codebase
from remediator.run.delivering import deliver_all
from remediator.run.owning import Owned
from tests.deliver.desk import Desk
from tests.deliver.volume_plans import NOW

TIGHT = {"open_per_repo": 1}
LATER = NOW + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Side:
    """One forge with its dashboard."""

    desk: Desk
    fake: object
    field: str

    def run(
        self, *plans: Plan, now: datetime = NOW, state: str | None = None, limits=TIGHT, requests=None
    ) -> dict[str, Delivered]:
        config = self.desk.config
        run = config.run.model_copy(update={"state_dir": config.run.state_dir.with_name(state)} if state else {})
        own = config.limits.model_copy(update=limits)
        asked = config.requests.model_copy(update=requests or {})
        config = config.model_copy(update={"limits": own, "run": run, "requests": asked})
        with open_ledger(None, run.state_dir) as ledger:
            codebases = {"infra": read_codebase(self.desk.repository, config)}
            done, failures = deliver_all(
                plans, ledger.outcomes(), codebases, config, ledger, self.desk.places(), now, Owned({}, {})
            )
        assert failures == (), failures
        return {plan.id: delivered for plan, delivered in done}

    @property
    def issues(self) -> list[dict]:
        if self.field == "description":
            return self.fake.issues
        return [thing for thing in self.fake.pulls if "head" not in thing]

    @property
    def requests(self) -> list[dict]:
        if self.field == "description":
            return self.fake.requests
        return [thing for thing in self.fake.pulls if "head" in thing]

    @property
    def body(self) -> str:
        [issue] = self.issues
        return issue[self.field]

    def write(self, text: str) -> None:
        self.issues[0][self.field] = text

    def tick(self, verb: str, plan: Plan) -> None:
        before = self.body
        self.write(before.replace(f"[ ] <!-- {verb}={plan.id}", f"[x] <!-- {verb}={plan.id}"))
        assert self.body != before, before

    def sections(self) -> list[str]:
        return re.findall(r"^### (.+)$", self.body, re.MULTILINE)


@pytest.fixture(params=["hub", "lab"])
def side(request, monkeypatch) -> Side:
    desk = request.getfixturevalue(request.param)
    fake = request.getfixturevalue({"hub": "github", "lab": "gitlab"}[request.param])
    return Side(desk, fake, {"hub": "body", "lab": "description"}[request.param])


@pytest.fixture
def limited(side) -> tuple[Plan, Plan]:
    """The plan that is open and the one that a limit holds."""
    plans = [side.desk.plan("a"), side.desk.plan("b")]
    done = side.run(*plans)
    open_, held = sorted(plans, key=lambda plan: done[plan.id].action != "opened")
    assert side.sections() == ["Limited (1)", "Open (1)"]
    return open_, held


def rests(side: Side, *plans: Plan, now: datetime, limits=TIGHT) -> None:
    """A run with nothing new writes nothing, and no box stays ticked."""
    body, count = side.body, len(side.requests)
    side.fake.service.requests.clear()
    side.run(*plans, now=now, limits=limits)
    writes = [r for r in side.fake.service.requests if r.method != "GET" and not r.path.endswith("graphql")]
    assert (writes, side.body, len(side.requests)) == ([], body, count)
    assert "[x]" not in body


def test_approve_opens_it_once(side, limited) -> None:
    side.tick("approve", limited[1])

    done = side.run(*limited, now=LATER)

    assert done[limited[1].id].action == "opened"
    assert side.sections() == ["Open (2)"]
    rests(side, *limited, now=LATER)


def test_snooze_and_wake(side, limited) -> None:
    held = limited[1]
    side.tick("snooze", held)
    assert side.run(*limited, now=LATER)[held.id].hold == "snoozed"
    assert side.sections() == ["Open (1)", "Snoozed (1)"]
    rests(side, *limited, now=LATER, limits={})

    side.tick("wake", held)
    assert side.run(*limited, now=LATER, limits={})[held.id].action == "opened"
    assert side.sections() == ["Open (2)"]
    rests(side, *limited, now=LATER, limits={})


def test_retry_passes_the_limits(side, limited, monkeypatch) -> None:
    held = limited[1]
    with monkeypatch.context() as patch:
        patch.setattr("remediator.deliver.pulls.commit_plan", lambda *_: 1 / 0)
        side.run(*limited, limits={})
    assert "Errored (1)" in side.sections()
    side.tick("retry", held)

    assert side.run(*limited, now=LATER)[held.id].action == "opened"

    assert side.sections() == ["Open (2)"]
    rests(side, *limited, now=LATER)


def test_rebuild_goes_over_what_others_committed(side, limited, upstream) -> None:
    plan = limited[0]
    branch = f"remediator/ebs-gp3/{plan.id}"
    ours = upstream.branches()[branch]
    upstream.check_out(branch)
    upstream.commit({"notes.md": "mine\n"}, branch)
    upstream.git("checkout", "--quiet", "main")
    side.run(*limited, now=LATER)
    assert upstream.branches()[branch] != ours
    side.tick("rebuild", plan)

    done = side.run(*limited, now=LATER)

    assert (done[plan.id].action, upstream.branches()[branch]) == ("rebuilt", ours)
    rests(side, *limited, now=LATER)


def test_ask_opens_what_was_declined_once_more(side, limited) -> None:
    plan = limited[0]
    if side.field == "description":
        side.fake.set_state(1, "closed")
    else:
        side.fake.close(1)
    tight = {"open_per_repo": 1, "breaker_declines": 9}
    side.run(*limited, now=LATER, limits=tight)
    assert "Declined (1)" in side.sections()
    side.tick("ask", plan)

    done = side.run(*limited, now=LATER, limits=tight)

    assert (done[plan.id].action, len(side.requests)) == ("opened", 2)
    assert side.sections() == ["Limited (1)", "Open (1)"]
    rests(side, *limited, now=LATER, limits=tight)


def test_ask_opens_one_of_several_that_were_declined_together_alone(side) -> None:
    plans = [side.desk.plan("a"), side.desk.plan("b")]
    together = {"group_by": "root"}
    side.run(*plans, limits={}, requests=together)
    assert len(side.requests) == 1
    if side.field == "description":
        side.fake.set_state(1, "closed")
    else:
        side.fake.close(1)
    side.run(*plans, now=LATER, limits={}, requests=together)
    assert side.sections() == ["Declined (2)"]
    side.tick("ask", plans[0])

    done = side.run(*plans, now=LATER, limits={}, requests=together)

    assert [done[plan.id].action for plan in plans] == ["opened", "held"]
    assert side.sections() == ["Open (1)", "Declined (1)"]
    done = side.run(*plans, now=LATER, limits={}, requests=together)
    assert ([done[plan.id].action for plan in plans], len(side.requests)) == (["kept", "held"], 2)


def test_two_runs_at_once_act_on_a_tick_once(side, limited) -> None:
    side.tick("approve", limited[1])
    plans = tuple(limited)

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(side.run, *plans, now=LATER, state=name) for name in ("one", "two")]
        done = [run.exception() or run.result() for run in runs]

    assert len(side.requests) == 2, done
    side.run(*plans, now=LATER)
    assert (len(side.requests), len(side.issues), side.sections()) == (2, 1, ["Open (2)"])


def test_text_that_people_write_around_the_boxes_is_no_answer(side, limited) -> None:
    held = limited[1]
    notes = (
        f"Please look. approve={held.id}\n> - [x] <!-- approve={held.id} -->\n"
        f"    - [x] <!-- approve={held.id} -->\n- [x] approve {held.id}\n- [x] <!-- approve={'f' * 16} --> another\n"
    )
    side.write(f"{side.body}\n\n{notes}".replace("\n", "\r\n"))

    assert side.run(*limited, now=LATER)[held.id].action == "held"

    assert "Please look" not in side.body
    assert side.sections() == ["Limited (1)", "Open (1)"]
    rests(side, *limited, now=LATER)


def test_text_that_people_write_above_it_makes_no_second_dashboard(side, limited) -> None:
    side.tick("approve", limited[1])
    side.write(f"# Ours\r\n\r\nAsk Al first.\r\n{side.body}")

    assert side.run(*limited, now=LATER)[limited[1].id].action == "opened"

    assert (len(side.issues), side.sections()) == (1, ["Open (2)"])
    rests(side, *limited, now=LATER)


def test_a_dashboard_that_a_stranger_wrote_is_not_read(side, limited) -> None:
    held = limited[1]
    [ours] = side.issues
    stranger = {"id": 7, "login": "mallory"} if side.field == "body" else {**side.fake.users[1]}
    key = "user" if side.field == "body" else "author"
    theirs = {**ours, key: {**ours[key], **stranger}}
    theirs[side.field] = ours[side.field].replace("[ ] <!-- approve", "[x] <!-- approve")
    everything = side.fake.issues if side.field == "description" else side.fake.pulls
    number = len(everything) + 1
    everything.append(theirs | ({"iid": number} if side.field == "description" else {"number": number}))

    assert side.run(*limited, now=LATER)[held.id].action == "held"
    assert "[x]" in side.issues[1][side.field]
