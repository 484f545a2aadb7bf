"""Precision, recall and safety of the rules on generated estates: `python -m bench.truth.figures [--seeds N]`."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from bench.table import Row, shown
from bench.truth import sizes
from bench.truth.clock import LOOKBACK_DAYS
from bench.truth.estate import Estate, generate
from bench.truth.fleet_estate import FLEETS_OF, add_fleets
from bench.truth.leaving import Finding, hours_to_finding
from bench.truth.pipeline import wanted
from bench.truth.scoring import Judged, judged
from bench.truth.shapes import BY_NAME
from bench.truth.truth import Waste
from bench.truth.verdicts import Verdict

PRECISION = 0.98
RECALL = 0.90
HOURS = 25.0


@dataclass(slots=True)
class Tally:
    """Counts and dollars a month of one shape or one kind of waste."""

    resources: int = 0
    there: Decimal = Decimal(0)
    shown: Decimal = Decimal(0)
    by_request: Decimal = Decimal(0)
    by_ticket: Decimal = Decimal(0)
    of_shown: Decimal = Decimal(0)
    asked_about: Decimal = Decimal(0)
    requests: Counter[bool] = field(default_factory=Counter)
    tickets: Counter[bool] = field(default_factory=Counter)

    def add(self, found: Sequence[Judged], estate: Estate, id_: str) -> None:
        """One resource and what was wanted of it."""
        truth = estate.live[id_].truth
        self.resources += 1
        self.there += truth.monthly
        self.shown += truth.monthly if truth.shown else 0
        best = max((j.found for j in found if j.request), default=Decimal(0))
        self.by_request += best
        more = max((j.found for j in found), default=Decimal(0)) - best
        self.by_ticket += more
        self.of_shown += best + more if truth.shown else 0
        self.asked_about += truth.monthly if found and not any(j.claims for j in found) else 0
        for one in found:
            (self.requests if one.request else self.tickets)[one.stands] += one.claims


@dataclass(slots=True)
class Score:
    """All estates of a run."""

    shapes: dict[str, Tally] = field(default_factory=dict)
    wastes: dict[str, Tally] = field(default_factory=dict)
    judged: list[tuple[int, Judged]] = field(default_factory=list)
    experiments: Counter[tuple[bool, bool]] = field(default_factory=Counter)
    sizes: list[Verdict] = field(default_factory=list)

    def add(self, seed: int, estate: Estate, found: Iterable[Judged]) -> None:
        """The changes of one estate; of each experiment whether it is abandoned, and whether it was found as one."""
        found = list(found)
        wholes = {one.change.whole.name for one in found if one.change.whole is not None}
        self.experiments.update((left, name in wholes) for name, left in estate.abandoned.items())
        by_id: dict[str, list[Judged]] = {}
        for one in found:
            by_id.setdefault(one.live.resource.id, []).append(one)
            self.judged.append((seed, one))
        for id_, live in estate.live.items():
            own = by_id.get(id_, [])
            self.shapes.setdefault(live.shape, Tally()).add(own, estate, id_)
            self.wastes.setdefault(live.truth.waste or "nothing wasted", Tally()).add(own, estate, id_)


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print what was found by shape and by waste, every unsafe recommendation, and hand back the rows."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--machines", type=int, default=1000, help="in each estate; groups and volumes come on top")
    options.add_argument("--seeds", type=int, default=1, help="so many estates")
    options.add_argument("--seed", type=int, default=1, help="the first one's seed")
    options.add_argument("--trainers", type=int, default=8, help="watched hour by hour after their last run")
    options.add_argument("--days", type=int, default=LOOKBACK_DAYS, help="of look-back")
    options.add_argument("--groups", type=int, default=20, help="and endpoints, under each load (bench.truth.sizes)")
    options.add_argument("--only", action="append", default=[], metavar="SHAPE", choices=sorted(BY_NAME))
    options.add_argument("--false-alarms", action="store_true", help="also list each claim that does not stand")
    chosen = options.parse_args(arguments)
    only = tuple(BY_NAME[name] for name in chosen.only)
    score = Score()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(chosen.seed, chosen.seed + chosen.seeds):
            kept = Path(folder) / f"{seed}.sqlite"
            estate = generate(seed, chosen.machines, kept, only=only, days=chosen.days)
            if not only:
                add_fleets(estate, seed, round(chosen.machines * FLEETS_OF))
            found = wanted(
                estate.resources, estate.states, estate.known, kept, estate.clock.on, estate.now, estate.came
            )
            score.add(seed, estate, judged(estate, found))
            kept.unlink()
        score.sizes += [] if only else sizes.judged(chosen.groups, max(chosen.days, sizes.DAYS), chosen.seed)
        hours = hours_to_finding(chosen.seed, chosen.trainers, Path(folder), chosen.days)
    print(f"{chosen.seeds} estates of {chosen.machines:,} machines, seeds from {chosen.seed}; dollars a month\n")
    _print(score, chosen.false_alarms)
    return (*_rows(score), *_hour_rows(hours), Row("seconds for all of it", f"{time.perf_counter() - begun:.1f}"))


def _print(score: Score, false_alarms: bool) -> None:
    head = ("", "seen", "there", "shown", "request", "ticket", "requests", "stand", "tickets", "stand")
    print(f"{head[0]:<32}" + "".join(f"{word:>10}" for word in head[1:]))
    for tallies in (score.shapes, score.wastes):
        for name in sorted(tallies):
            t = tallies[name]
            counts = (t.requests.total(), t.requests[True], t.tickets.total(), t.tickets[True])
            dollars = (t.there, t.shown, t.by_request, t.by_ticket)
            cells = (f"{t.resources:,}", *(f"{amount:,.0f}" for amount in dollars), *(f"{n:,}" for n in counts))
            print(f"{name:<32}" + "".join(f"{cell:>10}" for cell in cells))
        print()
    for line in sizes.described(score.sizes):
        print(line)
    print()
    for seed, one in score.judged:
        grade = "request" if one.request else "ticket"
        what = f"seed {seed}, {one.live.shape}, {one.live.resource.id}, {one.change.rule}: {one.change.title}"
        if one.harm:
            told = "" if one.request or one.foretold else ", which no doubt foretells"
            print(f"UNSAFE {grade}{told}: {what}; {one.harm}")
        elif false_alarms and one.claims and not one.stands:
            back = one.live.truth.back
            again = "never again" if back is None else f"again in {back:.1f} hours"
            print(f"false {grade}: {what}; quiet for {one.live.truth.quiet:.1f} hours, works {again}")


def _rows(score: Score) -> tuple[Row, ...]:
    total = Tally()
    for tally in score.wastes.values():
        total.requests += tally.requests
        total.tickets += tally.tickets
        for name in ("there", "shown", "by_request", "by_ticket", "of_shown", "asked_about"):
            setattr(total, name, getattr(total, name) + getattr(tally, name))
    for one in score.sizes:
        total.there += one.there
        total.shown += one.there
        total.of_shown += one.found
        total.by_request += one.found if one.grade == "request" else 0
        total.by_ticket += one.found if one.grade == "question" else 0
    unsafe = Counter(one.request for _, one in score.judged if one.harm)
    bounds = Counter(one.harm is None for one in score.sizes if one.grade == "request")
    unsafe[True] += bounds[False]
    total.requests += bounds
    unforetold = sum(bool(one.harm) and not one.request and not one.foretold for _, one in score.judged)
    asked = Counter("judged" if one.what else "other" for _, one in score.judged if not one.claims)
    precision = _share(total.requests[True], total.requests.total())
    every = total.requests + total.tickets
    found = total.by_request + total.by_ticket
    recall = _share(total.of_shown, total.shown)
    ruled = [t for name, t in score.wastes.items() if name != Waste.IDLE]
    figure = f"${found:,.0f} of ${total.there:,.0f} a month (${total.by_request:,.0f} by pull request)"
    return (
        Row("unsafe recommendations, pull-request grade", f"{unsafe[True]}", "0", unsafe[True] == 0),
        Row("unsafe recommendations, tickets (each says its doubt)", f"{unsafe[False]}"),
        Row("of these such as no doubt of theirs foretells", f"{unforetold}", "0", unforetold == 0),
        Row(
            "precision, pull-request grade",
            f"{precision:.1%} of {total.requests.total():,}",
            ">= 98 %",
            precision >= PRECISION,
        ),
        Row("precision, with tickets", f"{_share(every[True], every.total()):.1%} of {every.total():,}"),
        Row("recall of the dollars that the evidence can show", f"{recall:.1%}", ">= 90 %", recall >= RECALL),
        Row("recall of all dollars, with those that no metric shows", f"{_share(found, total.there):.1%}"),
        Row("recall of all dollars, by pull request alone", f"{_share(total.by_request, total.there):.1%}"),
        Row("dollars behind tickets that ask for evidence", f"{_share(total.asked_about, total.there):.1%}"),
        Row("recall but for idle machines without accelerators", f"{_recall(ruled):.1%}"),
        Row("dollars found against dollars there", figure),
        sizes.dollars(score.sizes),
        Row(
            "experiments abandoned and found as one",
            f"{score.experiments[True, True]} of {score.experiments[True, True] + score.experiments[True, False]}",
        ),
        Row("experiments at work taken for abandoned", f"{score.experiments[False, True]}"),
        Row("tickets that ask for evidence and claim nothing", f"{asked['judged']:,}"),
        Row("changes that this bench has no truth for", f"{asked['other']:,}"),
    )


def _hour_rows(findings: Sequence[Finding]) -> tuple[Row, ...]:
    if not findings:
        return ()
    first = [f.first for f in findings if f.first is not None]
    request = [f.request for f in findings if f.request is not None]
    met = len(first) == len(findings) and max(first) <= HOURS
    many = f"of {len(findings)} trainers"
    return (
        Row(
            "hours from the end of the last run to its finding",
            f"{max(first, default=0):.1f} at most, {len(first)} {many}",
            "<= 25",
            met,
        ),
        Row(
            "the same, by pull request alone",
            f"{max(request, default=0):.1f} at most, {len(request)} {many} in 30 hours",
        ),
    )


def _recall(tallies: Iterable[Tally]) -> float:
    found = [(t.of_shown, t.shown) for t in tallies]
    return _share(sum(part for part, _ in found), sum(whole for _, whole in found))


def _share(part: Decimal | int, whole: Decimal | int) -> float:
    return float(part) / float(whole) if whole else 1.0


if __name__ == "__main__":
    sys.exit(shown(measured()))
