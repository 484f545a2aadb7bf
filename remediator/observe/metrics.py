"""What is measured, as data: which CloudWatch metric gives which of our metrics, for which kind."""

from dataclasses import dataclass
from enum import StrEnum


class Statistic(StrEnum):
    """Gauges are read at the maximum of each period, counters as the sum over it, turned into a rate."""

    MAXIMUM = "Maximum"
    SUM = "Sum"


class Combine(StrEnum):
    """How the series of one metric become one, time by time."""

    MAX = "max"
    SUM = "sum"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Metric:
    """One of our metrics: the CloudWatch metrics it is made of, and the level at and below which it is quiet.

    With `listed` the dimensions beside the resource's own are not known beforehand and are found by ListMetrics. RATIO
    divides the first of `names` by the second, in percent. With `per_gpu` each GPU has series of its own, told apart by
    the dimension `index`.
    """

    name: str
    kind: str
    unit: str
    namespace: str
    names: tuple[str, ...]
    dimension: str
    statistic: Statistic
    combine: Combine
    quiet: float | None = None
    listed: bool = False
    per_gpu: bool = False


def _instance(name: str, unit: str, names: tuple[str, ...], combine: Combine, quiet: float | None = None) -> Metric:
    return Metric(name, "aws_instance", unit, "AWS/EC2", names, "InstanceId", Statistic.SUM, combine, quiet)


def _agent(name: str, unit: str, names: tuple[str, ...], combine: Combine, quiet: float | None = None) -> Metric:
    per_gpu = name.startswith("gpu")
    return Metric(
        name, "aws_instance", unit, "CWAgent", names, "InstanceId", Statistic.MAXIMUM, combine, quiet, True, per_gpu
    )


def _volume(name: str, unit: str, names: tuple[str, ...], kind: str = "aws_ebs_volume") -> Metric:
    return Metric(name, kind, unit, "AWS/EBS", names, "VolumeId", Statistic.SUM, Combine.SUM)


CPU_QUIET = 5.0
"""Percent; AWS Compute Optimizer's idle rule (peak CPU below 5 %)."""
GPU_QUIET = 1.0
"""Percent; nvidia-smi reports whole percents, so this is at most one sample of a driver's own housekeeping."""
GPU_MEMORY_QUIET = 5.0
"""Percent; AWS Compute Optimizer's idle rule for G and P types."""
NETWORK_QUIET = 5_000_000 / 86_400
"""Bytes a second: AWS Compute Optimizer's 5 MB a day."""

METRICS = (
    Metric(
        "cpu",
        "aws_instance",
        "%",
        "AWS/EC2",
        ("CPUUtilization",),
        "InstanceId",
        Statistic.MAXIMUM,
        Combine.MAX,
        CPU_QUIET,
    ),
    _instance("network", "B/s", ("NetworkIn", "NetworkOut"), Combine.MAX, NETWORK_QUIET),
    _instance("ebs_bytes", "B/s", ("EBSReadBytes", "EBSWriteBytes"), Combine.SUM),
    _instance("ebs_ops", "ops/s", ("EBSReadOps", "EBSWriteOps"), Combine.SUM),
    _agent("memory", "%", ("mem_used_percent",), Combine.MAX),
    _agent("gpu", "%", ("nvidia_smi_utilization_gpu",), Combine.MAX, GPU_QUIET),
    _agent("gpu_memory", "%", ("nvidia_smi_memory_used", "nvidia_smi_memory_total"), Combine.RATIO, GPU_MEMORY_QUIET),
    _volume("volume_bytes", "B/s", ("VolumeReadBytes", "VolumeWriteBytes")),
    _volume("volume_ops", "ops/s", ("VolumeReadOps", "VolumeWriteOps")),
)

FALLBACKS = (
    ("volume_bytes", _volume("ebs_bytes", "B/s", ("VolumeReadBytes", "VolumeWriteBytes"), "aws_instance")),
    ("volume_ops", _volume("ebs_ops", "ops/s", ("VolumeReadOps", "VolumeWriteOps"), "aws_instance")),
)
"""A metric of volumes, and the metric of an instance that its sum over the attached volumes stands in for: AWS/EC2 has
EBS metrics of Nitro instances only.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html"""
