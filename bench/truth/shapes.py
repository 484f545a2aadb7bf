"""How often each shape is met in an estate; the shares are ours, after what people write of their own."""

from collections.abc import Callable

from numpy.random import Generator

from bench.truth import bursting, cores, other_gpus, replaced, servers, trainers
from bench.truth.clock import Clock
from bench.truth.drafts import Shape

SHAPES: tuple[tuple[int, Shape], ...] = (
    (130, servers.service),
    (60, servers.weekday_service),
    (110, servers.oversized),
    (50, servers.nightly_batch),
    (25, servers.month_end),
    (30, servers.weekly_report),
    (50, servers.memory_bound),
    (25, servers.network_bound),
    (20, servers.disk_bound),
    (30, servers.new_instance),
    (40, servers.without_agent),
    (30, servers.with_gaps),
    (6, servers.starved_agent),
    (20, servers.stopped_week),
    (25, servers.idle_server),
    (5, servers.standby),
    (60, trainers.training_bursts),
    (45, trainers.left_on),
    (15, trainers.just_ended),
    (15, trainers.never_used),
    (8, trainers.data_loader),
    (25, trainers.nightly_training),
    (10, trainers.weekly_training),
    (30, trainers.notebook),
    (20, trainers.open_kernel),
    (30, trainers.inference),
    (20, trainers.blind),
    (20, trainers.patchy),
    (10, trainers.started_again),
    (8, trainers.preparing),
    (3, other_gpus.earlier_gpus),
    (6, other_gpus.gpus_without_a_sheet),
    (12, other_gpus.half_the_bandwidth),
    (15, other_gpus.lightly_served),
    (20, cores.neuron_bursts),
    (18, cores.neuron_left_on),
    (5, cores.neuron_never_used),
    (12, cores.neuron_serving),
    (8, cores.neuron_open),
    (8, cores.neuron_blind),
    (12, cores.neuron_wide),
    (5, cores.neuron_filled),
    (6, cores.neuron_tight),
    (4, cores.neuron_weekly),
    (2, cores.neuron_month_end),
    (35, bursting.burstable_service),
    (20, bursting.burstable_builds),
    (15, bursting.burstable_nights),
)


def drawn(rng: Generator) -> tuple[str, Shape]:
    """A shape by its share, and its name."""
    total = sum(share for share, _ in SHAPES)
    index = rng.choice(len(SHAPES), p=[share / total for share, _ in SHAPES])
    shape = SHAPES[int(index)][1]
    return name(shape), shape


def name(shape: Callable[[Clock, Generator], object]) -> str:
    """A shape's name for people."""
    return str(getattr(shape, "__name__", shape)).replace("_", " ")


BY_NAME = {name(shape): shape for shape in (*(shape for _, shape in SHAPES), *replaced.SHAPES)}
"""Every shape of a machine, by its name for people."""
