"""Metrics of the services that AWS runs: endpoints, databases, gateways, load balancers, reservations, file systems."""

from typing import TypeAlias

from remediator.observe.metrics.metric import HOST, Combine, Metric, Statistic

Own: TypeAlias = tuple[tuple[str, str], ...]
Only: TypeAlias = tuple[str, str]

CPU_QUIET = 5.0
GPU_QUIET = 1.0
GPU_MEMORY_QUIET = 5.0
ECS_QUIET = 1.0
"""Percent; what a task that serves nobody takes to answer its health checks."""

_ENDPOINT: Own = (("EndpointName", "name"), ("VariantName", "variant_names"))
_DATABASE: Own = (("DBInstanceIdentifier", "id"),)
_CACHE: Own = (("CacheClusterId", "id"),)
_NAT: Own = (("NatGatewayId", "id"),)
_BALANCER: Own = (("LoadBalancer", "arn:loadbalancer/"),)
_RESERVATION: Own = (("CapacityReservationId", "id"),)
_LUSTRE: Own = (("FileSystemId", "id"),)
_EFS: Own = (("FileSystemId", "id"),)
_SERVICE: Own = (("ClusterName", "cluster:cluster/"), ("ServiceName", "name"))
_BATCH: Own = (("ClusterName", "ecs_cluster_arn:cluster/"),)
_EKS: Own = (("ClusterName", "name"),)
_AURORA: Own = (("DBClusterIdentifier", "id"),)
_JOB: Own = ((HOST, "id/"),)
_PARTS = {_ENDPOINT: "VariantName", _JOB: HOST}
_POSTGRES = ("engine", "aurora-postgresql")
_APPLICATION, _NETWORK = ("load_balancer_type", "application"), ("load_balancer_type", "network")


def _gauge(
    kind: str,
    name: str,
    unit: str,
    source: tuple[str, str],
    own: Own,
    quiet: float = 0.0,
    only: Only | None = None,
) -> Metric:
    namespace, metric = source
    return Metric(
        name,
        kind,
        unit,
        namespace,
        (metric,),
        own,
        Statistic.MAXIMUM,
        Combine.MAX,
        quiet,
        listed=own is _JOB,
        part=_PARTS.get(own),
        only=only,
    )


def _left(kind: str, name: str, unit: str, source: tuple[str, str], own: Own) -> Metric:
    """What is left of something, of which the least counts."""
    namespace, metric = source
    return Metric(name, kind, unit, namespace, (metric,), own, Statistic.MINIMUM, Combine.MIN)


def _demand(kind: str, name: str, unit: str, source: tuple[str, ...], own: Own) -> Metric:
    """Rates of several directions, which the service has counted already, added up."""
    namespace, *names = source
    return Metric(name, kind, unit, namespace, tuple(names), own, Statistic.MAXIMUM, Combine.SUM)


def _kept(name: str, unit: str, metric: str, storage_type: str) -> Metric:
    """What a bucket holds, published once a day, up to two days late."""
    own: Own = (("BucketName", "id"), ("StorageType", f"={storage_type}"))
    statistic, late = Statistic.MAXIMUM, 3 * 86_400
    return Metric(name, "aws_s3_bucket", unit, "AWS/S3", (metric,), own, statistic, Combine.MAX, late=late)


def _count(
    kind: str,
    name: str,
    unit: str,
    source: tuple[str, ...],
    own: Own,
    heartbeat: str | None = None,
    only: Only | None = None,
) -> Metric:
    namespace, *names = source
    return Metric(
        name,
        kind,
        unit,
        namespace,
        tuple(names),
        own,
        Statistic.SUM,
        Combine.SUM,
        0.0,
        part=_PARTS.get(own),
        only=only,
        heartbeat=heartbeat,
    )


SERVICES = (
    # Utilisation is of each instance, up to 100 % times its CPUs or GPUs, as long as an endpoint has instances;
    # invocations are counted when they happen.
    # https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    _gauge("aws_sagemaker_endpoint", "cpu", "%", ("/aws/sagemaker/Endpoints", "CPUUtilization"), _ENDPOINT, CPU_QUIET),
    _gauge("aws_sagemaker_endpoint", "gpu", "%", ("/aws/sagemaker/Endpoints", "GPUUtilization"), _ENDPOINT, GPU_QUIET),
    # What is held of the memory of an instance and, times their number, of its GPUs; what is used of its disk.
    *(
        _gauge("aws_sagemaker_endpoint", name, "%", ("/aws/sagemaker/Endpoints", metric), _ENDPOINT, CPU_QUIET)
        for name, metric in (
            ("memory", "MemoryUtilization"),
            ("gpu_memory", "GPUMemoryUtilization"),
            ("disk", "DiskUtilization"),
        )
    ),
    _count("aws_sagemaker_endpoint", "invocations", "1/s", ("AWS/SageMaker", "Invocations"), _ENDPOINT, "cpu"),
    # A host is `job/algo-1`; utilisation as of endpoints, and the GPUs' memory is what is held of it.
    # https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    *(
        _gauge("aws_sagemaker_training_job", name, "%", ("/aws/sagemaker/TrainingJobs", metric), _JOB, quiet)
        for name, metric, quiet in (
            ("cpu", "CPUUtilization", CPU_QUIET),
            ("memory", "MemoryUtilization", CPU_QUIET),
            ("gpu", "GPUUtilization", GPU_QUIET),
            ("gpu_memory", "GPUMemoryUtilization", GPU_MEMORY_QUIET),
        )
    ),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
    _gauge("aws_ecs_service", "cpu", "%", ("AWS/ECS", "CPUUtilization"), _SERVICE, ECS_QUIET),
    _gauge("aws_ecs_service", "memory", "%", ("AWS/ECS", "MemoryUtilization"), _SERVICE, ECS_QUIET),
    # What the jobs of an environment have reserved, in the cluster that AWS Batch keeps for it (the same page).
    _gauge("aws_batch_compute_environment", "reserved_cpu", "%", ("AWS/ECS", "CPUReservation"), _BATCH),
    # Of clusters with Container Insights.
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-EKS.html
    _gauge("aws_eks_cluster", "nodes", "nodes", ("ContainerInsights", "cluster_node_count"), _EKS),
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
    *(
        metric
        for kind in ("aws_db_instance", "aws_rds_cluster_instance")
        for metric in (
            _gauge(kind, "cpu", "%", ("AWS/RDS", "CPUUtilization"), _DATABASE, CPU_QUIET),
            _gauge(kind, "connections", "connections", ("AWS/RDS", "DatabaseConnections"), _DATABASE),
            _left(kind, "free_memory", "B", ("AWS/RDS", "FreeableMemory"), _DATABASE),
        )
    ),
    _left("aws_db_instance", "free_storage", "B", ("AWS/RDS", "FreeStorageSpace"), _DATABASE),
    _demand("aws_db_instance", "storage_ops", "ops/s", ("AWS/RDS", "ReadIOPS", "WriteIOPS"), _DATABASE),
    _demand(
        "aws_db_instance",
        "network",
        "B/s",
        ("AWS/RDS", "NetworkReceiveThroughput", "NetworkTransmitThroughput"),
        _DATABASE,
    ),
    _demand("aws_db_instance", "storage_bytes", "B/s", ("AWS/RDS", "ReadThroughput", "WriteThroughput"), _DATABASE),
    # What clients and the cluster's volume send and take goes over the same network. Temporary tables and logs lie on
    # local storage.
    # https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html
    _demand(
        "aws_rds_cluster_instance",
        "network",
        "B/s",
        ("AWS/RDS", "NetworkThroughput", "StorageNetworkThroughput"),
        _DATABASE,
    ),
    _left("aws_rds_cluster_instance", "free_local_storage", "B", ("AWS/RDS", "FreeLocalStorage"), _DATABASE),
    _gauge("aws_rds_cluster", "cpu", "%", ("AWS/RDS", "CPUUtilization"), _AURORA, CPU_QUIET),
    _gauge("aws_rds_cluster", "connections", "connections", ("AWS/RDS", "DatabaseConnections"), _AURORA),
    _gauge("aws_rds_cluster", "data_bytes", "B", ("AWS/RDS", "VolumeBytesUsed"), _AURORA, only=_POSTGRES),
    _gauge("aws_rds_cluster", "capacity", "ACU", ("AWS/RDS", "ServerlessDatabaseCapacity"), _AURORA),
    # The service's own monitoring holds connections and reads no keys.
    # https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html
    _gauge("aws_elasticache_cluster", "cpu", "%", ("AWS/ElastiCache", "CPUUtilization"), _CACHE, CPU_QUIET),
    _gauge("aws_elasticache_cluster", "connections", "connections", ("AWS/ElastiCache", "CurrConnections"), _CACHE),
    *(
        _count("aws_elasticache_cluster", "commands", "1/s", ("AWS/ElastiCache", *names), _CACHE, None, ("engine", of))
        for of, names in (
            ("redis", ("CacheHits", "CacheMisses", "SetTypeCmds")),
            ("valkey", ("CacheHits", "CacheMisses", "SetTypeCmds")),
            ("memcached", ("CmdGet", "CmdSet")),
        )
    ),
    *(
        _gauge(
            "aws_elasticache_cluster",
            "memory",
            "%",
            ("AWS/ElastiCache", "DatabaseMemoryUsagePercentage"),
            _CACHE,
            only=("engine", engine),
        )
        for engine in ("redis", "valkey")
    ),
    _count(
        "aws_elasticache_cluster", "network", "B/s", ("AWS/ElastiCache", "NetworkBytesIn", "NetworkBytesOut"), _CACHE
    ),
    # https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html
    _gauge("aws_nat_gateway", "connections", "connections", ("AWS/NATGateway", "ActiveConnectionCount"), _NAT),
    _count(
        "aws_nat_gateway", "traffic", "B/s", ("AWS/NATGateway", "BytesInFromSource", "BytesInFromDestination"), _NAT
    ),
    # Capacity units are always reported, connections and bytes only where there are any; health checks count as none.
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    _gauge("aws_lb", "capacity", "LCU", ("AWS/ApplicationELB", "ConsumedLCUs"), _BALANCER, 0.0, _APPLICATION),
    _count(
        "aws_lb",
        "new_connections",
        "1/s",
        ("AWS/ApplicationELB", "NewConnectionCount"),
        _BALANCER,
        "capacity",
        _APPLICATION,
    ),
    _count("aws_lb", "traffic", "B/s", ("AWS/ApplicationELB", "ProcessedBytes"), _BALANCER, "capacity", _APPLICATION),
    # Flows are always reported, those that began before the look-back as well.
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
    _count("aws_lb", "new_connections", "1/s", ("AWS/NetworkELB", "NewFlowCount"), _BALANCER, None, _NETWORK),
    _gauge("aws_lb", "flows", "flows", ("AWS/NetworkELB", "ActiveFlowCount"), _BALANCER, 0.0, _NETWORK),
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservation-cw-metrics.html
    *(
        _gauge(kind, "used_instances", "instances", ("AWS/EC2CapacityReservations", "UsedInstanceCount"), _RESERVATION)
        for kind in ("aws_ec2_capacity_reservation", "aws_ec2_capacity_block_reservation")
    ),
    # Free capacity is published every minute, whether anybody reads or not.
    # https://docs.aws.amazon.com/fsx/latest/LustreGuide/fs-metrics.html
    _gauge("aws_fsx_lustre_file_system", "free_capacity", "B", ("AWS/FSx", "FreeDataStorageCapacity"), _LUSTRE),
    _count(
        "aws_fsx_lustre_file_system",
        "file_operations",
        "1/s",
        ("AWS/FSx", "DataReadOperations", "DataWriteOperations", "MetadataOperations"),
        _LUSTRE,
        "free_capacity",
    ),
    # https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html
    _count("aws_efs_file_system", "client_connections", "1/s", ("AWS/EFS", "ClientConnections"), _EFS),
    _count("aws_efs_file_system", "metered_bytes", "B/s", ("AWS/EFS", "MeteredIOBytes"), _EFS),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
    _kept("standard_bytes", "B", "BucketSizeBytes", "StandardStorage"),
    _kept("objects", "objects", "NumberOfObjects", "AllStorageTypes"),
)
