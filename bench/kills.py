"""A run of plans killed at its calls, and run again: what is there twice, what is lost, and what runs ask and write.

The run is a process of its own that delivers over real HTTP, and pushes by real git, to services on loopback that hold
what they are told. Once a service has carried out a call, and before it answers, the system kills the process and all
that it started. A second run then ends by itself, and what the services hold is compared with what they hold after two
runs that nobody killed. Every call of those is held to the services' own descriptions, where there are any.
"""

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import repeat
from pathlib import Path

from bench.kill_plans import NOW, code_of, plans_of
from bench.kill_run import Run, Runs, runner
from bench.kill_world import TOKEN, Event, Forge, Tracker, World, world
from bench.table import Row, missed
from remediator.config import Config
from remediator.ledger.ledger import open_ledger

PAIRS: tuple[tuple[Forge, Tracker], ...] = (("github", "jira cloud"), ("gitlab", "jira dc"))
LATER = timedelta(minutes=10)
SAYS = 20
"""Kills after which a sweep says how far it is."""


@dataclass
class Tally:
    """Of one service: calls at which a run was killed, and what was there twice or not at all after the next one."""

    killed: int = 0
    duplicates: int = 0
    losses: int = 0


def run(here: World, runs: Runs, job: Run, at: int = 0) -> list[Event]:
    """One run, killed at its `at`-th call, or never; the calls that were carried out."""
    events: list[Event] = []
    counting, known = threading.Lock(), threading.Event()
    processes: list[int] = []

    def heard(event: Event) -> None:
        with counting:
            events.append(event)
            if len(events) == at and known.wait(10):
                os.killpg(processes[0], signal.SIGKILL)

    def started(process: int) -> None:
        processes.append(process)
        known.set()

    here.on_event = heard
    code, failures = runs(job, started)
    here.on_event = lambda _: None
    if code != (-signal.SIGKILL if at else 0) or failures:
        raise SystemExit(f"a run to be killed at call {at} ended with {code} after {len(events)} calls: {failures}")
    return events


def swept(
    home: Path, pair: tuple[Forge, Tracker], many: int, points: int | None
) -> tuple[dict[str, Tally], list[Counter[str]]]:
    """The tallies of a forge and a tracker, and the calls of a first and a second run that nobody killed."""
    code = code_of(many)
    with world(home, *pair, code) as here, runner() as runs:
        plans = plans_of(code, here.upstream.branches()["main"])
        config = here.config(requests=max(1, many // 2 - 1))  # so that one waits, on the dashboard
        begin, again = (config, plans, NOW), (config, plans, NOW + LATER)
        here.fresh(held=True)
        first, second = run(here, runs, begin), run(here, runs, again)
        if here.problems:
            raise SystemExit(f"calls are not as the services describe them: {here.problems[:3]}")
        wanted, kept = here.holds(), _kept(config)
        tallies: dict[str, Tally] = {name: Tally() for name in pair}
        chosen = _sample(len(first), points)
        for done, at in enumerate(chosen):
            if done % SAYS == 0:
                print(f"{' and '.join(pair)}: {done} of {len(chosen)} kills", file=sys.stderr, flush=True)
            here.fresh()
            killed = run(here, runs, begin, at)
            if killed[at - 1] != first[at - 1]:
                raise SystemExit(f"call {at} was {killed[at - 1].name}, and {first[at - 1].name} in the first run")
            run(here, runs, again)
            tallies[first[at - 1].service].killed += 1
            for name, tally in tallies.items():
                twice, lost = compared(wanted[name], here.holds()[name])
                if twice or lost:
                    print(f"killed at call {at}, {first[at - 1].name}: twice {twice}, lost {lost}", flush=True)
                tally.duplicates += len(twice)
                tally.losses += len(lost)
            if (now := _kept(config)) != kept:
                raise SystemExit(f"killed at call {at}, the ledger keeps {now - kept} and not {kept - now}")
    return tallies, [Counter(map(_kind, events)) for events in (first, second)]


def _swept_apart(
    pair: tuple[Forge, Tracker], many: int, points: int | None
) -> tuple[dict[str, Tally], list[Counter[str]]]:
    with tempfile.TemporaryDirectory() as scratch:
        return swept(Path(scratch), pair, many, points)


def _kept(config: Config) -> Counter[tuple[str, str, bool]]:
    with open_ledger(None, config.run.state_dir) as ledger:
        return Counter((o.plan_id, o.status.value, o.reference is not None) for o in ledger.outcomes())


def compared(wanted: Sequence[tuple[str, object]], there: Sequence[tuple[str, object]]) -> tuple[list[str], list[str]]:
    """What is there more often than it is wanted, and what is not there, or not as it is wanted, by name."""
    names, found = Counter(name for name, _ in wanted), Counter(name for name, _ in there)
    halves = [name for name, shown in wanted if name in found and (name, shown) not in there]
    return sorted((found - names).elements()), sorted([*(names - found).elements(), *halves])


def _sample(calls: int, points: int | None) -> list[int]:
    """The calls to be killed at, from 1: all of them, or so many over the whole run."""
    if points is None or points >= calls:
        return list(range(1, calls + 1))
    return sorted({1 + at * (calls - 1) // max(1, points - 1) for at in range(points)})


def _points(text: str) -> int | None:
    if text == "all":
        return None
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError("write a number of calls, or all")
    return int(text)


def _kind(event: Event) -> str:
    return f"{event.service} {'writes' if event.writes else 'reads'}"


def options() -> argparse.ArgumentParser:
    """What the bench can be asked for: how many plans, and at how many calls to kill."""
    made = argparse.ArgumentParser(prog="python -m bench.kills", description=__doc__)
    made.add_argument("--plans", type=int, default=30)
    made.add_argument(
        "--points", type=_points, help="kill at so many calls of each run, spread over all of it; at all by default"
    )
    return made


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print the kills by service, and the calls of the runs that nobody killed; both beside their aims."""
    chosen = options().parse_args(arguments)
    os.environ |= {"KILLS_TOKEN": TOKEN, "KILLS_USER": "bot"}
    tallies: dict[str, Tally] = {}
    calls: list[Counter[str]] = [Counter(), Counter()]
    begun = time.perf_counter()
    with ProcessPoolExecutor(len(PAIRS)) as pool:
        for found, made in pool.map(_swept_apart, PAIRS, repeat(chosen.plans), repeat(chosen.points)):
            tallies |= found
            calls = [before + more for before, more in zip(calls, made, strict=True)]
    took, where = time.perf_counter() - begun, f"{chosen.points} calls at most" if chosen.points else "every call"
    print(f"two runs of {chosen.plans} plans, each killed at {where} and run again, in {took:,.0f} s")
    print(f"{'':14}{'points killed':>14}{'duplicates':>12}{'losses':>8}")
    for name, tally in tallies.items():
        print(f"{name:14}{tally.killed:>14}{tally.duplicates:>12}{tally.losses:>8}")
    print(f"\ncalls{'':9}{'first run':>20}{'second run':>20}")
    print(f"{'':14}{'reads':>10}{'writes':>10}{'reads':>10}{'writes':>10}")
    for name in tallies:
        counts = [made[f"{name} {kind}"] for made in calls for kind in ("reads", "writes")]
        print(f"{name:14}{''.join(f'{count:>10}' for count in counts)}")
    killed = sum(tally.killed for tally in tallies.values())
    wrong = sum(tally.duplicates + tally.losses for tally in tallies.values())
    again = sum(calls[1][f"{name} writes"] for name in tallies)
    return (
        Row("kills: twice or lost", f"{wrong} after {killed:,} kills", "none", wrong == 0),
        Row("kills: writes of a second run", str(again), "none", again == 0),
    )


if __name__ == "__main__":
    raise SystemExit(missed(measured()))
