"""The ledger on a real PostgreSQL server, started for these tests where its programs are installed."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import pytest

from remediator.errors import RemediatorError
from remediator.ledger.ledger import Ledger
from remediator.model import Outcome, Status
from tests.postgresql import Postgresql


@pytest.fixture(scope="module")
def url(postgresql: Postgresql) -> str:
    """A database that the tests of this file share."""
    return postgresql.make()


def test_an_outcome_comes_back_as_it_was_saved(url: str, outcome: Callable[..., Outcome]) -> None:
    with Ledger.open(url) as ledger:
        assert ledger.save(outcome())
        assert not ledger.save(outcome())
    with Ledger.open(url) as again:
        assert again.outcomes() == (outcome(),)
        assert again.outcome(["bbbb"]) == outcome()
        assert again.open_pulls() == 1
        assert again.opened_since("infra", outcome().opened_at) == 1
        assert again.save(outcome(status=Status.DECLINED, targets=()))
        assert again.declined_in_a_row("idle_gpu", "infra") == 1


def test_writers_at_once_lose_nothing(url: str, outcome: Callable[..., Outcome]) -> None:
    with Ledger.open(url) as first, Ledger.open(url) as second:
        first.save(outcome(plan_id="shared", addresses=()))

        def work(number: int) -> None:
            ledger = (first, second)[number % 2]
            ledger.save(outcome(plan_id=f"new-{number // 2}"))
            ledger.revise("shared", lambda o: replace(o, addresses=(*o.addresses, str(number))))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(32)))
        kept = {o.plan_id: o for o in first.outcomes()}
        assert sorted(map(int, kept["shared"].addresses)) == list(range(32))
        assert sum(plan_id.startswith("new-") for plan_id in kept) == 16


def test_several_open_an_empty_database_at_once(postgresql: Postgresql) -> None:
    with ThreadPoolExecutor(4) as pool:
        for ledger in pool.map(Ledger.open, [postgresql.make()] * 4):
            assert ledger.outcomes() == ()
            ledger.close()


def test_one_of_two_machines_works_and_what_was_killed_holds_nobody_up(url: str) -> None:
    killed = (
        "import sys, os, signal; from datetime import timedelta; from remediator.ledger.ledger import Ledger\n"
        "with Ledger.open(sys.argv[1]) as ledger, ledger.leased(timedelta(seconds=3)):\n"
        "    print('held', flush=True); sys.stdin.readline(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", killed, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with Ledger.open(url) as ledger:
            time.sleep(3.5)  # longer than the lease, which is renewed
            with pytest.raises(RemediatorError, match="another run is at work"):
                ledger.leased().__enter__()
            process.communicate("\n")
            deadline = time.monotonic() + 60
            while True:
                try:
                    with ledger.leased():
                        break
                except RemediatorError:
                    assert time.monotonic() < deadline
                    time.sleep(0.1)


def test_of_many_at_once_one_has_the_lease(url: str) -> None:
    with ExitStack() as stack:
        ledgers = [stack.enter_context(Ledger.open(url)) for _ in range(8)]

        def take(ledger: Ledger) -> bool:
            try:
                stack.enter_context(ledger.leased())
            except RemediatorError:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(take, ledgers)) == 1
