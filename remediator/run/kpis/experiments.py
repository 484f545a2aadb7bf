"""What each experiment costs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from remediator.model import Bound, Estate, Experiment, Observation, experiments_of
from remediator.run.environments import Vocabulary, named, words
from remediator.run.kpis.money import CENT, since

_TRIED = frozenset(
    (
        *("experiment", "experiments", "exp", "exps", "sweep", "sweeps", "trial", "trials", "run", "runs"),
        *("ablation", "ablations", "hpo", "tuning", "finetune", "poc", "spike", "scratch", "prototype", "playground"),
    )
)
"""Words by which people call what they try; ours, after the names in public repositories of training code."""


@dataclass(frozen=True, slots=True)
class ExperimentCost:
    """What the resources of one experiment that run cost a month, and have cost since they were launched."""

    name: str
    resources: int
    monthly: Decimal
    so_far: Decimal


def experiment_costs(
    estate: Estate, tags: Collection[str], now: datetime, environments: Vocabulary
) -> tuple[ExperimentCost, ...]:
    """What each experiment costs, the dearest first: by tag, else by workspace, else by the outermost module call.

    A workspace that is called as an environment is none, nor is a module call that neither its own name nor its root's
    calls one, nor anything in production without a tag that says so.
    """
    members: dict[Experiment, list[Observation]] = {}
    for seen in estate.observations:
        experiment = _experiment(seen, tags, environments)
        if experiment is not None and seen.price is not None and not _stands_still(seen):
            members.setdefault(experiment, []).append(seen)
    costs = (
        ExperimentCost(
            str(experiment),
            len(each),
            sum((seen.price.amount for seen in each if seen.price), Decimal(0)).quantize(CENT),
            sum((_so_far(seen, now) for seen in each), Decimal(0)),
        )
        for experiment, each in members.items()
    )
    return tuple(sorted(costs, key=lambda cost: (-cost.monthly, cost.name)))


def _experiment(seen: Observation, tags: Collection[str], environments: Vocabulary) -> Experiment | None:
    found = {e.bound: e for e in reversed([*experiments_of(seen.resource, seen.declared, tags)])}
    workspace, call = found.get(Bound.WORKSPACE), found.get(Bound.MODULE)
    if workspace is not None and (seen.environment == "prod" or named((workspace.name,), environments)):
        del found[Bound.WORKSPACE]
    if call is not None and (seen.environment == "prod" or not _is_tried(call)):
        del found[Bound.MODULE]
    return next((found[bound] for bound in (Bound.TAG, Bound.WORKSPACE, Bound.MODULE) if bound in found), None)


def _is_tried(call: Experiment) -> bool:
    """Whether a module call is called as what people try, by its name, its key or the folders of its root."""
    return not _TRIED.isdisjoint(word for text in (call.name, call.root) for word in words(text))


def _stands_still(seen: Observation) -> bool:
    return seen.resource.spec.text("instance_state") in ("stopped", "stopping")


def _so_far(seen: Observation, now: datetime) -> Decimal:
    began = seen.resource.created_at
    return since(seen.price.amount, began, now) if seen.price and began else Decimal(0)
