"""How busy GPUs and NeuronCores are, by team and environment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from remediator.model import Catalogue, Estate, InstanceType
from remediator.run.kpis.tags import values_of


@dataclass(frozen=True, slots=True)
class DeviceUse:
    """The devices of one team in one environment that run: how many, how many are measured, and how busy those are.

    `percent` is the mean over the look-back of each period's highest utilisation, each device counting once; None where
    none is measured. A team or an environment is None where nothing says which.
    """

    team: str | None
    environment: str | None
    devices: int
    measured: int
    percent: float | None


def gpu_use(estate: Estate, catalogue: Catalogue, team_tags: Sequence[str]) -> tuple[DeviceUse, ...]:
    """How busy running GPUs are."""
    return _use(estate, catalogue, team_tags, "gpu", lambda type_: type_.gpu_count)


def core_use(estate: Estate, catalogue: Catalogue, team_tags: Sequence[str]) -> tuple[DeviceUse, ...]:
    """How busy the NeuronCores of running Trainium and Inferentia machines are."""
    return _use(estate, catalogue, team_tags, "accelerator", lambda type_: type_.neuron_cores)


def _use(
    estate: Estate, catalogue: Catalogue, team_tags: Sequence[str], metric: str, count: Callable[[InstanceType], int]
) -> tuple[DeviceUse, ...]:
    """The use of one kind of device; members of groups count, not the groups."""
    found: dict[tuple[str | None, str | None], list[tuple[int, float | None]]] = {}
    for seen in estate.of_kind("aws_instance"):
        type_ = catalogue.instance_type(seen.resource.spec.text("instance_type") or "")
        if type_ is None or not count(type_) or seen.resource.spec.text("instance_state") != "running":
            continue
        summary = seen.usage.metric(metric)
        place = (next(values_of(seen, team_tags), None), seen.environment)
        found.setdefault(place, []).append((count(type_), summary.mean if summary else None))
    return tuple(
        DeviceUse(*place, sum(n for n, _ in each), sum(n for n, mean in each if mean is not None), _mean(each))
        for place, each in sorted(found.items(), key=lambda item: tuple(text or "" for text in item[0]))
    )


def _mean(each: Sequence[tuple[int, float | None]]) -> float | None:
    known = [(count, mean) for count, mean in each if mean is not None]
    total = sum(count for count, _ in known)
    return sum(count * mean for count, mean in known) / total if total else None
