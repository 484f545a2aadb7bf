"""A run killed at any write, and runs at the same time: one branch, one request, one ticket."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
import requests

from remediator import files
from remediator.deliver import branches
from remediator.deliver.markers import read_marker
from remediator.ledger.ledger import Ledger, open_ledger
from tests.deliver.grouped import grouped

WRITES = 14
"""Two plan files, a page of GitHub's listing, a push, seven requests, three entries in the ledger."""


class Killed(BaseException):
    """What no handler of errors may catch."""


class Fuse:
    """Kills right after the n-th write, which is as good as before the next; `blown`: there were so many."""

    def __init__(self, at: int) -> None:
        self.left, self.blown = at, False

    def count(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.blown = True
            raise Killed

    def around(self, write: Callable[..., object], counts: Callable[..., bool] = lambda *_, **__: True):
        def watched(*arguments: object, **named: object) -> object:
            if not counts(*arguments, **named):
                return write(*arguments, **named)
            done = write(*arguments, **named)
            self.count()
            return done

        return watched


@contextmanager
def fused(at: int, reads: bool = False) -> Iterator[Fuse]:
    """Kills after the n-th write, or with `reads` after the n-th of all that leaves this machine or is kept on it."""
    fuse = Fuse(at)
    with pytest.MonkeyPatch.context() as patch:
        send = fuse.around(requests.Session.send, lambda _, request, **__: reads or request.method != "GET")
        patch.setattr(requests.Session, "send", send)
        patch.setattr(files, "write", fuse.around(files.write))
        patch.setattr(branches, "push", fuse.around(branches.push))
        patch.setattr(Ledger, "save", fuse.around(Ledger.save))
        yield fuse


def killed_everywhere(desk, plans) -> Iterator[int]:
    """Deliver with a kill at the first write, then at the second, … until a run ends; each goes on from the last."""
    for at in range(1, 100):
        with fused(at) as fuse, suppress(Killed):
            desk.deliver(*plans)
        yield at
        if not fuse.blown:
            return
    raise AssertionError("the runs never end")


@pytest.mark.parametrize("where", ["desk", "hub", "lab"])
def test_runs_killed_at_one_write_after_the_other_leave_one_of_each(where: str, request, upstream) -> None:
    desk = request.getfixturevalue(where)
    plans = desk.plan("a"), desk.plan("b", doubts=("unsure",))

    kills = list(killed_everywhere(desk, plans))

    assert len(kills) > 3
    assert_one_of_each(desk, upstream, request, plans, where)


@pytest.mark.parametrize("at", range(1, WRITES + 2))
def test_a_run_killed_once_is_completed_by_the_next(at: int, request, upstream) -> None:
    desk = request.getfixturevalue("hub")
    plans = desk.plan("a"), desk.plan("b", doubts=("unsure",))
    with fused(at) as fuse, suppress(Killed):
        desk.deliver(*plans)
    assert fuse.blown == (at <= WRITES)

    desk.deliver(*plans)

    assert_one_of_each(desk, upstream, request, plans, "hub")
    github, jira = request.getfixturevalue("github"), request.getfixturevalue("jira")
    assert {label["name"] for label in github.pulls[0]["labels"]} == {"remediator", "ebs_gp3"}
    fields = jira.issues["FIN-1"]["fields"]
    assert (fields["assignee"], len(fields["attachment"])) == ({"accountId": "5b10a"}, 1)


def test_a_run_of_several_findings_as_one_is_killed_and_completed(hub, github, upstream) -> None:
    plans = [hub.plan(name) for name in "abc"]
    for at in range(1, 100):
        with fused(at) as fuse, suppress(Killed):
            grouped(hub, plans)
        if not fuse.blown:
            break

    assert at > 3
    [pull] = github.pulls
    assert set(upstream.branches()) == {"main", pull["head"]["ref"]}
    assert upstream.read(pull["head"]["ref"]).count("gp3") == 3
    assert {d.action for _, d in grouped(hub, plans)} == {"kept"}


def test_one_that_is_left_out_leaves_though_every_write_is_the_last_of_a_run(hub, github, upstream) -> None:
    a, b, c = (hub.plan(name) for name in "abc")
    grouped(hub, [a, b, c])
    [pull] = github.pulls
    pull["body"] = pull["body"].replace(f"- [ ] <!-- leave={b.id} -->", f"- [x] <!-- leave={b.id} -->")
    for at in range(1, 100):
        with fused(at) as fuse, suppress(Killed):
            done = grouped(hub, [a, b, c])
        if not fuse.blown:
            break

    assert at > 3
    assert (read_marker(pull["body"]).declined, len(github.pulls), pull["state"]) == ((b.id,), 1, "open")
    assert upstream.read(pull["head"]["ref"]).count("gp3") == 2
    assert {plan.id: d.action for plan, d in done} == {a.id: "kept", b.id: "held", c.id: "kept"}


CALLS = 15
"""Of one plan on GitLab: its file, two listings, the project, one whether it stands by now, six for people, the
push, the creation, the ledger."""


@pytest.mark.parametrize("at", range(1, CALLS + 2))
def test_a_run_killed_at_any_call_to_gitlab_is_completed_by_the_next(at: int, lab, gitlab, upstream) -> None:
    plan = lab.plan()
    with fused(at, reads=True) as fuse, suppress(Killed):
        lab.deliver(plan)
    assert fuse.blown == (at <= CALLS)

    lab.deliver(plan)

    assert set(upstream.branches()) == {"main", f"remediator/ebs-gp3/{plan.id}"}
    [request] = gitlab.requests
    assert request["labels"] == ["ebs_gp3", "remediator"]
    assert {user["username"] for user in request["reviewers"]} == {"alice", "Cy", "bob"}
    assert gitlab.service.writes == [f"POST {gitlab.service.requests[0].path}"]
    with open_ledger(None, lab.state_dir) as ledger:
        assert [o.reference for o in ledger.outcomes()] == ["1"]
    assert [d.action for d in lab.deliver(plan)] == ["kept"]


APP_CALLS = 15
"""Of one plan for a GitHub App: its file, the installation and a token, the listing and its page that is kept, a look
by the branch, who may read the repository, the branch's tip, the branch, the commit, whether a request stands, the
request, reviewers, labels, the ledger."""


@pytest.mark.parametrize("at", range(1, APP_CALLS + 2))
def test_a_run_killed_at_any_call_of_an_app_is_completed_by_the_next(at: int, app, github, upstream) -> None:
    plan = app.plan()
    app.clone()
    with fused(at, reads=True) as fuse, suppress(Killed):
        app.deliver(plan)
    assert fuse.blown == (at <= APP_CALLS)

    app.deliver(plan)

    branch = f"remediator/ebs-gp3/{plan.id}"
    assert set(upstream.branches()) == {"main", branch}
    assert upstream.bare_git("rev-list", "--count", f"main..{branch}") == "1"
    [pull] = github.pulls
    assert {label["name"] for label in pull["labels"]} == {"remediator", "ebs_gp3"}
    assert sum("createCommitOnBranch" in str(r.body) for r in github.service.requests) == 1
    assert [d.action for d in app.deliver(plan)] == ["kept"]


def assert_one_of_each(desk, upstream, request, plans, where: str) -> None:
    assert set(upstream.branches()) == {"main", f"remediator/ebs-gp3/{plans[0].id}"}
    if where == "hub":
        assert len(request.getfixturevalue("github").pulls) == 1
        assert list(request.getfixturevalue("jira").issues) == ["FIN-1"]
    elif where == "lab":
        assert len(request.getfixturevalue("gitlab").requests) == 1
        assert list(request.getfixturevalue("jira").issues) == ["FIN-1"]
    else:
        outbox = desk.state_dir / "outbox"
        assert sorted(p.name for p in outbox.glob("*/*.json")) == ["1.json", "FIN-1.json"]
        assert json.loads((outbox / "pulls" / "1.json").read_text())["plan_ids"] == [plans[0].id]
    with open_ledger(None, desk.state_dir) as ledger:
        assert {o.reference for o in ledger.outcomes()} == {"1", "FIN-1"}
    assert [d.action for d in desk.deliver(*plans)] == ["kept", "kept"]


def test_two_runs_at_once_with_one_state_make_one_of_each(desk, upstream) -> None:
    plans = desk.plan("a"), desk.plan("b", doubts=("unsure",))
    at_once([desk, desk], plans)

    outbox = desk.state_dir / "outbox"
    assert sorted(p.name for p in outbox.glob("*/*.json")) == ["1.json", "FIN-1.json"]
    assert len(upstream.branches()) == 2


def test_two_machines_at_once_make_one_pull_request(make_desk, github, upstream) -> None:
    desks = [make_desk("hub", state=state, github=github.service.url) for state in ("one", "two")]
    at_once(desks, (desks[0].plan("a"), desks[0].plan("b")))

    assert len(github.pulls) == 2
    assert len(upstream.branches()) == 3


def test_two_machines_at_once_make_one_merge_request(make_desk, gitlab, upstream) -> None:
    desks = [make_desk("lab", state=state, gitlab=gitlab.service.url) for state in ("one", "two")]
    at_once(desks, (desks[0].plan("a"), desks[0].plan("b")))

    assert len(gitlab.requests) == 2
    assert len(upstream.branches()) == 3


def at_once(desks, plans) -> None:
    barrier, done = threading.Barrier(len(desks)), []

    def run(desk) -> None:
        barrier.wait()
        done.extend(desk.deliver(*plans))

    threads = [threading.Thread(target=run, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {d.action for d in done} <= {"opened", "kept"}, done
    assert len(done) == len(desks) * len(plans)
