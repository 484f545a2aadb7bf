"""`kill -9` of a writer, at every statement and at any time, beside another writer."""

import random
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

COMMON = """
import os, signal, sys
from dataclasses import replace
from pathlib import Path
from sqlalchemy import event
from remediator.ledger.ledger import open_ledger
from remediator.model import Outcome, Route, Status, Target

def version(n, plan_id="aaaa"):
    targets = tuple(Target("a", "r", f"i-{n}", None, "n", n) for _ in range(3))
    marks = (f"f{n}", f"g{n}")
    return Outcome(plan_id, marks, f"rule{n}", "infra", (f"x{n}",), targets, Route.TICKET, Status.OPENED, str(n))
"""

KILL_AT_EVERY_STATEMENT = (
    COMMON
    + """
state = Path(sys.argv[1])
for fatal in range(1, 200):
    with open_ledger(None, state) as ledger:
        ledger.save(version(0))
    victim = os.fork()
    if victim == 0:
        statements = 0

        def count(*_):
            global statements
            statements += 1
            if statements == fatal:
                os.kill(os.getpid(), signal.SIGKILL)

        ledger = open_ledger(None, state)
        for moment in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(ledger._engine, moment, count)
        ledger.save(version(1))
        os._exit(0)
    _, status = os.waitpid(victim, 0)
    with open_ledger(None, state) as ledger:
        (now,) = ledger.outcomes()
        assert now in (version(0), version(1)), now
        if not os.WIFSIGNALED(status):
            assert now == version(1)
            print(fatal - 1)
            sys.exit(0)
sys.exit("never ended")
"""
)

KILL_AT_ANY_TIME = (
    COMMON
    + """
import random, time

def write_for_ever(state, plan_id, answers):
    with open_ledger(None, state) as ledger:
        for n in range(1_000_000):
            ledger.save(version(n, plan_id))
            os.write(answers, f"{n}\\n".encode())
            time.sleep(0.002)  # SQLite does not serve waiting writers in turn

waits = random.Random(int(sys.argv[2]))
for round in range(4):
    state = Path(sys.argv[1], str(round // 2))  # each folder is new once, and left by killed writers once
    writers = []
    for plan_id in ("one", "two"):
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)  # so that a writer whose reader failed ends too
            write_for_ever(state, plan_id, writing)
        os.close(writing)
        writers.append((plan_id, pid, os.fdopen(reading)))
    for _, _, answers in writers:
        assert answers.readline() == "0\\n"
    time.sleep(waits.uniform(0, 0.2))
    for _, pid, _ in writers:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    with open_ledger(None, state) as ledger:
        kept = {o.plan_id: o for o in ledger.outcomes()}
        assert ledger.save(version(round, "after"))
    for plan_id, _, answers in writers:
        last = int((answers.read().splitlines() or ["0"])[-1])
        assert kept[plan_id] in (version(last, plan_id), version(last + 1, plan_id)), (round, last, kept[plan_id])
    print(last)
"""
)


def run(script: str, *arguments: object) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT, timeout=120
    )
    assert done.returncode == 0, f"{arguments}: {done.stderr}"
    return done.stdout.splitlines()


def test_a_kill_at_any_statement_leaves_the_old_or_the_new_outcome(tmp_path: Path) -> None:
    assert int(run(KILL_AT_EVERY_STATEMENT, tmp_path)[0]) >= 15


def test_kills_at_any_time_lose_nothing_that_was_saved(tmp_path: Path) -> None:
    assert len(run(KILL_AT_ANY_TIME, tmp_path, random.randrange(10**6))) == 4
    for path in tmp_path.glob("*/ledger.sqlite"):
        connection = sqlite3.connect(path)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
