"""What is measured, as data: which CloudWatch metric gives which of our metrics, for which kind."""

from remediator.observe.metrics.groups import GROUPS
from remediator.observe.metrics.hyperpod import HYPERPOD
from remediator.observe.metrics.machines import DCGM, FALLBACKS, MACHINES
from remediator.observe.metrics.metric import (
    AT_ANY_SIZE,
    GPU_INDEX,
    HOST,
    MACHINE,
    NEURON_CORE,
    NODE,
    NODE_CORE,
    SCALING_GROUP,
    Combine,
    Metric,
    Statistic,
)
from remediator.observe.metrics.services import SERVICES

__all__ = [
    "AT_ANY_SIZE",
    "DCGM",
    "FALLBACKS",
    "GPU_INDEX",
    "HOST",
    "MACHINE",
    "METRICS",
    "NEURON_CORE",
    "NODE",
    "NODE_CORE",
    "SCALING_GROUP",
    "Combine",
    "Metric",
    "Statistic",
]

METRICS = (*MACHINES, *GROUPS, *SERVICES, *HYPERPOD)
"""A heartbeat comes before the metrics that it is the heartbeat of."""
