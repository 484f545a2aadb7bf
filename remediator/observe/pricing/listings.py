"""Where the AWS price list holds what is priced here, as data: a further price is a further row.

How products are told apart was read from the price list's own attributes and usage types, as these show them:
https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api-find-services.html
https://github.com/aws/karpenter-provider-aws (EC2), https://github.com/infracost/infracost (the other services), and
bills, whose usage types are the same.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256

_PREFIX = r"(?:(?:EU|[A-Z]{3}\d{1,2})-)?"
"""The region in front of a usage type: `USE2-`, `EU-`, or nothing. `TS-` and `Outposts-` are other products."""

_SHORT = re.compile(r"(?<=[\d.])xl$")
"""How RDS writes sizes in usage types: `InstanceUsage:db.r6g.2xl` is what a db.r6g.2xlarge costs."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of the price list: a service and the attributes that its products must have.

    `containing` is a part of the usage type, which narrows a query to far fewer pages.
    """

    service: str
    attributes: tuple[tuple[str, str], ...]
    containing: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Prices of one kind in the answer to a query: those of a usage type, each for one `unit`.

    `usage` is a regular expression of the usage type after its region; what its group `type` holds stands in place of
    `{type}` in `item`.
    """

    kind: str
    item: str
    unit: str
    query: Query
    usage: str

    @property
    def key(self) -> str:
        """What its prices are kept under; a listing that is changed is asked for anew."""
        return sha256(repr(self).encode()).hexdigest()[:16]

    def names(self, usage_type: str) -> str | None:
        """The item that a usage type is the price of, or None where it is another's."""
        found = re.fullmatch(_PREFIX + self.usage, usage_type)
        if found is None:
            return None
        return self.item.format(**{name: _SHORT.sub("xlarge", type_) for name, type_ in found.groupdict().items()})

    def wanted(self, items: Collection[str]) -> bool:
        """Whether some of these items could be in it; one without a `{type}` is wanted with all of its kind."""
        before, variable, after = self.item.partition("{type}")
        return not variable or any(item.startswith(before) and item.endswith(after) for item in items)


def _query(service: str, containing: str | None = None, **attributes: str) -> Query:
    return Query(service, tuple(sorted(attributes.items())), containing)


_INSTANCES = _query(
    "AmazonEC2",
    operatingSystem="Linux",
    tenancy="Shared",
    preInstalledSw="NA",
    capacitystatus="Used",
    marketoption="OnDemand",
)
_VOLUMES = _query("AmazonEC2", productFamily="Storage")
_IOPS = _query("AmazonEC2", productFamily="System Operation")
_THROUGHPUT = _query("AmazonEC2", productFamily="Provisioned Throughput")
_SNAPSHOTS = _query("AmazonEC2", productFamily="Storage Snapshot")
_NAT = _query("AmazonEC2", productFamily="NAT Gateway")
_EFS = _query("AmazonEFS", productFamily="Storage")
_LUSTRE = _query("AmazonFSx", operation="CreateFileSystem:Lustre")
_ENGINES = {
    "postgres": "PostgreSQL",
    "mysql": "MySQL",
    "mariadb": "MariaDB",
    "aurora-postgresql": "Aurora PostgreSQL",
    "aurora-mysql": "Aurora MySQL",
}
_ZONES = (("", "Single-AZ", ""), (":multi", "Multi-AZ", "Multi-AZ-"))
"""How storage in one zone and in two is told apart: in our items, as an attribute, and in usage types."""
_CLASS = r"(?P<type>db\.[a-z0-9.-]+)"
_USAGES = {"gp2": ".gp2", "gp3": ".gp3", "io1": ".piops", "io2": ".io2", "st1": ".st1", "sc1": ".sc1", "standard": ""}

LISTINGS = (
    Listing("aws_instance", "{type}", "hour", _INSTANCES, r"BoxUsage:(?P<type>.+)"),
    *(
        Listing("aws_ebs_volume", f"{name}:storage", "GB-month", _VOLUMES, re.escape(f"EBS:VolumeUsage{usage}"))
        for name, usage in _USAGES.items()
    ),
    *(
        Listing("aws_ebs_volume", f"{name}:iops", "IOPS-month", _IOPS, re.escape(f"EBS:VolumeP-IOPS{_USAGES[name]}"))
        for name in ("gp3", "io1", "io2")
    ),
    Listing("aws_ebs_volume", "gp3:throughput", "MB/s-month", _THROUGHPUT, r"EBS:VolumeP-Throughput\.gp3"),
    Listing("aws_ebs_volume", "snapshot:storage", "GB-month", _SNAPSHOTS, "EBS:SnapshotUsage"),
    Listing("aws_ebs_snapshot", "standard:storage", "GB-month", _SNAPSHOTS, "EBS:SnapshotUsage"),
    Listing("aws_ebs_snapshot", "archive:storage", "GB-month", _SNAPSHOTS, "EBS:SnapshotArchiveStorage"),
    *(
        Listing(
            "aws_db_instance",
            f"{{type}}:{name}:{zones}",
            "hour",
            _query("AmazonRDS", productFamily="Database Instance", databaseEngine=engine, deploymentOption=option),
            usage + _CLASS,
        )
        for name, engine in _ENGINES.items()
        for zones, option, usage in (
            ("single", "Single-AZ", "InstanceUsage:"),
            ("multi", "Multi-AZ", "Multi-AZUsage:"),
        )
    ),
    *(
        Listing(
            "aws_db_instance",
            f"{{type}}:{name}:io-optimized",
            "hour",
            _query("AmazonRDS", productFamily="Database Instance", databaseEngine=engine, deploymentOption="Single-AZ"),
            "InstanceUsageIOOptimized:" + _CLASS,
        )
        for name, engine in _ENGINES.items()
        if name.startswith("aurora")
    ),
    *(
        Listing(
            "aws_db_instance",
            f"{name}:storage{zones}",
            "GB-month",
            _query("AmazonRDS", productFamily="Database Storage", deploymentOption=option, volumeType=volume),
            f"RDS:{several}{usage}",
        )
        for zones, option, several in _ZONES
        for name, volume, usage in (
            ("gp2", "General Purpose", "GP2-Storage"),
            ("gp3", "General Purpose-GP3", "GP3-Storage"),
            ("io1", "Provisioned IOPS", "PIOPS-Storage"),
            ("io2", "Provisioned IOPS-IO2", "PIOPS-Storage-IO2"),
        )
    ),
    *(
        Listing(
            "aws_db_instance",
            f"{name}:iops{zones}",
            "IOPS-month",
            _query("AmazonRDS", productFamily="Provisioned IOPS", deploymentOption=option),
            f"RDS:{several}{usage}",
        )
        for zones, option, several in _ZONES
        for name, usage in (("io1", "PIOPS"), ("io2", "IO2-PIOPS"))
    ),
    *(
        Listing(
            "aws_elasticache_cluster",
            f"{{type}}:{engine.lower()}",
            "hour",
            _query("AmazonElastiCache", productFamily="Cache Instance", cacheEngine=engine),
            r"NodeUsage:(?P<type>cache\..+)",
        )
        for engine in ("Redis", "Memcached", "Valkey")
    ),
    Listing("aws_nat_gateway", "hour", "hour", _NAT, "NatGateway-Hours"),
    Listing("aws_nat_gateway", "GB", "GB", _NAT, "NatGateway-Bytes"),
    *(
        Listing(kind, item, "hour", _query("AWSELB", productFamily=family), "LoadBalancerUsage")
        for kind, item, family in (
            ("aws_lb", "application", "Load Balancer-Application"),
            ("aws_lb", "network", "Load Balancer-Network"),
            ("aws_lb", "gateway", "Load Balancer-Gateway"),
            ("aws_elb", "hour", "Load Balancer"),
        )
    ),
    Listing("aws_eip", "hour", "hour", _query("AmazonVPC", group="VPCPublicIPv4Address"), "PublicIPv4:IdleAddress"),
    *(
        Listing(kind, "{type}", "hour", _query("AmazonSageMaker", f"{use}:ml."), rf"{use}:(?P<type>ml\..+)")
        for kind, use in (
            ("aws_sagemaker_endpoint", "Host"),
            ("aws_sagemaker_notebook_instance", "Notebk"),
            ("aws_sagemaker_training_job", "Train"),
        )
    ),
    Listing(
        "aws_cloudwatch_log_group",
        "storage",
        "GB-month",
        _query("AmazonCloudWatch", productFamily="Storage Snapshot"),
        "TimedStorage-ByteHrs",
    ),
    Listing("aws_fsx_lustre_file_system", "SSD:scratch:storage", "GB-month", _LUSTRE, "Storage"),
    Listing("aws_fsx_lustre_file_system", "SSD:{type}:storage", "GB-month", _LUSTRE, r"Storage\.SSD\.(?P<type>\d+)"),
    Listing("aws_efs_file_system", "standard:storage", "GB-month", _EFS, "TimedStorage-ByteHrs"),
    Listing("aws_efs_file_system", "one-zone:storage", "GB-month", _EFS, "TimedStorage-Z-ByteHrs"),
    Listing("aws_efs_file_system", "infrequent-access:storage", "GB-month", _EFS, "IATimedStorage-ByteHrs"),
    Listing("aws_efs_file_system", "one-zone-infrequent-access:storage", "GB-month", _EFS, "IATimedStorage-Z-ByteHrs"),
    Listing(
        "aws_efs_file_system",
        "throughput",
        "MB/s-month",
        _query("AmazonEFS", productFamily="Provisioned Throughput"),
        "ProvisionedTP-MiBpsHrs",
    ),
    Listing(
        "aws_eks_cluster",
        "hour",
        "hour",
        _query("AmazonEKS", "AmazonEKS-Hours:", productFamily="Compute"),
        "AmazonEKS-Hours:perCluster",
    ),
    Listing(
        "aws_s3_bucket",
        "standard:storage",
        "GB-month",
        _query("AmazonS3", productFamily="Storage", volumeType="Standard"),
        "TimedStorage-ByteHrs",
    ),
)
"""The items and units are those of the embedded prices. Where two products of a listing have one item and two prices,
the price is not known."""
