import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from remediator.errors import RemediatorError
from remediator.ledger.ledger import Ledger, open_ledger
from remediator.model import Outcome, Route, Status, Target, Value

Make = Callable[..., Outcome]


def test_an_outcome_comes_back_as_it_was_saved(tmp_path: Path, outcome: Make) -> None:
    with open_ledger(None, tmp_path) as ledger:
        assert ledger.save(outcome())
    with open_ledger(None, tmp_path) as again:
        assert again.outcomes() == (outcome(),)
    assert (tmp_path / "ledger.sqlite").is_file()


@pytest.mark.parametrize("value", [None, "gp3", "", "3000", 3000, 0.5, True, False, (), ("a", "b")])
def test_a_target_keeps_the_type_of_its_value(ledger: Ledger, outcome: Make, value: Value) -> None:
    target = Target("ml-dev", "us-east-1", "vol-1", None, "x", value)
    ledger.save(outcome(targets=(target,)))
    (read,) = ledger.outcomes()
    assert read.targets == (target,)
    assert type(read.targets[0].value) is type(value)


def test_times_come_back_in_utc_and_need_a_zone(ledger: Ledger, outcome: Make) -> None:
    local = datetime(2026, 11, 3, 14, tzinfo=timezone(timedelta(hours=2)))
    ledger.save(outcome(opened_at=local))
    (read,) = ledger.outcomes()
    assert read.opened_at == local
    assert read.opened_at is not None and read.opened_at.tzinfo is UTC


def test_saving_again_replaces_all_of_it(ledger: Ledger, outcome: Make) -> None:
    ledger.save(outcome())
    shorter = outcome(fingerprints=("aaaa",), targets=outcome().targets[:1], addresses=(), status=Status.MERGED)
    assert ledger.save(shorter)
    assert ledger.outcomes() == (shorter,)
    assert ledger.outcome(["bbbb"]) is None


def test_saving_what_stands_writes_nothing(ledger: Ledger, outcome: Make, tmp_path: Path) -> None:
    ledger.save(outcome())
    watcher = sqlite3.connect(tmp_path / "ledger.sqlite")
    before = watcher.execute("PRAGMA data_version").fetchone()
    assert not ledger.save(outcome())
    assert watcher.execute("PRAGMA data_version").fetchone() == before
    assert ledger.save(outcome(status=Status.MERGED))
    assert watcher.execute("PRAGMA data_version").fetchone() != before
    watcher.close()


def test_an_outcome_is_found_by_any_of_its_fingerprints(ledger: Ledger, outcome: Make) -> None:
    ledger.save(outcome())
    assert ledger.outcome(["bbbb"]) == outcome()
    assert ledger.outcome(("zzzz", "aaaa")) == outcome()
    assert ledger.outcome(["zzzz"]) is None
    assert ledger.outcome([]) is None


def test_one_under_way_is_found_before_a_declined_one(ledger: Ledger, outcome: Make) -> None:
    late = outcome().opened_at + timedelta(days=1)
    ledger.save(outcome(plan_id="declined", fingerprints=("bbbb",), status=Status.DECLINED, opened_at=late))
    ledger.save(outcome())
    found = ledger.outcome(["bbbb"])
    assert found is not None and found.plan_id == "aaaa"


def test_of_two_under_way_the_later_is_found(ledger: Ledger, outcome: Make) -> None:
    ledger.save(outcome(plan_id="cccc", opened_at=outcome().opened_at + timedelta(seconds=1)))
    ledger.save(outcome())
    found = ledger.outcome(["aaaa"])
    assert found is not None and found.plan_id == "cccc"


def test_open_requests_are_counted_in_all_and_by_owner(ledger: Ledger, outcome: Make) -> None:
    ledger.save(outcome(plan_id="1", owners=("a" * 16,)))
    ledger.save(outcome(plan_id="2", status=Status.APPLIED, repository="other"))
    ledger.save(outcome(plan_id="3", status=Status.APPLIED, merged_at=datetime.now(UTC)))
    ledger.save(outcome(plan_id="4", status=Status.LIVE, owners=("a" * 16,)))
    ledger.save(outcome(plan_id="5", status=Status.PROPOSED))
    ledger.save(outcome(plan_id="6", route=Route.TICKET, owners=("a" * 16,)))
    assert ledger.open_pulls() == 2
    assert ledger.open_pulls("a" * 16) == 1
    assert ledger.open_pulls("b" * 16) == 0


def test_requests_opened_lately_are_counted_whatever_became_of_them(ledger: Ledger, outcome: Make) -> None:
    opened = outcome().opened_at
    ledger.save(outcome(plan_id="1", status=Status.DECLINED))
    ledger.save(outcome(plan_id="2", opened_at=opened - timedelta(microseconds=1)))
    ledger.save(outcome(plan_id="3", opened_at=None, status=Status.PROPOSED))
    ledger.save(outcome(plan_id="4", route=Route.TICKET))
    assert ledger.opened_since("infra", opened) == 1
    assert ledger.opened_since("infra", opened.astimezone(timezone(timedelta(hours=-8)))) == 1


def test_declines_are_counted_by_rule_and_repository_since_the_last_merge(ledger: Ledger, outcome: Make) -> None:
    at = outcome().opened_at
    declined = {"status": Status.DECLINED, "merged_at": None, "closed_at": at}
    ledger.save(outcome(plan_id="1", **declined))
    ledger.save(outcome(plan_id="2", route=Route.TICKET, **declined))
    ledger.save(outcome(plan_id="3", rule="ebs_gp3", **declined))
    ledger.save(outcome(plan_id="4", status=Status.SUPERSEDED, merged_at=None))
    assert ledger.declined_in_a_row("idle_gpu", "infra") == 2
    assert ledger.declined_in_a_row("ebs_gp3", "infra") == 1
    assert ledger.declined_in_a_row("ebs_gp3", "other") == 0

    ledger.save(outcome(plan_id="5", status=Status.LIVE, merged_at=at + timedelta(days=1)))
    assert ledger.declined_in_a_row("idle_gpu", "infra") == 0


def test_revising_sees_what_another_wrote(ledger: Ledger, outcome: Make) -> None:
    ledger.save(outcome())
    ledger.save(outcome(status=Status.MERGED))
    revised = ledger.revise("aaaa", lambda o: replace(o, reference=f"{o.status} 7"))
    assert revised == outcome(status=Status.MERGED, reference="merged 7")
    assert ledger.outcomes() == (revised,)
    assert ledger.revise("unknown", lambda o: o) is None


def test_revisions_from_many_threads_are_all_kept(ledger: Ledger, outcome: Make) -> None:
    ledger.save(outcome(addresses=()))

    def add(number: int) -> None:
        ledger.revise("aaaa", lambda o: replace(o, addresses=(*o.addresses, str(number))))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    (read,) = ledger.outcomes()
    assert sorted(map(int, read.addresses)) == list(range(40))


def test_a_revision_that_fails_changes_nothing(ledger: Ledger, outcome: Make) -> None:
    ledger.save(outcome())
    with pytest.raises(ZeroDivisionError):
        ledger.revise("aaaa", lambda o: replace(o, reference=str(1 // 0)))
    assert ledger.outcomes() == (outcome(),)


def test_text_that_is_no_unicode_is_refused_with_a_sentence(ledger: Ledger, outcome: Make) -> None:
    with pytest.raises(RemediatorError, match="not valid Unicode"):
        ledger.save(outcome(reference="\ud800"))
    assert ledger.outcomes() == ()
