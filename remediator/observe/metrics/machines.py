"""Metrics of machines and their volumes."""

from remediator.observe.metrics.metric import GPU_INDEX, Combine, Metric, Statistic


def _instance(name: str, unit: str, names: tuple[str, ...], combine: Combine, quiet: float | None = None) -> Metric:
    return Metric(name, "aws_instance", unit, "AWS/EC2", names, (("InstanceId", "id"),), Statistic.SUM, combine, quiet)


def _agent(name: str, unit: str, names: tuple[str, ...], combine: Combine, quiet: float | None = None) -> Metric:
    part = GPU_INDEX if name.startswith("gpu") else None
    own = (("InstanceId", "id"),)
    return Metric(name, "aws_instance", unit, "CWAgent", names, own, Statistic.MAXIMUM, combine, quiet, True, part)


def _volume(name: str, unit: str, names: tuple[str, ...], kind: str = "aws_ebs_volume") -> Metric:
    return Metric(name, kind, unit, "AWS/EBS", names, (("VolumeId", "id"),), Statistic.SUM, Combine.SUM)


CPU_QUIET = 5.0
"""Percent; AWS Compute Optimizer's idle rule (peak CPU below 5 %)."""
GPU_QUIET = 1.0
"""Percent; nvidia-smi reports whole percents, so this is at most one sample of a driver's own housekeeping."""
GPU_MEMORY_QUIET = 5.0
"""Percent; AWS Compute Optimizer's idle rule for G and P types."""
NETWORK_QUIET = 5_000_000 / 86_400
"""Bytes a second: AWS Compute Optimizer's 5 MB a day."""

MACHINES = (
    Metric(
        "cpu",
        "aws_instance",
        "%",
        "AWS/EC2",
        ("CPUUtilization",),
        (("InstanceId", "id"),),
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
