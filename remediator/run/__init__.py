"""The pipeline: observe, trace, plan, edit, deliver, verify."""

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from remediator.config import Config
from remediator.deliver.places import Places
from remediator.deliver.rebuilding import Rebuilt
from remediator.deliver.standing import Delivered
from remediator.ledger.ledger import Ledger
from remediator.model import CallCount, Failure, Plan
from remediator.observe import catalogue
from remediator.registry import check_rules, load_planners
from remediator.run.asking import ask
from remediator.run.declining import unasked
from remediator.run.delivering import deliver_all
from remediator.run.excepting import notes_on, places_in, sift, waivers
from remediator.run.following import awaiting, follow, live_since, under_way
from remediator.run.keeping import delivering, opened_ledger, rebuild_ledger, refilled
from remediator.run.kpis import kpis
from remediator.run.launching import launches
from remediator.run.looking import Looked, Only, look
from remediator.run.owning import narrowed, read_own, taken
from remediator.run.planning import contested, make_plans
from remediator.run.reaching import reach
from remediator.run.settling import settle, sight_of
from remediator.run.stopping import stopped
from remediator.run.summary import Summary, write_summary
from remediator.run.weighing import Skipped, monthly, worth_delivering
from remediator.trace.addresses import key_of

__all__ = ["Only", "Rebuilt", "Summary", "rebuild_ledger", "run", "verify"]

_log = logging.getLogger(__name__)

Progress = Callable[[str], None]


def run(
    config: Config,
    *,
    now: datetime,
    deliver: bool | None = None,
    only: Only | None = None,
    progress: Progress = _log.info,
) -> Summary:
    """The whole job once: `now` is its time, `deliver` overrides the configuration, `progress` hears of each stage.

    Raises RemediatorError when another run is at work on the same state directory, and ConfigError for planners that
    cannot be loaded; everything smaller is a Failure in the summary.
    """
    if deliver is not None:
        config = delivering(config, deliver)
    only = only or Only()
    load_planners(config.planners, only.rule)  # a rule that is unknown or switched off is an error
    planners = load_planners(config.planners, None)
    check_rules(rule for exception in config.exceptions for rule in exception.rule)
    with opened_ledger(config) as ledger:
        looked = look(config, now, only, progress)
        config = looked.config
        places = Places(config)
        rebuilt = refilled(looked.codebases, config, places, ledger, now, progress)
        halted = stopped(config.run.state_dir, ledger) if config.run.deliver else None
        config = delivering(config, config.run.deliver and rebuilt.whole and halted is None)
        followed = follow(ledger, looked.estate, looked.sightings, looked.codebases, places, now, config.limits.snooze)
        progress(f"planning over {len(looked.estate.observations)} resources")
        known = ledger.outcomes()
        wanted, crashed = ask(planners, looked.estate, under_way(known), now, looked.priced.book, live_since(known))
        unread = (*looked.unread, *looked.left_out)
        waiting = awaiting(known, config, now)
        exceptions, where = waivers(config.exceptions), places_in(looked.codebases)
        sifted = sift(wanted, exceptions, where, now)
        owned = read_own(looked.codebases, config)
        allowed, refused = narrowed(sifted.kept, owned, where, now, looked.holders)
        kept, skipped = worth_delivering(allowed, config, unread, looked.listed, waiting, looked.holders)
        skipped = (*sifted.skipped, *refused, *skipped)
        kept, declined = unasked(kept, known)
        skipped = (*skipped, *declined)
        # Every rule was asked, so that one rule alone still waits for what comes before it.
        kept = tuple(change for change in kept if only.rule in (None, change.rule))
        skipped = tuple(s for s in skipped if only.rule in (None, s.change.rule))
        kept = tuple(contested(change, looked.contested) for change in kept)
        progress(f"tracing and editing {len(kept)} findings")
        unknown = [c for c in kept if c.declared is None and key_of(c.resource) not in looked.holders]
        unknown.sort(key=monthly, reverse=True)
        launched = launches([change.resource for change in unknown], config, now)
        made = make_plans(kept, looked.codebases, config, now, looked.holders, launched)
        plans, unmade = taken(made.plans, owned, where, now)
        skipped = (*skipped, *unmade)
        there = reach(plans, looked.codebases, config, places)
        many = len(there.plans)
        progress(f"delivering {many} plans" if config.run.deliver else f"writing {many} plan files")
        narrow = only != Only()
        whole = not (narrow or unread or looked.unseen or crashed)
        sure = whole and not (made.failures or owned.failures)
        delivered, undashed = deliver_all(
            there.plans,
            ledger.outcomes(),
            looked.codebases,
            config,
            ledger,
            places,
            now,
            owned,
            narrow,
            sure,
            {key_of(seen.resource): seen.environment for seen in looked.estate.observations},
        )
        sight = sight_of(looked, wanted, (p.rule for p in planners), crashed, only, skipped)
        planned = {fingerprint for plan in there.plans for fingerprint in plan.fingerprints}
        ended, unsettled = settle(sight, planned, looked.codebases, config, ledger, places, now)
        failures = (
            *crashed,
            *rebuilt.failures,
            *owned.failures,
            *followed.failures,
            *launched.failures,
            *made.failures,
        )
        failures = (*failures, *undashed, *unsettled)
        all_skipped = (*skipped, *made.skipped)
        excepting = notes_on(exceptions, sifted.used, looked.estate.observations, where, now, whole)
        ends = (f"{d.reference} is {d.action}." for d in ended)
        halted = halted or (stopped(config.run.state_dir, ledger) if config.run.deliver else None)
        notes = (*looked.notes, *launched.notes, *there.notes, *followed.notes, *ends, *excepting)
        notes = (halted, *notes) if halted else notes
        summary = _summary(config, now, looked, failures, delivered, all_skipped, notes, ledger, launched.calls)
        write_summary(summary, config.run.state_dir)
        return summary


def verify(config: Config, *, now: datetime, progress: Progress = _log.info) -> Summary:
    """Follow what was delivered, and nothing else: no planner is asked, nothing is opened."""
    with opened_ledger(config) as ledger:
        looked = look(config, now, Only(), progress)
        followed = follow(
            ledger, looked.estate, looked.sightings, looked.codebases, Places(config), now, config.limits.snooze
        )
        summary = _summary(config, now, looked, followed.failures, (), (), (*looked.notes, *followed.notes), ledger)
        write_summary(summary, config.run.state_dir)
        return summary


def _summary(
    config: Config,
    now: datetime,
    looked: Looked,
    failures: Sequence[Failure],
    delivered: tuple[tuple[Plan, Delivered], ...],
    skipped: tuple[Skipped, ...],
    notes: tuple[str, ...],
    ledger: Ledger,
    calls: tuple[CallCount, ...] = (),
) -> Summary:
    outcomes = ledger.outcomes()
    plans = tuple(plan for plan, _ in delivered)
    undelivered = (Failure(f"plan {d.plan_id}", d.reason or "failed") for _, d in delivered if d.action == "failed")
    return Summary(
        started_at=now,
        finished_at=datetime.now(UTC),
        delivering=config.run.deliver,
        units=looked.units,
        failures=(*looked.unseen, *looked.unread, *failures, *undelivered),
        resources=len(looked.estate.observations),
        declared=sum(o.declared is not None for o in looked.estate.observations),
        plans=delivered,
        skipped=skipped,
        notes=notes,
        outcomes=outcomes,
        kpis=kpis(looked.estate, plans, outcomes, catalogue.load(), config, now),
        calls=(*(c for s in looked.sightings for c in s.calls), *looked.calls, *looked.priced.calls, *calls),
    )
