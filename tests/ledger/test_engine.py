import sqlite3
from pathlib import Path
from threading import Timer

import pytest

from remediator.errors import ConfigError, RemediatorError
from remediator.ledger.ledger import Ledger, open_ledger
from remediator.model import Target


def test_a_ledger_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    open_ledger(None, tmp_path).close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("UPDATE ledger_schema SET version = 7")
    connection.close()
    with pytest.raises(RemediatorError, match="schema version 7, and this remediator knows up to 6; upgrade"):
        open_ledger(None, tmp_path)


def test_a_ledger_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    open_ledger(None, tmp_path).close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        for column in ("pending", "held", "snoozed_until", "monthly", "beside", "linked"):
            connection.execute(f"ALTER TABLE outcomes DROP COLUMN {column}")
        connection.execute(
            "INSERT INTO outcomes (plan_id, rule, route, status, addresses) VALUES ('p', 'r', 'ticket', 'opened', '[]')"
        )
        connection.execute("ALTER TABLE targets DROP COLUMN root")
        connection.execute("ALTER TABLE targets DROP COLUMN workspace")
        connection.execute("ALTER TABLE targets DROP COLUMN kind")
        connection.execute("INSERT INTO targets VALUES ('p', 0, 'a', 'r', 'i-1', 'aws_instance.x', 'type', '1')")
        connection.execute("UPDATE ledger_schema SET version = 1")
    connection.close()
    with open_ledger(None, tmp_path) as ledger:
        (outcome,) = ledger.outcomes()
    assert (outcome.held, outcome.pending, outcome.monthly) == (0, None, None)
    assert outcome.targets == (Target("a", "r", "i-1", "aws_instance.x", "type", 1),)


def test_an_owner_of_an_older_ledger_is_still_counted(tmp_path: Path) -> None:
    open_ledger(None, tmp_path).close()
    with sqlite3.connect(tmp_path / "ledger.sqlite") as connection:
        connection.execute("ALTER TABLE outcomes ADD COLUMN owner TEXT")
        connection.execute(
            "INSERT INTO outcomes (plan_id, rule, route, status, addresses, owner, held, linked) "
            "VALUES ('p', 'r', 'pull request', 'opened', '[]', 'aaaa', 0, 0)"
        )
        connection.execute("UPDATE ledger_schema SET version = 5")
    connection.close()
    with open_ledger(None, tmp_path) as ledger:
        assert [outcome.owners for outcome in ledger.outcomes()] == [("aaaa",)]
        assert (ledger.open_pulls("aaaa"), ledger.open_pulls("bbbb")) == (1, 0)


def test_the_journal_survives_a_kill_and_lets_readers_in(tmp_path: Path) -> None:
    open_ledger(None, tmp_path).close()
    connection = sqlite3.connect(tmp_path / "ledger.sqlite")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_new_ledger_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "ledger.sqlite", isolation_level=None, check_same_thread=False)
    other.executescript("CREATE TABLE t (x); BEGIN; SELECT * FROM t;")
    other.execute("INSERT INTO t VALUES (1)")
    done = Timer(0.3, lambda: other.execute("COMMIT"))
    done.start()
    with open_ledger(None, tmp_path) as ledger:
        assert ledger.outcomes() == ()
    done.join()
    other.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"not a database, and long enough to be read as one" * 20)
    with pytest.raises(RemediatorError, match=r"ledger.sqlite cannot be used: file is not a database"):
        open_ledger(None, tmp_path)


def test_a_state_dir_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RemediatorError, match=r"run\.state_dir"):
        open_ledger(None, tmp_path / "file" / "state")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("no url", "run.ledger is not a database URL"),
        ("mysql://user:hunter2@host/db", "'mysql' is not supported"),
        ("postgresql+nosuchdriver://user:hunter2@host/db", "install remediator"),
    ],
)
def test_a_url_that_cannot_be_used_is_a_configuration_error(url: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence) as caught:
        Ledger.open(url)
    assert "hunter2" not in str(caught.value)


def test_a_database_that_cannot_be_reached_is_named_without_its_password() -> None:
    pytest.importorskip("psycopg", reason="the postgres extra is not installed")
    with pytest.raises(RemediatorError, match=r"127\.0\.0\.1:1/db cannot be used") as caught:
        Ledger.open("postgresql+psycopg://user:hunter2@127.0.0.1:1/db")
    assert "hunter2" not in str(caught.value)
