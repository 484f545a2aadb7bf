"""Metrics of the services that AWS runs: endpoints, databases, gateways, load balancers, reservations, file systems."""

from typing import TypeAlias

from remediator.observe.metrics.metric import Combine, Metric, Statistic

Own: TypeAlias = tuple[tuple[str, str], ...]
Only: TypeAlias = tuple[str, str]

CPU_QUIET = 5.0
GPU_QUIET = 1.0

_ENDPOINT: Own = (("EndpointName", "name"), ("VariantName", "variant_names"))
_DATABASE: Own = (("DBInstanceIdentifier", "id"),)
_CACHE: Own = (("CacheClusterId", "id"),)
_NAT: Own = (("NatGatewayId", "id"),)
_BALANCER: Own = (("LoadBalancer", "arn:loadbalancer/"),)
_RESERVATION: Own = (("CapacityReservationId", "id"),)
_LUSTRE: Own = (("FileSystemId", "id"),)
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
    part = "VariantName" if own is _ENDPOINT else None
    return Metric(
        name, kind, unit, namespace, (metric,), own, Statistic.MAXIMUM, Combine.MAX, quiet, part=part, only=only
    )


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
    part = "VariantName" if own is _ENDPOINT else None
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
        part=part,
        only=only,
        heartbeat=heartbeat,
    )


SERVICES = (
    # Utilisation is of each instance, up to 100 % times its CPUs or GPUs, as long as an endpoint has instances;
    # invocations are counted when they happen.
    # https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    _gauge("aws_sagemaker_endpoint", "cpu", "%", ("/aws/sagemaker/Endpoints", "CPUUtilization"), _ENDPOINT, CPU_QUIET),
    _gauge("aws_sagemaker_endpoint", "gpu", "%", ("/aws/sagemaker/Endpoints", "GPUUtilization"), _ENDPOINT, GPU_QUIET),
    _count("aws_sagemaker_endpoint", "invocations", "1/s", ("AWS/SageMaker", "Invocations"), _ENDPOINT, "cpu"),
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
    _gauge("aws_db_instance", "cpu", "%", ("AWS/RDS", "CPUUtilization"), _DATABASE, CPU_QUIET),
    _gauge("aws_db_instance", "connections", "connections", ("AWS/RDS", "DatabaseConnections"), _DATABASE),
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
    # https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html
    _gauge("aws_nat_gateway", "connections", "connections", ("AWS/NATGateway", "ActiveConnectionCount"), _NAT),
    _count(
        "aws_nat_gateway", "traffic", "B/s", ("AWS/NATGateway", "BytesInFromSource", "BytesInFromDestination"), _NAT
    ),
    # Capacity units are always reported, connections only where there are any.
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
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
    _count("aws_lb", "new_connections", "1/s", ("AWS/NetworkELB", "NewFlowCount"), _BALANCER, None, _NETWORK),
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservation-cw-metrics.html
    _gauge(
        "aws_ec2_capacity_reservation",
        "used_instances",
        "instances",
        ("AWS/EC2CapacityReservations", "UsedInstanceCount"),
        _RESERVATION,
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
)
