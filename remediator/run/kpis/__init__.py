"""The figures that a run is judged by: use of accelerators, cost of experiments, idle dollars, time to a finding."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from statistics import median

from remediator.config import Config
from remediator.model import EXPERIMENT_TAGS, Catalogue, Estate, Layer, Observation, Outcome, Plan
from remediator.run.environments import vocabulary
from remediator.run.kpis.devices import DeviceUse, core_use, gpu_use
from remediator.run.kpis.experiments import ExperimentCost, experiment_costs
from remediator.run.kpis.idleness import Idleness, Sum, idleness
from remediator.run.kpis.unallocated import Unallocated, unallocated

__all__ = ["DeviceUse", "ExperimentCost", "Idleness", "Kpis", "Sum", "Unallocated", "kpis"]


@dataclass(frozen=True, slots=True)
class Kpis:
    """All of them; money at list price, in `currency`: that of most of what is priced.

    What is priced in another currency is in no sum, since nothing is converted; `elsewhere` counts it.
    `hours_to_finding` is the median time from a resource's launch to its finding; one that took the place of another
    while the finding was open says nothing of it.
    """

    gpus: tuple[DeviceUse, ...] = ()
    neuron_cores: tuple[DeviceUse, ...] = ()
    experiments: tuple[ExperimentCost, ...] = ()
    unallocated: tuple[Unallocated, ...] = ()
    idle: Idleness = field(default_factory=Idleness)
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
    currencies = Counter(seen.price.currency for seen in estate.observations if seen.price is not None)
    currency = max(currencies, key=lambda one: (currencies[one], one == "USD"), default="USD")
    estate = replace(estate, observations=tuple(_in(seen, currency) for seen in estate.observations))
    found = [
        (plan.created_at - began).total_seconds() / 3600
        for plan in plans
        for change in plan.changes
        if change.layer is Layer.USAGE and (began := change.resource.created_at) and began <= plan.created_at
    ]
    return Kpis(
        gpus=gpu_use(estate, catalogue, config.owners.tags),
        neuron_cores=core_use(estate, catalogue, config.owners.tags),
        experiments=experiment_costs(
            estate,
            tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list | tuple) else (),
            now,
            vocabulary(config.environments),
        ),
        unallocated=unallocated(estate, config.owners.required_tags),
        idle=idleness(plans, outcomes, config.run.state_dir, currency, now),
        hours_to_finding=median(found) if found else None,
        currency=currency,
        elsewhere=currencies.total() - currencies[currency],
    )


def _in(seen: Observation, currency: str) -> Observation:
    """What is priced in another currency has no price here."""
    return seen if seen.price is None or seen.price.currency == currency else replace(seen, price=None)
