"""How busy GPUs and NeuronCores are, by team and environment."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from remediator.model import Catalogue, Estate, InstanceType, Observation
from remediator.run.kpis.tags import values_of

_SUMMED = ("aws_sagemaker_endpoint", "aws_sagemaker_training_job")
"""Of whose use SageMaker tells the sum over the GPUs of a machine."""
_SEVERAL = (*_SUMMED, "awscc_sagemaker_cluster")
"""What SageMaker runs on machines of which it tells types and numbers."""
_ALONE = {
    "aws_instance": ("instance_state", "running"),
    "aws_sagemaker_notebook_instance": ("notebook_instance_status", "InService"),
    "aws_sagemaker_app": None,
}
"""What is one machine, and what its spec says while that runs; None where only what runs is listed."""


@dataclass(frozen=True, slots=True)
class DeviceUse:
    """The devices of one team in one environment that run: how many, how many are measured, and how busy those are.

    `percent` is the mean over the look-back of their utilisation, each device counting once; of a machine that does not
    tell its devices apart it is that of the busiest. None where none is measured. A team or an environment is None
    where nothing says which.
    """

    team: str | None
    environment: str | None
    devices: int
    measured: int
    percent: float | None


def gpu_use(estate: Estate, catalogue: Catalogue, team_tags: Sequence[str]) -> tuple[DeviceUse, ...]:
    """How busy running GPUs are, those of SageMaker with those of EC2."""
    return _use(estate, catalogue, team_tags, "gpu", lambda type_: type_.gpu_count)


def core_use(estate: Estate, catalogue: Catalogue, team_tags: Sequence[str]) -> tuple[DeviceUse, ...]:
    """How busy the NeuronCores of running Trainium and Inferentia machines are."""
    return _use(estate, catalogue, team_tags, "accelerator", lambda type_: type_.neuron_cores)


def _use(
    estate: Estate, catalogue: Catalogue, team_tags: Sequence[str], metric: str, count: Callable[[InstanceType], int]
) -> tuple[DeviceUse, ...]:
    """The use of one kind of device; members of groups count, not the groups."""
    found: dict[tuple[str | None, str | None], list[tuple[int, float | None]]] = {}
    for seen in (one for kind in (*_ALONE, *_SEVERAL) for one in estate.of_kind(kind)):
        own = [(type_, number) for type_, number in _machines(seen, catalogue) if count(type_) and number]
        if own:
            place = (next(values_of(seen, team_tags), None), seen.environment)
            percent = _percent(seen, metric, {count(type_) for type_, _ in own})
            found.setdefault(place, []).append((sum(count(type_) * number for type_, number in own), percent))
    return tuple(
        DeviceUse(*place, sum(n for n, _ in each), sum(n for n, mean in each if mean is not None), _mean(each))
        for place, each in sorted(found.items(), key=lambda item: tuple(text or "" for text in item[0]))
    )


def _machines(seen: Observation, catalogue: Catalogue) -> Iterator[tuple[InstanceType, int]]:
    """The types of the machines that it runs on, and how many there are of each."""
    spec, kind = seen.resource.spec, seen.resource.kind
    types, counts = spec.texts("instance_types"), spec.texts("instance_counts")
    if kind in _ALONE:
        running = _ALONE[kind]
        runs = running is None or spec.text(running[0]) == running[1]
        types, counts = ((spec.text("instance_type") or "",), ("1",)) if runs else ((), ())
    for name, number in zip(types, counts, strict=True) if len(types) == len(counts) else ():
        type_ = catalogue.instance_type(name.removeprefix("ml."))
        if type_ is not None and number.isdecimal():
            yield type_, int(number)


def _percent(seen: Observation, metric: str, sizes: set[int]) -> float | None:
    """How busy its devices are in the mean; of machines with unlike numbers of them it is not known.

    SageMaker tells the sum over the GPUs of the busiest machine of an endpoint or a job, of which four give up to
    400 %: https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    Of a HyperPod cluster it is known from Container Insights, node by node.
    """
    summary = seen.usage.metric(f"{metric}_mean") or seen.usage.metric(metric)
    if summary is None or summary.mean is None or len(sizes) > 1:
        return None
    return summary.mean / (max(sizes) if seen.resource.kind in _SUMMED else 1)


def _mean(each: Sequence[tuple[int, float | None]]) -> float | None:
    known = [(count, mean) for count, mean in each if mean is not None]
    total = sum(count for count, _ in known)
    return sum(count * mean for count, mean in known) / total if total else None
