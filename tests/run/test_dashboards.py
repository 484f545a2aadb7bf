"""The dashboard over whole runs: what waits stands there, and a tick is acted on once."""

import json
import re

import pytest


def dashboard(site) -> dict:
    [path] = (site.state_dir / "outbox" / "issues").glob("*.json")
    return json.loads(path.read_text()) | {"path": path}


def tick(site, verb: str) -> str:
    there = dashboard(site)
    body, count = re.subn(rf"\[ \] <!-- {verb}=", f"[x] <!-- {verb}=", there["body"], count=1)
    assert count == 1, there["body"]
    path = there.pop("path")
    path.write_text(json.dumps(there | {"body": body}))
    return re.search(rf"\[x\] <!-- {verb}=([0-9a-f]{{16}})", body)[1]


def sections(site) -> list[str]:
    return re.findall(r"^### (.+)$", dashboard(site)["body"], re.MULTILINE)


def outbox(site) -> dict:
    return {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in (site.state_dir / "outbox").rglob("*.json")}


@pytest.fixture
def limited(site):
    site.tables["limits"]["open_per_repo"] = 1
    return site


def test_what_a_limit_holds_back_is_approved_by_a_tick(limited) -> None:
    first = limited.run()
    assert sections(limited) == ["Limited (1)", "Open (1)"]
    assert first.failures == ()

    before = outbox(limited)
    limited.run(1)
    assert outbox(limited) == before

    plan = tick(limited, "approve")
    opened = limited.run(2)

    assert [p.id for p, _ in opened.news] == [plan]
    assert sections(limited) == ["Open (2)"]
    assert "[x]" not in dashboard(limited)["body"]
    before = outbox(limited)
    assert limited.run(3).news == ()
    assert outbox(limited) == before


def test_what_is_snoozed_is_quiet_until_it_is_woken(limited) -> None:
    limited.run()
    plan = tick(limited, "snooze")
    limited.tables["limits"]["open_per_repo"] = 5

    assert limited.run(1).news == ()
    assert sections(limited) == ["Open (1)", "Snoozed (1)"]
    assert limited.run(2).news == ()

    tick(limited, "wake")
    assert [p.id for p, _ in limited.run(3).news] == [plan]
    assert sections(limited) == ["Open (2)"]


def test_a_decline_is_taken_back_by_a_tick_even_without_a_ledger(site) -> None:
    site.run()
    path = site.state_dir / "outbox" / "pulls" / "1.json"
    path.write_text(path.read_text().replace('"state": "open"', '"state": "closed"'))
    site.run(1)
    assert sections(site) == ["Open (1)", "Declined (1)"]

    tick(site, "ask")
    for ledger in site.state_dir.glob("ledger.sqlite*"):
        ledger.unlink()
    again = site.run(2)

    assert [d.reference for _, d in again.news] == ["3"]
    assert sections(site) == ["Open (2)"]
    for ledger in site.state_dir.glob("ledger.sqlite*"):
        ledger.unlink()
    assert site.run(3).news == ()


def test_a_plan_that_fails_stands_there_until_it_does_not(site, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> None:
        raise ZeroDivisionError("by zero")

    with monkeypatch.context() as patch:
        patch.setattr("remediator.deliver.pulls.commit_plan", explode)
        site.run()
    assert sections(site) == ["Errored (2)"]

    assert len(site.run(1).news) == 2
    assert sections(site) == ["Open (2)"]


def test_without_a_dashboard_none_is_written(limited) -> None:
    limited.tables["limits"]["dashboard"] = False

    limited.run()

    assert not (limited.state_dir / "outbox" / "issues").exists()
