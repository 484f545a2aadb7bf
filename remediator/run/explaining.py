"""The chain from one live resource to its owner, whether anything is wrong with it or not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from remediator.config import Config
from remediator.deliver.places import Places
from remediator.errors import RemediatorError
from remediator.model import Change, Effect, Layer, Level, Observation, Origin, Plan, Unattributed
from remediator.registry import check_rules, load_planners
from remediator.run.asking import ask
from remediator.run.drafting import draft_held
from remediator.run.excepting import places_in, sift, waivers
from remediator.run.launching import Launches, launches
from remediator.run.looking import Looked, Only, look
from remediator.run.planning import make_plans
from remediator.run.reaching import reach, reachable
from remediator.run.unmanaged import draft_unmanaged
from remediator.trace.addresses import key_of
from remediator.trace.explain import Link, Step, chain
from remediator.trace.origins import trace_origins, unattributed


@dataclass(frozen=True, slots=True)
class Explained:
    """One resource: its observation, the chain to its owner, what the planners would change, and its origin."""

    observation: Observation
    steps: tuple[Step, ...]
    plans: tuple[Plan, ...]
    origin: Origin | Unattributed


def explain(config: Config, resource_id: str, *, now: datetime, progress: Callable[[str], None]) -> Explained:
    """Explain the resource of an id, an ARN or a Terraform address; raises RemediatorError when none was seen."""
    check_rules(rule for exception in config.exceptions for rule in exception.rule)
    looked = look(config, now, Only(), progress)
    config = looked.config
    observation = _find(looked, resource_id)
    changes, _ = ask(load_planners(config.planners, None), looked.estate, frozenset(), now, looked.priced.book)
    every = [c for c in changes if c.resource == observation.resource]
    sifted = sift(every, waivers(config.exceptions), places_in(looked.codebases), now)
    holder = looked.holders.get(key_of(observation.resource))
    unknown = [observation.resource] if observation.declared is None and holder is None else []
    launched = launches(unknown, config, now)
    plans = make_plans(sifted.kept, looked.codebases, config, now, looked.holders, launched).plans
    entry = observation.declared or (holder.entry if holder else None)
    places = Places(config)
    here = reach(plans, looked.codebases, config, places)
    plans, unasked = here.plans, here.notes
    if plans:
        origin, traces = plans[0].origin, tuple(dict.fromkeys(t for p in plans for t in p.traces))
    else:
        repository = entry.at.repository if entry else None
        known = reachable(
            [(repository, _origin(observation, looked, launched, config))], looked.codebases, config, places
        )
        origin, traces, unasked = known.origins[0], (), known.notes
    reasons = chain(observation.resource, observation.declared, origin, traces, holder)
    broken = (Step(Link.BROKEN, "who launched it cannot be asked", failure.reason) for failure in launched.failures)
    silent = (Step(Link.PROBLEM, "its owners may have left", note) for note in unasked)
    codebase = looked.codebases.get(entry.at.repository) if entry else None
    notes = codebase.notes if codebase else ()
    wrong = (Step(Link.PROBLEM, "not all is read that its repository says", note) for note in notes)
    left = (Step(Link.EXCEPTED, one.change.title, one.reason) for one in sifted.skipped)
    return Explained(observation, (*reasons, *broken, *silent, *wrong, *left), plans, origin)


def _find(looked: Looked, wanted: str) -> Observation:
    found = [
        o
        for o in looked.estate.observations
        if wanted in (o.resource.id, o.resource.arn) or (o.declared and wanted == o.declared.at.address)
    ]
    if found:
        return found[0]
    failed = f"; {looked.unseen[0].unit} could not be seen: {looked.unseen[0].reason}" if looked.unseen else ""
    raise RemediatorError(f"{wanted} was not seen in any configured account and region{failed}; check the id")


def _origin(observation: Observation, looked: Looked, launched: Launches, config: Config) -> Origin | Unattributed:
    question = _question(observation)
    holder = looked.holders.get(key_of(observation.resource))
    if observation.declared is None and holder is not None:
        codebase = looked.codebases.get(holder.entry.at.repository)
        return draft_held([(question, holder)], codebase, config)[0].origin
    if observation.declared is None:
        drafted, failures = draft_unmanaged([question], launched, looked.codebases, config)
        if failures:
            raise RemediatorError(f"{failures[0].unit}: {failures[0].reason}")
        return drafted[0].origin
    at = observation.declared.at
    codebase = looked.codebases.get(at.repository)
    root = codebase.root(at) if codebase else None
    if codebase is None or root is None:
        return unattributed(question, config)
    cache = config.run.state_dir / "cache" / "history"
    return trace_origins(codebase.clone, codebase.index, [(question, root, ())], config, cache)[0]


def _question(observation: Observation) -> Change:
    """A change that wants nothing, to ask where a resource comes from."""
    return Change(
        rule="explain",
        concern="nothing",
        layer=Layer.USAGE,
        resource=observation.resource,
        declared=observation.declared,
        title="",
        reason="",
        actions=(),
        evidence=(),
        missing=(),
        saving=None,
        risk=Level.LOW,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=1.0,
    )
