"""The figures that a run is judged by: use of accelerators, cost of experiments, idle dollars, time to a finding."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from statistics import median

from remediator.config import Config
from remediator.errors import RemediatorError
from remediator.model import (
    EXPERIMENT_TAGS,
    HOURS_A_MONTH,
    Bound,
    Catalogue,
    Estate,
    Experiment,
    Layer,
    Observation,
    Outcome,
    Plan,
    Status,
    experiments_of,
)
from remediator.planfile import load
from remediator.run.environments import Vocabulary, named, vocabulary, words

_CENT = Decimal("0.01")
_TRIED = frozenset(
    (
        *("experiment", "experiments", "exp", "exps", "sweep", "sweeps", "trial", "trials", "run", "runs"),
        *("ablation", "ablations", "hpo", "tuning", "finetune", "poc", "spike", "scratch", "prototype", "playground"),
    )
)
"""Words by which people call what they try; ours, after the names in public repositories of training code."""

_PREPARES = "snapshot before removal"
"""The concern of what is done so that a removal may follow, and by itself stops nothing."""


@dataclass(frozen=True, slots=True)
class GpuUse:
    """The GPUs of one team in one environment that run: how many, how many are measured, and how busy those are.

    `percent` is the mean over the look-back of each period's highest utilisation, each GPU counting once; None where
    none is measured. A team or an environment is None where nothing says which.
    """

    team: str | None
    environment: str | None
    gpus: int
    measured: int
    percent: float | None


@dataclass(frozen=True, slots=True)
class ExperimentCost:
    """What the resources of one experiment that run cost a month, and have cost since they were launched."""

    name: str
    resources: int
    monthly: Decimal
    so_far: Decimal


@dataclass(frozen=True, slots=True)
class Unallocated:
    """What lacks a tag that costs are allocated by, in one root and workspace: its resources and their cost a month.

    One `default_tags` block of the root's provider gives the tag to all of them. The root is None for what no state
    holds.
    """

    tag: str
    root: str | None
    resources: int
    monthly: Decimal


@dataclass(frozen=True, slots=True)
class Kpis:
    """All of them; money at list price, in `currency`: that of most of what is priced.

    What is priced in another currency is in no sum, since nothing is converted; `elsewhere` counts it.
    `idle_accrued` is what open findings of what is not used have cost so far; `stopped_monthly` and `stopped_so_far`
    are what is no longer paid since such findings are live, of which those of `stopped_unknown` are not known.
    `hours_to_finding` is the median time from a resource's launch to its finding.
    """

    gpus: tuple[GpuUse, ...] = ()
    experiments: tuple[ExperimentCost, ...] = ()
    unallocated: tuple[Unallocated, ...] = ()
    idle_accrued: Decimal = Decimal(0)
    stopped_monthly: Decimal = Decimal(0)
    stopped_so_far: Decimal = Decimal(0)
    stopped_unknown: int = 0
    hours_to_finding: float | None = None
    currency: str = "USD"
    elsewhere: int = 0


def kpis(
    estate: Estate,
    plans: Sequence[Plan],
    outcomes: Sequence[Outcome],
    catalogue: Catalogue,
    config: Config,
    now: datetime,
) -> Kpis:
    """The figures of one run; what was stopped before is read from the plan files that the state folder keeps."""
    tags = config.planners.get("abandoned_experiment", {}).get("tags", EXPERIMENT_TAGS)
    state_dir = config.run.state_dir
    currencies = Counter(seen.price.currency for seen in estate.observations if seen.price is not None)
    currency = max(currencies, key=lambda one: (currencies[one], one == "USD"), default="USD")
    estate = replace(estate, observations=tuple(_in(seen, currency) for seen in estate.observations))
    stopped = [
        (o.live_at, _saved(o.plan_id, state_dir, currency)) for o in outcomes if o.status is Status.LIVE and o.live_at
    ]
    known = [(since, amount) for since, amount in stopped if amount is not None]
    found = [
        (plan.created_at - change.resource.created_at).total_seconds() / 3600
        for plan in plans
        for change in plan.changes
        if change.layer is Layer.USAGE and change.resource.created_at is not None
    ]
    return Kpis(
        gpus=gpu_use(estate, catalogue, config.owners.tags),
        experiments=experiment_costs(
            estate,
            tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list | tuple) else (),
            now,
            vocabulary(config.environments),
        ),
        unallocated=unallocated(estate, config.owners.required_tags),
        idle_accrued=sum(
            (c.accrued for p in plans for c in p.changes if c.accrued is not None and p.currency == currency),
            Decimal(0),
        ),
        stopped_monthly=sum((amount for _, amount in known), Decimal(0)),
        stopped_so_far=sum((_since(amount, since, now) for since, amount in known), Decimal(0)),
        stopped_unknown=len(stopped) - len(known),
        hours_to_finding=median(found) if found else None,
        currency=currency,
        elsewhere=currencies.total() - currencies[currency],
    )


def _in(seen: Observation, currency: str) -> Observation:
    """What is priced in another currency has no price here."""
    return seen if seen.price is None or seen.price.currency == currency else replace(seen, price=None)


def gpu_use(estate: Estate, catalogue: Catalogue, team_tags: Sequence[str]) -> tuple[GpuUse, ...]:
    """How busy running GPUs are, by team and environment; members of groups count, not the groups."""
    counts: dict[tuple[str | None, str | None], list[tuple[int, float | None]]] = {}
    for seen in estate.of_kind("aws_instance"):
        type_ = catalogue.instance_type(seen.resource.spec.text("instance_type") or "")
        if type_ is None or not type_.gpu_count or seen.resource.spec.text("instance_state") != "running":
            continue
        summary = seen.usage.metric("gpu")
        place = (_team(seen, team_tags), seen.environment)
        counts.setdefault(place, []).append((type_.gpu_count, summary.mean if summary else None))
    return tuple(
        GpuUse(*place, sum(n for n, _ in each), sum(n for n, mean in each if mean is not None), _mean(each))
        for place, each in sorted(counts.items(), key=lambda item: tuple(text or "" for text in item[0]))
    )


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
            sum((seen.price.amount for seen in each if seen.price), Decimal(0)).quantize(_CENT),
            sum((_so_far(seen, now) for seen in each), Decimal(0)),
        )
        for experiment, each in members.items()
    )
    return tuple(sorted(costs, key=lambda cost: (-cost.monthly, cost.name)))


def unallocated(estate: Estate, required: Sequence[str]) -> tuple[Unallocated, ...]:
    """What costs money and lacks a required tag, live and in its state, by root; the dearest first."""
    found: dict[tuple[str, str | None], list[Decimal]] = {}
    for seen in estate.observations:
        if seen.price is None or seen.resource.member_of is not None:
            continue
        at = seen.declared.at if seen.declared else None
        place = f"{at.root} ({at.workspace})" if at and at.workspace != "default" else at.root if at else None
        for tag in required:
            if next(_named(seen, (tag,)), None) is None:
                found.setdefault((tag, place), []).append(seen.price.amount)
    all_ = (
        Unallocated(tag, root, len(amounts), sum(amounts, Decimal(0)).quantize(_CENT))
        for (tag, root), amounts in found.items()
    )
    return tuple(sorted(all_, key=lambda one: (-one.monthly, one.tag, one.root or "")))


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
    return _since(seen.price.amount, began, now) if seen.price and began else Decimal(0)


def _since(monthly: Decimal, since: datetime, now: datetime) -> Decimal:
    hours = Decimal(max(0.0, (now - since).total_seconds() / 3600))
    return (monthly / HOURS_A_MONTH * hours).quantize(_CENT)


def _team(seen: Observation, tags: Iterable[str]) -> str | None:
    return next(_named(seen, tags), None)


def _named(seen: Observation, tags: Iterable[str]) -> Iterator[str]:
    stated: Mapping[str, object] = seen.declared.attributes if seen.declared else {}
    for tag in tags:
        for value in (seen.resource.tags.get(tag), stated.get(f"tags.{tag}")):
            if isinstance(value, str) and value:
                yield value


def _mean(each: Sequence[tuple[int, float | None]]) -> float | None:
    known = [(count, mean) for count, mean in each if mean is not None]
    total = sum(count for count, _ in known)
    return sum(count * mean for count, mean in known) / total if total else None


def _saved(plan_id: str, state_dir: Path, currency: str) -> Decimal | None:
    """What a plan said it would save, where it was about something not used; nothing for others, None if not known."""
    try:
        plan = load((state_dir / "plans" / f"{plan_id}.json").read_bytes(), plan_id)
    except (OSError, RemediatorError):
        return None
    if any(finding.layer is not Layer.USAGE or finding.concern == _PREPARES for finding in plan.findings):
        return Decimal(0)
    return plan.cost.monthly if plan.cost.currency in (None, currency) else None
