"""How busy the GPUs of a HyperPod cluster are, as Container Insights tells of its nodes where Kubernetes orders them.

Its machines are in an account of AWS' own, and CloudWatch has nothing of them by itself. The nodes are called
`hyperpod-` and the id of their machine, which tells them from others of the same Kubernetes cluster:
https://github.com/amazon-contributing/opentelemetry-collector-contrib (awscontainerinsightreceiver, k8sapiserver.go)
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-enhanced-EKS.html
What Slurm orders, and the add-on for observability, are seen by Prometheus alone, by labels of one's own; they stay
unmeasured here.
"""

from remediator.observe.metrics.metric import NODE, Combine, Metric, Statistic

HYPERPOD = (
    Metric(
        "gpu",
        "awscc_sagemaker_cluster",
        "%",
        "ContainerInsights",
        ("node_gpu_utilization",),
        (("ClusterName", "eks_cluster_arn:cluster/"),),
        Statistic.MAXIMUM,
        Combine.MEAN,
        1.0,
        listed=True,
        part=NODE,
        only=("eks_cluster_arn", "*:cluster/*"),
        beside=frozenset({NODE, "InstanceId"}),
        where=(NODE, "hyperpod-*"),
    ),
)
