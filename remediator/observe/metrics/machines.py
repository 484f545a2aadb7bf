"""Metrics of machines and their volumes."""

from dataclasses import replace

from remediator.observe.metrics.metric import GPU_INDEX, NEURON_CORE, NODE_CORE, Combine, Metric, Statistic


def _instance(name: str, unit: str, names: tuple[str, ...], combine: Combine, quiet: float | None = None) -> Metric:
    return Metric(name, "aws_instance", unit, "AWS/EC2", names, (("InstanceId", "id"),), Statistic.SUM, combine, quiet)


def _agent(name: str, unit: str, names: tuple[str, ...], combine: Combine, quiet: float | None = None) -> Metric:
    part = GPU_INDEX if name.startswith("gpu") else None
    own = (("InstanceId", "id"),)
    return Metric(name, "aws_instance", unit, "CWAgent", names, own, Statistic.MAXIMUM, combine, quiet, True, part)


def _node(name: str, unit: str, names: tuple[str, ...], combine: Combine, quiet: float | None = None) -> Metric:
    own = (("InstanceId", "id"),)
    return Metric(
        name,
        "aws_instance",
        unit,
        "ContainerInsights",
        names,
        own,
        Statistic.MAXIMUM,
        combine,
        quiet,
        listed=True,
        beside=_NODE,
    )


def _neuron(metric: Metric, scale: float = 1.0) -> Metric:
    return replace(metric, only=NEURON, scale=scale)


def _node_core(metric: Metric) -> Metric:
    """The same of each NeuronCore of a node.

    While one process has any core, the agent tells of the cores that processes have, and of no other; else 0 of all.
    https://github.com/amazon-contributing/opentelemetry-collector-contrib, receiver/awscontainerinsightreceiver
    """
    return replace(metric, beside=_NODE_CORE, part=NODE_CORE, heartbeat="accelerator")


def _prometheus(
    name: str,
    unit: str,
    sources: tuple[str, ...],
    quiet: float | None = None,
    scale: float = 1.0,
    heartbeat: str | None = None,
    combine: Combine = Combine.MAX,
) -> Metric:
    """What the agent collects from neuron-monitor-prometheus.py outside Kubernetes, by whatever labels it is told to.

    The monitor tells of a core and of its memory only while a process has it, and of the hardware always, as the agent
    counts on in Container Insights:
    https://awsdocs-neuron.readthedocs-hosted.com/en/latest/tools/neuron-sys-tools/neuron-monitor-user-guide.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-PrometheusEC2.html
    """
    return Metric(
        name,
        "aws_instance",
        unit,
        "CWAgent/Prometheus",
        sources,
        (("instance_id", "id"),),
        Statistic.MAXIMUM,
        combine,
        quiet,
        listed=True,
        only=NEURON,
        heartbeat=heartbeat,
        scale=scale,
    )


def _credit(name: str, metric: str, statistic: Statistic, combine: Combine) -> Metric:
    own = (("InstanceId", "id"),)
    return Metric(
        name,
        "aws_instance",
        "credits",
        "AWS/EC2",
        (metric,),
        own,
        statistic,
        combine,
        only=("instance_type", "t[0-9]*"),
    )


def _volume(name: str, unit: str, names: tuple[str, ...], kind: str = "aws_ebs_volume") -> Metric:
    return Metric(name, kind, unit, "AWS/EBS", names, (("VolumeId", "id"),), Statistic.SUM, Combine.SUM)


CPU_QUIET = 5.0
"""Percent; AWS Compute Optimizer's idle rule (peak CPU below 5 %)."""
GPU_QUIET = 1.0
"""Percent; nvidia-smi reports whole percents, so this is at most one sample of a driver's own housekeeping."""
GPU_MEMORY_QUIET = 5.0
"""Percent; AWS Compute Optimizer's idle rule for G and P types."""
_MIB = 2.0**-20
"""MiB of a byte."""
NETWORK_QUIET = 5_000_000 / 86_400
"""Bytes a second: AWS Compute Optimizer's 5 MB a day."""
NETWORK_AT_WORK = 20_000.0
"""Bytes a second that monitoring agents stay below, hour by hour; `bench.truth` has services that do not."""
CPU_AT_WORK = 3.0
"""Percent: Azure Advisor calls a machine unused by its 95th percentile below it.
https://learn.microsoft.com/azure/advisor/advisor-cost-recommendations"""

NEURON = ("instance_type", "[it][nr][fn][0-9]*")
"""Instance types with NeuronCores, of which alone those metrics are asked: inf1, inf2, trn1, trn1n, trn2, trn2u."""

_NODE = frozenset({"ClusterName", "NodeName"})
"""The series of a whole node, whose maximum is that of its busiest GPU or NeuronCore."""
_NODE_CORE = _NODE | {"InstanceType", "NeuronDevice", "NeuronCore"}
"""The series of one NeuronCore of a node."""
_CORE_MEMORY = tuple(
    f"neuroncore_memory_usage_{kind}"
    for kind in ("constants", "model_code", "model_shared_scratchpad", "runtime_memory", "tensors")
)
"""What a NeuronCore holds, by what for; Container Insights adds it up as the total.
https://awsdocs-neuron.readthedocs-hosted.com/en/latest/neuron-runtime/explore/device-memory.html"""

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
        at_work=CPU_AT_WORK,
    ),
    replace(
        _instance("network", "B/s", ("NetworkIn", "NetworkOut"), Combine.MAX, NETWORK_QUIET), at_work=NETWORK_AT_WORK
    ),
    _instance("ebs_bytes", "B/s", ("EBSReadBytes", "EBSWriteBytes"), Combine.SUM),
    _instance("ebs_ops", "ops/s", ("EBSReadOps", "EBSWriteOps"), Combine.SUM),
    _agent("memory", "%", ("mem_used_percent",), Combine.MAX),
    _agent("gpu", "%", ("nvidia_smi_utilization_gpu",), Combine.MAX, GPU_QUIET),
    _agent("gpu_memory", "%", ("nvidia_smi_memory_used", "nvidia_smi_memory_total"), Combine.RATIO, GPU_MEMORY_QUIET),
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-enhanced-EKS.html; the
    # memory is what is held of it, as nvidia-smi's memory used is.
    _node("gpu", "%", ("node_gpu_utilization",), Combine.MAX, GPU_QUIET),
    _node("gpu_memory", "%", ("node_gpu_memory_used", "node_gpu_memory_total"), Combine.RATIO, GPU_MEMORY_QUIET),
    # Of Trainium and Inferentia; how much memory a core has is not told. Where no process has a core, the agent says 0.
    _neuron(_node("accelerator", "%", ("node_neuroncore_utilization",), Combine.MAX, GPU_QUIET)),
    _neuron(_node("accelerator_memory", "MiB", ("node_neuroncore_memory_usage_total",), Combine.MAX, 0.0), _MIB),
    _node_core(_neuron(_node("accelerator", "%", ("node_neuroncore_utilization",), Combine.MAX, GPU_QUIET))),
    _node_core(_neuron(_node("core_memory", "MiB", ("node_neuroncore_memory_usage_total",), Combine.TOTAL), _MIB)),
    _prometheus("neuron_hardware", "", ("neuron_hardware_info",)),
    replace(
        _prometheus("accelerator", "%", ("neuroncore_utilization_ratio",), GPU_QUIET, 100.0, "neuron_hardware"),
        part=NEURON_CORE,
    ),
    _prometheus("accelerator_memory", "MiB", ("neuron_runtime_memory_used_bytes",), 0.0, _MIB, "neuron_hardware"),
    replace(
        _prometheus("core_memory", "MiB", _CORE_MEMORY, None, _MIB, "neuron_hardware", Combine.TOTAL),
        part=NEURON_CORE,
    ),
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/burstable-performance-instances-monitoring-cpu-credits.html
    _credit("cpu_credits", "CPUCreditBalance", Statistic.MINIMUM, Combine.MIN),
    _credit("cpu_credits_charged", "CPUSurplusCreditsCharged", Statistic.MAXIMUM, Combine.MAX),
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

DCGM = tuple(
    Metric(name, "aws_instance", "%", "DCGM", names, (), Statistic.MAXIMUM, Combine.MAX, quiet, store="Prometheus")
    for name, names, quiet in (
        ("gpu", ("DCGM_FI_DEV_GPU_UTIL",), GPU_QUIET),
        ("gpu_memory", ("DCGM_FI_DEV_FB_USED", "DCGM_FI_DEV_FB_FREE"), GPU_MEMORY_QUIET),
    )
)
"""What a Prometheus has of the DCGM exporter, for where CloudWatch has nothing."""
