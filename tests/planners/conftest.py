"""A small catalogue, list prices, and builders for what a planner sees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from remediator.model import (
    LAST_SESSION,
    NO_SESSION,
    Attributes,
    Context,
    Estate,
    InstanceType,
    Launcher,
    MetricSummary,
    Observation,
    Price,
    Resource,
    StateAddress,
    StateResource,
    Usage,
    Value,
    Window,
)
from remediator.observe import catalogue

UNMEASURED = Usage()
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def _type(name: str, vcpu: int, gib: int, **over: object) -> InstanceType:
    known: dict[str, object] = {
        "architecture": "x86_64",
        "hypervisor": "nitro",
        "current_generation": True,
        "burstable": False,
        "bare_metal": False,
        "gpu_name": None,
        "gpu_count": 0,
        "gpu_memory_mib": None,
        "local_storage_gb": 0,
        "network_gbps": vcpu * 0.5,
        "ebs_mbytes_s": vcpu * 40.0,
        "ebs_iops": vcpu * 1500,
    }
    return InstanceType(name=name, vcpu=vcpu, memory_mib=gib * 1024, **{**known, **over})


def _neuron(
    name: str,
    vcpu: int,
    gib: int,
    device: str,
    count: int,
    version: int = 2,
    cores: int = 2,
    device_gib: int = 32,
    **over: object,
) -> InstanceType:
    """A type with so many devices of so many cores and GiB each."""
    memory = count * device_gib * 1024
    return _type(
        name,
        vcpu,
        gib,
        neuron_name=device,
        neuron_devices=count,
        neuron_cores=count * cores,
        neuron_memory_mib=memory,
        neuron_version=version,
        **over,
    )


TYPES = (
    _type("m5.large", 2, 8),
    _type("m5.xlarge", 4, 16),
    _type("m5.2xlarge", 8, 32),
    _type("m5.4xlarge", 16, 64),
    _type("m4.xlarge", 4, 16, hypervisor="xen", current_generation=False, network_gbps=0.7),
    _type("m3.xlarge", 4, 15, current_generation=False),
    _type("m5.metal", 8, 32, bare_metal=True),
    _type("c5.2xlarge", 8, 16),
    _type("m6g.xlarge", 4, 16, architecture="arm64"),
    _type("m5d.xlarge", 4, 16, local_storage_gb=150),
    _type("m5d.2xlarge", 8, 32, local_storage_gb=300),
    _type("t3.medium", 2, 4, burstable=True, baseline_percent=20.0),
    _type("t3.large", 2, 8, burstable=True, baseline_percent=30.0),
    _type("t3.xlarge", 4, 16, burstable=True, baseline_percent=40.0),
    _type("g5.xlarge", 4, 16, gpu_name="A10G", gpu_count=1, gpu_memory_mib=24576, local_storage_gb=250),
    _type("g5.2xlarge", 8, 32, gpu_name="A10G", gpu_count=1, gpu_memory_mib=24576, local_storage_gb=450),
    _type("g5.8xlarge", 32, 128, gpu_name="A10G", gpu_count=1, gpu_memory_mib=24576, local_storage_gb=900),
    _type("g5.12xlarge", 48, 192, gpu_name="A10G", gpu_count=4, gpu_memory_mib=98304, local_storage_gb=3800),
    _neuron("trn1.2xlarge", 8, 32, "Trainium", 1, local_storage_gb=474),
    _neuron("trn1.32xlarge", 128, 512, "Trainium", 16, local_storage_gb=7600, network_gbps=800.0, efa=True),
    _neuron("trn1n.32xlarge", 128, 512, "Trainium", 16, local_storage_gb=7600, network_gbps=1600.0, efa=True),
    _neuron("inf1.24xlarge", 96, 192, "Inferentia", 16, version=1, cores=4, device_gib=8),
    _neuron("inf2.xlarge", 4, 16, "Inferentia2", 1),
    _neuron("inf2.8xlarge", 32, 128, "Inferentia2", 1),
    _neuron("inf2.24xlarge", 96, 384, "Inferentia2", 6),
    _neuron("trn2.3xlarge", 12, 128, "Trainium2", 1, version=3, cores=8, device_gib=96),
    _neuron("trn2.48xlarge", 192, 2048, "Trainium2", 16, version=3, cores=8, device_gib=96),
    _type("p3.2xlarge", 8, 61, gpu_name="V100", gpu_count=1, gpu_memory_mib=16384),
    *(catalogue.load().types[name] for name in ("p3dn.24xlarge", "p4d.24xlarge")),
)
HOURLY = {
    "m4.xlarge": "0.20",
    "m3.xlarge": "0.266",
    "m5.large": "0.096",
    "m5.xlarge": "0.192",
    "m5.2xlarge": "0.384",
    "m5.4xlarge": "0.768",
    "c5.2xlarge": "0.34",
    "m6g.xlarge": "0.154",
    "m5d.xlarge": "0.226",
    "m5d.2xlarge": "0.452",
    "t3.medium": "0.0416",
    "t3.large": "0.0832",
    "t3.xlarge": "0.1664",
    "g5.xlarge": "1.006",
    "g5.2xlarge": "1.212",
    "g5.8xlarge": "2.448",
    "g5.12xlarge": "5.672",
    "trn1.2xlarge": "1.34375",
    "trn1.32xlarge": "21.5",
    "trn1n.32xlarge": "24.78",
    "inf1.24xlarge": "4.721",
    "inf2.xlarge": "0.7582",
    "inf2.8xlarge": "1.96786",
    "inf2.24xlarge": "6.49063",
    "trn2.3xlarge": "2.235",
    "trn2.48xlarge": "35.76",
    "p3.2xlarge": "3.06",
    "p3dn.24xlarge": "31.212",
    "p4d.24xlarge": "21.957642",
}
UNITS = {"gp2:storage": "0.10", "gp3:storage": "0.08", "gp3:iops": "0.005", "gp3:throughput": "0.04"}
UNITS |= {
    f"{type_}:{item}": price for type_ in ("io1", "io2") for item, price in (("storage", "0.125"), ("iops", "0.065"))
}


RDS = {
    f"{type_}:storage": usd for usd, types in (("0.115", ("gp2", "gp3")), ("0.125", ("io1", "io2"))) for type_ in types
}
RDS |= {"io1:iops": "0.10", "io2:iops": "0.10"}
RDS |= {"gp3:storage:multi": "0.23", "io1:storage:multi": "0.25", "io1:iops:multi": "0.20"}
RDS |= {f"db.m5.{size}:mysql:single": price for size, price in (("xlarge", "0.342"), ("2xlarge", "0.684"))}
RDS |= {f"db.r5.{size}:aurora-mysql:single": price for size, price in (("xlarge", "0.58"), ("2xlarge", "1.16"))}
RDS |= {f"db.r5.{size}:aurora-mysql:io-optimized": price for size, price in (("xlarge", "0.754"), ("2xlarge", "1.508"))}


CACHES = {f"cache.m5.{size}:redis": price for size, price in (("xlarge", "0.311"), ("2xlarge", "0.622"))}


@dataclass(frozen=True)
class ListPrices:
    """us-east-1 alone; `without` names items whose price is not known."""

    without: tuple[str, ...] = ()

    def price(self, kind: str, item: str, region: str) -> Price | None:
        volumes = {**UNITS, "snapshot:storage": "0.05"}
        known = {
            "aws_instance": HOURLY,
            "aws_ebs_volume": volumes,
            "aws_db_instance": RDS,
            "aws_elasticache_cluster": CACHES,
        }.get(kind, {})
        if item not in known or item in self.without or region != "us-east-1":
            return None
        unit = "hour" if kind == "aws_instance" or item.startswith(("db.", "cache.")) else "unit-month"
        return Price(Decimal(known[item]), unit, "USD", "list", date(2026, 7, 20))


@dataclass(frozen=True)
class Types:
    types: Sequence[InstanceType] = TYPES

    def instance_type(self, name: str) -> InstanceType | None:
        return next((t for t in self.types if t.name == name), None)

    def family(self, name: str) -> Sequence[InstanceType]:
        return [t for t in self.types if t.family == name]

    def every(self) -> Sequence[InstanceType]:
        return self.types


@dataclass(frozen=True)
class Build:
    """Builders with defaults; what a test is about stands in the test."""

    now: datetime = NOW
    types: Types = field(default_factory=Types)

    def context(self, settings: object, without: tuple[str, ...] = ()) -> Context[object]:
        return Context(NOW, ListPrices(without), self.types, settings)

    def metric(
        self,
        name: str,
        maximum: float,
        *,
        p99_5: float | None = None,
        window: Window = Window.LOOKBACK,
        hours: float | None = None,
        coverage: float = 1.0,
        quiet_since: datetime | None = None,
    ) -> MetricSummary:
        hours = hours if hours is not None else 24 if window is Window.RECENT else 14 * 24
        p = maximum if p99_5 is None else p99_5
        points = round(hours * 12 * coverage)
        start = NOW - timedelta(hours=hours)
        return MetricSummary(
            name, "", window, start, NOW, points, round(hours * 12), 0.0, 0.0, p, p, maximum, quiet_since, "test"
        )

    def recent(self, coverage: float = 1.0, hours: float = 24, **maxima: float) -> Usage:
        """Both windows of each metric, quiet from the start of the longer one."""
        since = NOW - timedelta(hours=hours)
        both = [
            self.metric(name, m, window=w, hours=hours, coverage=coverage, quiet_since=since)
            for name, m in maxima.items()
            for w in Window
        ]
        return Usage(tuple(both))

    def lookback(self, coverage: float = 1.0, days: float = 14, **maxima: float) -> Usage:
        return Usage(tuple(self.metric(n, m, hours=days * 24, coverage=coverage) for n, m in maxima.items()))

    def seen(
        self,
        kind: str,
        name: str,
        spec: Mapping[str, Value],
        usage: Usage,
        *,
        price: str | None = None,
        declared: Mapping[str, Value] | None = None,
        tags: Mapping[str, Value] | None = None,
        age_days: float | None = 100,
        region: str = "us-east-1",
        member_of: str | None = None,
        launched_by: Launcher | None = None,
        environment: str | None = "dev",
    ) -> Observation:
        created = None if age_days is None else NOW - timedelta(days=age_days)
        resource = Resource(
            "aws",
            "ml",
            region,
            kind,
            name,
            None,
            Attributes(spec),
            Attributes(tags or {}),
            created,
            member_of,
            launched_by,
        )
        at = StateAddress(
            "infra", "dev", "file:s", "default", "l", 1, "", "managed", kind, name.replace("-", "_"), None
        )
        state = None if declared is None else StateResource(at, name, None, Attributes(declared))
        monthly = None if price is None else Price(Decimal(price), "month", "USD", "list", date(2026, 7, 20))
        return Observation(resource, usage, monthly, state, environment)

    def instance(
        self, instance_type: str = "p3.2xlarge", usage: Usage = UNMEASURED, name: str = "i-1", **over: object
    ) -> Observation:
        spec = {"instance_type": instance_type, "instance_state": "running", LAST_SESSION: NO_SESSION}
        spec |= over.pop("spec", {})
        over.setdefault("declared", {})
        return self.seen("aws_instance", name, spec, usage, **over)

    def group(self, types: tuple[str, ...], usage: Usage = UNMEASURED, **over: object) -> Observation:
        spec = {"min_size": 1, "max_size": 4, "desired_capacity": 2, "instance_types": types, **over.pop("spec", {})}
        over.setdefault("declared", {})
        return self.seen("aws_autoscaling_group", "trainers", spec, usage, **over)

    def volume(self, usage: Usage = UNMEASURED, name: str = "vol-1", **over: object) -> Observation:
        spec = {"type": "gp2", "size": 100, "state": "in-use", **over.pop("spec", {})}
        over.setdefault("declared", {})
        return self.seen("aws_ebs_volume", name, spec, usage, **over)

    def estate(self, *seen: Observation) -> Estate:
        return Estate(seen)


@pytest.fixture(scope="session")
def build() -> Build:
    return Build()
