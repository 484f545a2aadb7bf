"""The pipeline: observe, trace, plan, edit, deliver, verify."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from filelock import FileLock, Timeout

from remediator.config import Config
from remediator.deliver.delivery import deliver as deliver_plan
from remediator.deliver.places import Places
from remediator.deliver.standing import Delivered
from remediator.errors import RemediatorError
from remediator.ledger.ledger import Ledger, open_ledger
from remediator.model import CallCount, Failure, Outcome, Plan
from remediator.registry import check_rules, load_planners
from remediator.run.asking import ask
from remediator.run.codebase import Codebase
from remediator.run.excepting import notes_on, places_in, sift, waivers
from remediator.run.following import awaiting, follow, under_way
from remediator.run.launching import launches
from remediator.run.looking import Looked, Only, look
from remediator.run.planning import Skipped, contested, first_seen, make_plans, worth_delivering
from remediator.run.summary import Summary, write_summary
from remediator.trace.addresses import key_of

__all__ = ["Only", "Summary", "run", "verify"]

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
        config = config.model_copy(update={"run": config.run.model_copy(update={"deliver": deliver})})
    only = only or Only()
    load_planners(config.planners, only.rule)  # a rule that is unknown or switched off is an error
    planners = load_planners(config.planners, None)
    check_rules(rule for exception in config.exceptions for rule in exception.rule)
    with _ledger(config) as ledger:
        looked = look(config, now, only, progress)
        config = looked.config
        places = Places(config)
        followed = follow(ledger, looked.estate, looked.sightings, looked.codebases, places, now)
        progress(f"planning over {len(looked.estate.observations)} resources")
        wanted, crashed = ask(planners, looked.estate, under_way(ledger.outcomes()), now, looked.priced.book)
        unread = (*looked.unread, *looked.left_out)
        waiting = awaiting(ledger.outcomes(), config, now)
        exceptions, where = waivers(config.exceptions), places_in(looked.codebases)
        sifted = sift(wanted, exceptions, where, now)
        kept, skipped = worth_delivering(sifted.kept, config, unread, looked.listed, waiting, looked.holders)
        skipped = (*sifted.skipped, *skipped)
        # Every rule was asked, so that one rule alone still waits for what comes before it.
        kept = tuple(change for change in kept if only.rule in (None, change.rule))
        skipped = tuple(s for s in skipped if only.rule in (None, s.change.rule))
        kept = tuple(contested(change, looked.contested) for change in kept)
        progress(f"tracing and editing {len(kept)} findings")
        unknown = (c.resource for c in kept if c.declared is None and key_of(c.resource) not in looked.holders)
        launched = launches(unknown, config, now)
        made = make_plans(kept, looked.codebases, config, now, looked.holders, launched.records)
        many = len(made.plans)
        progress(f"delivering {many} plans" if config.run.deliver else f"writing {many} plan files")
        delivered = _deliver(made.plans, ledger.outcomes(), looked.codebases, config, ledger, places, now)
        failures = (*crashed, *followed.failures, *launched.failures, *made.failures)
        all_skipped = (*skipped, *made.skipped)
        whole = only == Only() and not (unread or looked.unseen or crashed)
        excepting = notes_on(exceptions, sifted.used, looked.estate.observations, where, now, whole)
        notes = (*looked.notes, *followed.notes, *excepting)
        summary = _summary(config, now, looked, failures, delivered, all_skipped, notes, ledger, launched.calls)
        write_summary(summary, config.run.state_dir)
        return summary


def verify(config: Config, *, now: datetime, progress: Progress = _log.info) -> Summary:
    """Follow what was delivered, and nothing else: no planner is asked, nothing is opened."""
    with _ledger(config) as ledger:
        looked = look(config, now, Only(), progress)
        followed = follow(ledger, looked.estate, looked.sightings, looked.codebases, Places(config), now)
        summary = _summary(config, now, looked, followed.failures, (), (), (*looked.notes, *followed.notes), ledger)
        write_summary(summary, config.run.state_dir)
        return summary


@contextmanager
def _ledger(config: Config) -> Iterator[Ledger]:
    """The ledger, while this is the only run at work on the state directory."""
    state_dir = config.run.state_dir
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(state_dir / "lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise RemediatorError(
            f"another run is at work on {state_dir}; wait for it, or give this one a state_dir of its own"
        ) from error
    except OSError as error:
        raise RemediatorError(f"{state_dir} cannot be written ({error.strerror}); set run.state_dir") from error
    try:
        with open_ledger(config.run.ledger, state_dir) as ledger:
            yield ledger
    finally:
        lock.release()


def _deliver(
    plans: Sequence[Plan],
    outcomes: Sequence[Outcome],
    codebases: Mapping[str, Codebase],
    config: Config,
    ledger: Ledger,
    places: Places,
    now: datetime,
) -> tuple[tuple[Plan, Delivered], ...]:
    """Deliver plan by plan, most dollars first, since limits may stop the later ones."""
    first = {f: o.opened_at for o in outcomes for f in o.fingerprints}
    done: list[tuple[Plan, Delivered]] = []
    for plan in sorted(plans, key=lambda p: (-(p.monthly_saving or 0), p.id)):
        dated = first_seen(plan, next((first[f] for f in plan.fingerprints if first.get(f)), None))
        codebase = codebases.get(plan.repository or "")
        repository, clone = (codebase.config, codebase.clone) if codebase else (None, None)
        done.append((dated, deliver_plan(dated, repository, clone, config, ledger, now, places)))
    return tuple(done)


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
        outcomes=ledger.outcomes(),
        calls=(*(c for s in looked.sightings for c in s.calls), *looked.calls, *looked.priced.calls, *calls),
    )
