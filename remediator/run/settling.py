"""Open requests and tickets for whose findings a run has no plan: ended, held back or left, by what the run saw."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from remediator.config import Config
from remediator.deliver import ticket_upkeep, upkeep, withdrawing
from remediator.deliver.places import Places
from remediator.deliver.site import Site
from remediator.deliver.standing import Delivered
from remediator.ledger.ledger import Ledger
from remediator.model import EXCEPTED, GONE, VANISHED, Change, Failure, Outcome, RequestState, Route
from remediator.run.codebase import Codebase
from remediator.run.following import seen_of
from remediator.run.looking import PROMETHEUS, Looked, Only
from remediator.run.stopping import stopped
from remediator.run.sweep import attempt
from remediator.run.weighing import Skipped
from remediator.verify.outcomes import Seen, facts, vanished, wholly_seen


@dataclass(frozen=True, slots=True)
class Sight:
    """What a run saw and asked.

    `wanted` are the fingerprints of all that rules wanted, whether or not it became a plan; `asked` the rules that are
    on and answered; `blind` the account regions of which something failed; `rationed` those of which the use of
    something is not known; `whole` is that the command line left nothing out, `rule` the only rule that it
    asked for. `excepted` are the rules and fingerprints of what people said to keep as it is: rules that share a
    concern share fingerprints, and a no to one of them is none to another.
    """

    seen: Seen
    wanted: frozenset[str]
    asked: frozenset[str]
    blind: frozenset[str]
    rationed: frozenset[str]
    whole: bool
    rule: str | None = None
    excepted: frozenset[tuple[str, str]] = frozenset()

    def concerns(self, outcome: Outcome) -> bool:
        """Whether the run is about an outcome, or was told to be about another rule alone."""
        return self.rule is None or self.rule in outcome.rules

    def wants(self, outcome: Outcome) -> str | None:
        """What the run wants of an open request that it has no plan for; None where it did not see enough to say."""
        kept = {fingerprint for rule, fingerprint in self.excepted if rule in outcome.rules}
        if self.whole and outcome.fingerprints and kept.issuperset(outcome.fingerprints):
            return EXCEPTED
        found = not self.wanted.isdisjoint(outcome.fingerprints)
        blind = any(f"{t.account}/{t.region}" in self.blind for t in outcome.targets)
        if (
            not self.whole
            or found
            or blind
            or not self.asked.issuperset(outcome.rules)
            or not wholly_seen(outcome, self.seen)
        ):
            return None
        if vanished(outcome, self.seen):
            return VANISHED
        return None if any(f"{t.account}/{t.region}" in self.rationed for t in outcome.targets) else GONE


def sight_of(
    looked: Looked,
    wanted: Iterable[Change],
    rules: Iterable[str],
    crashed: Iterable[Failure],
    only: Only,
    skipped: Iterable[Skipped] = (),
) -> Sight:
    """What a run saw and asked: `rules` are those that are on, `crashed` says which of them raised."""
    dark = any(failure.unit == PROMETHEUS for failure in looked.unseen)
    return Sight(
        seen_of(looked.estate, looked.sightings, looked.codebases),
        frozenset(change.fingerprint for change in wanted),
        frozenset(rules) - {failure.unit.removeprefix("planner ") for failure in crashed},
        frozenset(failure.unit.partition(" ")[0] for failure in looked.unseen),
        frozenset(seen.unit for seen in looked.sightings if dark or seen.rationed),
        only == Only(),
        only.rule,
        frozenset((one.change.rule, one.change.fingerprint) for one in skipped if one.excepted),
    )


def settle(
    sight: Sight,
    planned: Collection[str],
    codebases: Mapping[str, Codebase],
    config: Config,
    ledger: Ledger,
    places: Places,
    now: datetime,
) -> tuple[tuple[Delivered, ...], tuple[Failure, ...]]:
    """Attend to every open request and ticket of what was read, except those whose findings are `planned` now.

    Without `run.deliver` nothing is done.
    """
    if not config.run.deliver:
        return (), ()
    done: list[Delivered] = []
    failures: list[Failure] = []
    for outcome in ledger.outcomes():
        if stopped(config.run.state_dir, ledger) is not None:
            break
        if not outcome.is_open or outcome.reference is None or not set(planned).isdisjoint(outcome.fingerprints):
            continue
        if not sight.concerns(outcome):
            continue
        work = partial(_settle, sight, codebases=codebases, config=config, ledger=ledger, places=places, now=now)
        answer = attempt(work, outcome)
        if isinstance(answer, str):
            failures.append(Failure(f"following {outcome.reference}", answer))
        elif answer[0] is not None:
            done.append(answer[0])
    return tuple(done), tuple(failures)


def _settle(
    sight: Sight,
    outcome: Outcome,
    codebases: Mapping[str, Codebase],
    config: Config,
    ledger: Ledger,
    places: Places,
    now: datetime,
) -> Delivered | None:
    codebase = codebases.get(outcome.repository or "")
    if outcome.repository is not None and codebase is None:
        return None
    if outcome.route is Route.TICKET:
        tracker = places.tracker(codebase.config if codebase else None)
        if tracker is None:
            return None
        live = facts(outcome, sight.seen, RequestState.OPEN, now).live_at_target
        ended = ticket_upkeep.settle(outcome, live, sight.wants(outcome), tracker, ledger, now)
        return Delivered(outcome.plan_id, "closed", outcome.reference) if ended else None
    forge = places.forge(codebase.config, codebase.clone) if codebase else None
    if codebase is None or forge is None:
        return None
    site = Site(codebase.config, codebase.clone, forge, config, ledger, now)
    outcome = withdrawing.finish(outcome, site)
    request = next((r for r in forge.ours(site.slug) if r.reference == outcome.reference), None)
    if request is None or request.state is not RequestState.OPEN:
        return None
    done = upkeep.attend(request, outcome, None, sight.wants(outcome), site)
    return done if done.action != "kept" else None
