"""Runs that are killed, run at the same time, or meet a planner or a forge that fails."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from shutil import rmtree

import pytest
from filelock import FileLock

from remediator.errors import RemediatorError
from remediator.registry import load_planners
from remediator.run import verify

DELIVERED = ["pulls/1.json", "pulls/2.json", "tickets/FIN-1.json"]
PROGRAM = """
import json, sys
from datetime import datetime
from remediator.config import Config
from remediator.run import run
run(Config.model_validate(json.loads(sys.argv[1])), now=datetime.fromisoformat(sys.argv[2]), progress=lambda _: None)
"""
INSTANTS: dict[str, Callable[..., bool]] = {
    "the clone is begun": lambda site: (site.state_dir / "clones").exists(),
    "the clone is whole": lambda site: (site.state_dir / "clones" / "infra.git").exists(),
    "a plan file is written": lambda site: any((site.state_dir / "plans").glob("*")),
    "a branch is pushed": lambda site: any(site.upstream.path.glob(".git/refs/heads/remediator/*/*")),
    "a pull request is opened": lambda site: any((site.state_dir / "outbox" / "pulls").glob("*")),
    "a ticket is opened": lambda site: any((site.state_dir / "outbox" / "tickets").glob("*")),
}


def killed(site, now: str, instant: Callable[..., bool]) -> bool:
    """Start a run in a process of its own and kill it as soon as an instant is come; False where it ended before."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps(site.tables), now],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )
    while process.poll() is None and not instant(site):
        time.sleep(0.0005)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait(10) == -signal.SIGKILL


def assert_one_of_each(site, summary) -> None:
    """One branch, one pull request or ticket, and one entry in the ledger for each plan."""
    assert sorted(site.delivered()) == DELIVERED
    plans = [p.id for p, _ in summary.plans]
    assert len(plans) == 3
    requests = Counter(i for r in site.delivered().values() for i in r.get("plan_ids", ()))
    assert set(requests.values()) <= {1}
    assert {b.rpartition("/")[2] for b in site.branches()} == {p.id for p, _ in summary.plans if p.edits}
    assert Counter(o.plan_id for o in summary.outcomes) == Counter(plans)
    assert {o.reference for o in summary.outcomes} == {"1", "2", "FIN-1"}


@pytest.mark.parametrize("instant", INSTANTS)
def test_a_run_that_is_killed_is_completed_by_the_next(instant: str, site) -> None:
    now = "2026-01-01T00:00:00+00:00"
    # after the last request so little is left to do that a run may end before it is killed
    assert killed(site, now, INSTANTS[instant]) or instant == "a ticket is opened"

    summary = site.run()

    assert summary.failures == ()
    assert_one_of_each(site, summary)
    assert site.run(1).news == ()


def test_a_second_run_at_the_same_time_says_so_and_leaves_the_first_alone(site) -> None:
    with FileLock(site.state_dir / "lock"):
        for start in (site.run, lambda: verify(site.config, now=datetime.now(UTC))):
            with pytest.raises(RemediatorError, match=r"another run is at work on .*; wait for it, or give this one"):
                start()

    assert site.delivered() == {}
    assert site.run().failures == ()


def test_a_planner_that_raises_is_named_and_the_others_are_heard(site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(estate: object, context: object) -> None:
        raise KeyError("no such type")

    def with_a_broken_one(*arguments):
        return [replace(p, plan=broken) if p.rule == "idle_gpu" else p for p in load_planners(*arguments)]

    monkeypatch.setattr("remediator.run.load_planners", with_a_broken_one)

    summary = site.run()

    (failure,) = summary.failures
    assert failure.unit == "planner idle_gpu"
    assert "KeyError" in failure.reason
    assert {u["unit"]: u["fate"] for u in site.written()["units"]}["planner idle_gpu"] == "failed"
    assert sorted(site.delivered()) == DELIVERED


def test_a_missing_token_fails_the_pull_requests_and_nothing_else(site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACME_GITHUB_TOKEN", raising=False)
    site.tables["forges"]["hub"] = {"kind": "github", "token_env": "ACME_GITHUB_TOKEN"}
    site.tables["repositories"][0] |= {"forge": "hub", "slug": "acme/infra"}

    summary = site.run()

    asked_for = ["infra dashboard", "plan", "plan", "rebuilding the ledger from infra"]
    assert sorted("plan" if f.unit.startswith("plan ") else f.unit for f in summary.failures) == asked_for
    assert {f.reason for f in summary.failures} == {
        "forges.hub needs a token in the environment variable ACME_GITHUB_TOKEN, which is not set"
    }
    assert {f["reason"] for f in site.written()["units"] if f["fate"] == "failed"} == {
        f.reason for f in summary.failures
    }
    assert sorted(site.delivered()) == ["tickets/FIN-1.json"]
    assert site.branches() == set()


def test_a_state_dir_that_cannot_be_written_is_named(site) -> None:
    rmtree(site.state_dir)
    site.state_dir.write_text("a file")

    with pytest.raises(RemediatorError, match=r"cannot be written .*; set run.state_dir"):
        site.run()
