"""The process that the bench of kills forks runs from, so that nothing is imported anew, and the run itself."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from remediator.config import Config
from remediator.deliver.places import Places
from remediator.model import Plan
from remediator.run.codebase import read_codebase
from remediator.run.delivering import deliver_all
from remediator.run.keeping import opened_ledger, refilled
from remediator.run.owning import Owned


def work(config: Config, plans: Sequence[Plan], now: datetime) -> str:
    """Deliver as a run does once its plans are made; the failures, none of which there should be."""
    with opened_ledger(config) as ledger:
        codebase = {"infra": read_codebase(config.repositories[0], config)}
        places = Places(config, pace=0, sleep=lambda _: None)
        rebuilt = refilled(codebase, config, places, ledger, now, lambda _: None)
        done, failures = deliver_all(plans, ledger.outcomes(), codebase, config, ledger, places, now, Owned({}, {}))
    failed = [f"{d.plan_id}: {d.reason}" for _, d in done if d.action == "failed"]
    return "; ".join((*failed, *(f"{f.unit}: {f.reason}" for f in (*rebuilt.failures, *failures))))


Run = tuple[Config, Sequence[Plan], datetime]
Runs = Callable[[Run, Callable[[int], None]], tuple[int, str]]
"""Has a run worked, tells its process group, and answers with its exit code and its failures."""


@contextmanager
def runner() -> Iterator[Runs]:
    """Gives a function that has a run worked in a process group of its own, tells its id, and waits for its end.

    It answers with the exit code, negative where a signal ended it, and the failures.
    """
    command = [sys.executable, "-m", "bench.kill_run"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        jobs, answers = server.stdin, server.stdout
        assert jobs is not None and answers is not None  # both are pipes

        def one(job: Run, started: Callable[[int], None]) -> tuple[int, str]:
            pickle.dump(job, jobs)
            jobs.flush()
            started(pickle.load(answers))
            ended: tuple[int, str] = pickle.load(answers)
            return ended

        try:
            yield one
        finally:
            jobs.close()


def serve() -> None:
    """Fork a process for every run on standard input, and say how it ended."""
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            job = pickle.load(jobs)
        except EOFError:
            return
        told, tell = os.pipe()
        process = os.fork()
        if process == 0:
            os.setsid()
            os.write(tell, b"ready")
            os.write(tell, work(*job).encode()[:4096])
            os._exit(0)
        os.close(tell)
        os.read(told, 5)  # until then it is in no group of its own
        pickle.dump(process, answers)
        answers.flush()
        _, status = os.waitpid(process, 0)
        with os.fdopen(told, "rb") as words:
            pickle.dump((os.waitstatus_to_exitcode(status), words.read().decode()), answers)
        answers.flush()


if __name__ == "__main__":
    serve()
