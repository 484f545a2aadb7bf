"""A job whose disk is gone each time behaves as one whose disk stays."""

import json
import shutil
from typing import NoReturn

from remediator.cli.app import execute
from remediator.deliver.trackers.local import LocalTracker
from remediator.errors import RemediatorError
from remediator.ledger.ledger import open_ledger
from remediator.model import Status
from remediator.run import Only, rebuild_ledger

from .conftest import NOW, state


def answer(site, name: str, state: str) -> None:
    path = site.state_dir / "outbox" / name
    path.write_text(json.dumps(json.loads(path.read_text()) | {"state": state}))


def forget(site) -> None:
    """Lose the disk, but for the outbox, which is the platform here."""
    for path in site.state_dir.iterdir():
        if path.name != "outbox":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def outbox(site) -> dict:
    return {p.name: p.read_bytes() for p in (site.state_dir / "outbox").rglob("*.json")}


def statuses(site) -> dict:
    with open_ledger(None, site.state_dir) as ledger:
        return {o.reference: (o.status, o.rule, bool(o.targets)) for o in ledger.outcomes()}


def test_the_ledger_comes_back_with_declines(site) -> None:
    site.run()
    answer(site, "pulls/1.json", "closed")
    answer(site, "tickets/FIN-1.json", "closed")
    site.run(1)
    before = outbox(site)
    known = statuses(site)
    assert {r: s for r, (s, *_) in known.items()} == {
        "1": Status.DECLINED, "2": Status.OPENED, "FIN-1": Status.DECLINED,
    }  # fmt: skip

    forget(site)
    rebuilt = rebuild_ledger(site.config, now=NOW)

    assert (rebuilt.requests, rebuilt.tickets, rebuilt.failures) == (2, 1, ())
    assert {r: s for r, (s, *_) in statuses(site).items()} == {r: s for r, (s, *_) in known.items()}
    assert site.run(2).news == ()
    assert outbox(site) == before
    assert statuses(site) == known


def test_a_disk_that_is_gone_each_time_changes_nothing(site) -> None:
    site.run()
    before, branches = outbox(site), site.branches()

    for hour in range(1, 4):
        forget(site)
        summary = site.run(hour)
        assert (summary.news, summary.failures) == ((), ())

    assert (outbox(site), site.branches()) == (before, branches)


def test_what_one_run_leaves_out_comes_back_with_the_first_that_reads_it(site, make_repository) -> None:
    other = make_repository("other")
    other.commit({"main.tf": ""}, "Nothing (#1)")
    empty = site.tmp_path / "other.tfstate"
    empty.write_bytes(state({}, lineage="0ther"))
    site.repository("other", str(other.path), roots=[{"path": ".", "state": str(empty)}])
    site.run()
    known = statuses(site)
    forget(site)

    site.run(1, Only(repository="other"))
    assert set(statuses(site)) == {"FIN-1"}
    site.run(2, Only(rule="log_retention"))

    assert {r: s for r, (s, *_) in statuses(site).items()} == {r: s for r, (s, *_) in known.items()}
    assert not (site.state_dir / "unfilled.json").exists()


def test_a_run_without_delivering_asks_no_platform(site) -> None:
    site.run()
    forget(site)
    site.tables["run"]["deliver"] = False

    site.run(1)

    assert statuses(site) == {}


def test_it_is_a_command(site, tmp_path, capsys) -> None:
    site.run()
    forget(site)
    config = tmp_path / "config.toml"
    config.write_text(
        f'run = {{ state_dir = "{site.state_dir}" }}\n'
        'forges = { local = { kind = "local" } }\ntrackers = { local = { kind = "local" } }\n'
        f'[[repositories]]\nname = "infra"\nurl = "{site.upstream.path}"\nforge = "local"\ntracker = "local"\n'
    )

    assert execute(["ledger", "rebuild", "--config", str(config)]) == 0

    assert "Found 2 requests and 1 ticket of ours; 3 of them were new to the ledger." in capsys.readouterr().out
    assert execute(["ledger", "rebuild", "--config", str(config)]) == 0
    assert "Found 2 requests and 1 ticket of ours; the ledger knew them all." in capsys.readouterr().out
    assert len(statuses(site)) == 3


def test_while_a_tracker_does_not_answer_nothing_is_opened_and_the_ledger_stays_empty(site, monkeypatch) -> None:
    site.run()
    before, branches = outbox(site), site.branches()
    forget(site)

    def down(self: LocalTracker) -> NoReturn:
        raise RemediatorError("the tracker does not answer; try again later")

    with monkeypatch.context() as patched:
        patched.setattr(LocalTracker, "ours", down)
        for path in (site.state_dir / "outbox" / "pulls").iterdir():
            path.rename(site.state_dir.parent / path.name)  # the same, as if its plan had become one for a ticket
        summary = site.run(1)

    assert [f.reason for f in summary.failures] == ["the tracker does not answer; try again later"]
    assert list((site.state_dir / "outbox" / "pulls").iterdir()) == []
    assert statuses(site) == {}
    for path in site.state_dir.parent.glob("[0-9]*.*"):
        path.rename(site.state_dir / "outbox" / "pulls" / path.name)
    assert site.run(2).failures == ()
    assert (outbox(site), site.branches()) == (before, branches)
