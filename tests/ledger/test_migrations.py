"""A ledger of each older version, with rows in it, brought up to this one on each database."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from remediator.ledger.ledger import Ledger
from remediator.ledger.tables import SCHEMA_VERSION, Base
from remediator.model import Outcome, Route, Status, Target

from .older import SCHEMAS, write

ROOT = Path(__file__).parents[2]
OPENED_AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
MERGED_AT = datetime(2026, 11, 4, 12, 0, 0, 250, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Gives a database that nothing is in yet, one at a time."""
    if request.param == "postgresql":
        made: Callable[[], str] = request.getfixturevalue("postgresql").make
        return made
    names = iter(range(1000))
    return lambda: f"sqlite:///{tmp_path / f'{next(names)}.sqlite'}"


def expected(version: int) -> tuple[Outcome, Outcome]:
    """What a ledger of that version says, in the words of this one."""
    merged = Outcome(
        plan_id="aaaa",
        fingerprints=("aaaa",),
        rule="idle_gpu",
        repository="infra",
        addresses=("aws_instance.x",),
        targets=(Target("ml-dev", "us-east-1", "i-1", "aws_instance.x", "iops", 3000),),
        route=Route.PULL_REQUEST,
        status=Status.MERGED,
        reference="aaaa",
        opened_at=OPENED_AT,
        merged_at=MERGED_AT,
    )
    opened = replace(
        merged, plan_id="bbbb", fingerprints=("bbbb", "cccc"), targets=(), status=Status.OPENED, reference="bbbb",
        merged_at=None,
    )  # fmt: skip
    if version >= 4:
        until, cost = datetime(2026, 12, 1, tzinfo=UTC), Decimal("12.40")
        merged = replace(merged, held=2, owners=("own-aaaa",), monthly=cost, snoozed_until=until)
        opened = replace(opened, held=2, owners=("own-bbbb",), monthly=cost, snoozed_until=until)
    if version >= 5:
        merged, opened = (replace(one, beside="FIN-1", linked=True) for one in (merged, opened))
    return merged, opened


def columns(url: str) -> dict[str, set[str]]:
    engine = sa.create_engine(url)
    try:
        inspector = sa.inspect(engine)
        return {t: {c["name"] for c in inspector.get_columns(t)} for t in inspector.get_table_names()}
    finally:
        engine.dispose()


@pytest.mark.parametrize("version", SCHEMAS)
def test_what_an_older_ledger_holds_is_kept_and_can_be_written_to(version: int, make: Callable[[], str]) -> None:
    url = make()
    write(url, version)

    with Ledger.open(url) as ledger:
        assert ledger.outcomes() == expected(version)
        assert ledger.open_pulls() == 1
        assert ledger.open_pulls("own-bbbb") == (1 if version >= 4 else 0)
        assert ledger.dashboards() == ({"infra"} if version >= 5 else set())
        full = replace(
            expected(version)[1], owners=("one", "two"), monthly=Decimal("1.5"), beside="FIN-9", linked=True, held=1,
            pending="gone", snoozed_until=MERGED_AT,
            targets=(Target("a", "r", "i-2", None, None, None, "envs/dev", "prod", "aws_instance"),),
        )  # fmt: skip
        assert ledger.save(full)
    with Ledger.open(url) as again:
        assert again.outcomes() == (expected(version)[0], full)
        assert again.open_pulls("two") == 1
        with again.leased():
            assert again.is_held

    assert SCHEMAS[-1] + 1 == SCHEMA_VERSION  # else one is missing here
    for table, meant in Base.metadata.tables.items():
        assert {column.name for column in meant.columns} <= columns(url)[table]


MIGRATE = """
import sys
from remediator.ledger.ledger import Ledger
print("ready", flush=True)
sys.stdin.readline()
with Ledger.open(sys.argv[1]) as ledger:
    print(len(ledger.outcomes()), flush=True)
"""


@pytest.mark.parametrize("version", [1, 5])
def test_processes_that_open_an_older_ledger_at_once_bring_it_up_once(version: int, make: Callable[[], str]) -> None:
    url = make()
    write(url, version)
    command = [sys.executable, "-c", MIGRATE, url]
    started = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    for process in started:  # none of them waits for another to have begun
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in started:
        said, wrong = process.communicate(timeout=60)
        assert (process.returncode, said) == (0, "2\n"), wrong

    with Ledger.open(url) as ledger:
        assert ledger.outcomes() == expected(version)


KILLED = """
import os, signal, sys
import sqlalchemy as sa
from sqlalchemy import event
from remediator.ledger.ledger import Ledger

url, before = sys.argv[1], int(sys.argv[2])
for fatal in range(1, 500):
    victim = os.fork()
    if victim == 0:
        done = 0

        def count(*_):
            global done
            done += 1
            if done == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

        for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(sa.Engine, moment, count)
        Ledger.open(url).close()
        os._exit(0)
    _, status = os.waitpid(victim, 0)
    if os.WIFSIGNALED(status):
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT version FROM ledger_schema").scalar_one() == before, fatal
            assert "owners" not in sa.inspect(connection).get_table_names()
        engine.dispose()
    else:
        assert status == 0
        print(fatal - 1)
        sys.exit(0)
sys.exit("never ended")
"""


@pytest.mark.parametrize("version", [1, 5])
def test_a_kill_at_any_statement_leaves_the_older_ledger_as_it_was(version: int, make: Callable[[], str]) -> None:
    url = make()
    write(url, version)

    command = [sys.executable, "-c", KILLED, url, str(version)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=200)

    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 10  # the statements that it was killed at
    with Ledger.open(url) as ledger:
        assert ledger.outcomes() == expected(version)
