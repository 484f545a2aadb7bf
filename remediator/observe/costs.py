"""What a resource costs a month as it stands."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from remediator.model import HOURS_A_MONTH, Price, PriceBook, Resource

Part: TypeAlias = tuple[str, str, float]
"""Kind and item of a unit price, and how many units a month."""

_GIB = 2**30


def monthly_price(resource: Resource, prices: PriceBook) -> Price | None:
    """The list price a month of a resource as it stands, an instance or a group as if it ran all month.

    None where the prices, which are on-demand, Linux and shared tenancy, are not what is paid: for Spot, Windows and
    other billed platforms, and dedicated hardware. What is paid by use (traffic, requests) is not in it.
    """
    parts = _PARTS.get(resource.kind)
    return _total(prices, resource, parts(resource)) if parts and not _otherwise_paid(resource) else None


def together(each: Sequence[Price | None]) -> Price | None:
    """The monthly price of a group as that of its members; None where one is not known, or there is none."""
    known = [price for price in each if price is not None]
    if not known or len(known) != len(each) or len({price.currency for price in known}) > 1:
        return None
    first = known[0]
    amount = sum((price.amount for price in known), Decimal(0))
    return Price(amount, "month", first.currency, first.source, min(price.as_of for price in known))


def _otherwise_paid(resource: Resource) -> bool:
    spec = resource.spec
    return (
        spec.text("instance_lifecycle") is not None
        or spec.text("platform") not in (None, "Linux/UNIX")
        or spec.text("instance_platform") not in (None, "Linux/UNIX")
        or spec.text("tenancy") not in (None, "default")
        or spec.number("on_demand_percentage") not in (None, 100.0)
        or spec.flag("enable_managed_spot_training") is True
    )


def _instance(resource: Resource) -> list[Part]:
    return [("aws_instance", resource.spec.text("instance_type") or "", HOURS_A_MONTH)]


def _group(resource: Resource) -> list[Part]:
    return [("aws_instance", name, HOURS_A_MONTH) for name in resource.spec.texts("member_types")]


def _volume(resource: Resource) -> list[Part]:
    spec = resource.spec
    type_ = spec.text("type") or ""
    parts = [("aws_ebs_volume", f"{type_}:storage", spec.number("size") or 0)]
    free = {"gp3": 3000.0, "io1": 0.0, "io2": 0.0}.get(type_)
    if free is not None:
        parts.append(("aws_ebs_volume", f"{type_}:iops", max(0.0, (spec.number("iops") or free) - free)))
    if type_ == "gp3":
        parts.append(("aws_ebs_volume", "gp3:throughput", max(0.0, (spec.number("throughput") or 125) - 125)))
    return parts


def _reservation(resource: Resource) -> list[Part]:
    spec = resource.spec
    hours = HOURS_A_MONTH * (spec.number("instance_count") or 0)
    return [("aws_instance", spec.text("instance_type") or "", hours)]


def _machines(resource: Resource) -> list[Part]:
    """The machines of an endpoint or a job; a serverless variant has none, and costs nothing while it is not used."""
    types, counts = resource.spec.texts("instance_types"), resource.spec.texts("instance_counts")
    if len(types) != len(counts):
        return []
    return [(resource.kind, t, HOURS_A_MONTH * float(n)) for t, n in zip(types, counts, strict=True)]


def _notebook(resource: Resource) -> list[Part]:
    return [("aws_sagemaker_notebook_instance", resource.spec.text("instance_type") or "", HOURS_A_MONTH)]


def _database(resource: Resource) -> list[Part]:
    """Its instance; in one zone its storage too, since the storage of several is priced otherwise."""
    spec = resource.spec
    several = spec.flag("multi_az")
    item = f"{spec.text('instance_class')}:{spec.text('engine')}:{'multi' if several else 'single'}"
    parts: list[Part] = [("aws_db_instance", item, HOURS_A_MONTH)]
    if not several:
        type_ = spec.text("storage_type")
        parts.append(("aws_db_instance", f"{type_}:storage", spec.number("allocated_storage") or 0))
        if type_ in ("io1", "io2"):
            parts.append(("aws_db_instance", f"{type_}:iops", spec.number("iops") or 0))
    return parts


def _member(resource: Resource) -> list[Part]:
    """An instance of Aurora; its storage is its cluster's, and paid by what is in it."""
    spec = resource.spec
    paid = "io-optimized" if spec.text("storage_type") == "aurora-iopt1" else "single"
    return [("aws_db_instance", f"{spec.text('instance_class')}:{spec.text('engine')}:{paid}", HOURS_A_MONTH)]


def _cache(resource: Resource) -> list[Part]:
    spec = resource.spec
    nodes = spec.number("num_cache_nodes") or 1
    return [("aws_elasticache_cluster", f"{spec.text('node_type')}:{spec.text('engine')}", HOURS_A_MONTH * nodes)]


def _hourly(item: str) -> Callable[[Resource], list[Part]]:
    return lambda resource: [(resource.kind, item, HOURS_A_MONTH)]


def _balancer(resource: Resource) -> list[Part]:
    return [("aws_lb", resource.spec.text("load_balancer_type") or "", HOURS_A_MONTH)]


def _snapshot(resource: Resource) -> list[Part]:
    spec = resource.spec
    held = spec.number("full_snapshot_size_in_bytes")
    size = held / _GIB if held is not None else spec.number("volume_size") or 0
    return [("aws_ebs_snapshot", f"{spec.text('storage_tier') or 'standard'}:storage", size)]


def _logs(resource: Resource) -> list[Part]:
    return [("aws_cloudwatch_log_group", "storage", (resource.spec.number("stored_bytes") or 0) / _GIB)]


def _lustre(resource: Resource) -> list[Part]:
    spec = resource.spec
    scratch = (spec.text("deployment_type") or "").startswith("SCRATCH")
    tier = "scratch" if scratch else f"{spec.number('per_unit_storage_throughput') or 0:.0f}"
    item = f"{spec.text('storage_type') or 'SSD'}:{tier}:storage"
    return [("aws_fsx_lustre_file_system", item, spec.number("storage_capacity") or 0)]


def _efs(resource: Resource) -> list[Part]:
    """What it holds by class, and the throughput bought beyond the 50 kB/s that each GB of Standard brings.

    https://docs.aws.amazon.com/efs/latest/ug/performance.html#throughput-modes
    """
    spec = resource.spec
    zone = "one-zone" if spec.text("availability_zone_name") else "standard"
    cold = "one-zone-infrequent-access" if zone == "one-zone" else "infrequent-access"
    held = {
        name: (spec.number(f"size_in_bytes.value_in_{part}") or 0) / _GIB
        for name, part in ((zone, "standard"), (cold, "ia"), ("archive", "archive"))
    }
    parts = [(resource.kind, f"{name}:storage", size) for name, size in held.items() if size or name == zone]
    if spec.text("throughput_mode") == "provisioned":
        bought = (spec.number("provisioned_throughput_in_mibps") or 0) - held[zone] / 20
        parts.append((resource.kind, "throughput", max(0.0, bought)))
    return parts


def _bucket(resource: Resource) -> list[Part]:
    """What it holds in the Standard class, as far as its metrics tell."""
    size = resource.spec.number("standard_bytes")
    return [] if size is None else [(resource.kind, "standard:storage", size / _GIB)]


_PARTS: Mapping[str, Callable[[Resource], list[Part]]] = {
    "aws_instance": _instance,
    "aws_autoscaling_group": _group,
    "aws_ebs_volume": _volume,
    "aws_ec2_capacity_reservation": _reservation,
    "aws_sagemaker_endpoint": _machines,
    "aws_sagemaker_training_job": _machines,
    "aws_sagemaker_notebook_instance": _notebook,
    "aws_db_instance": _database,
    "aws_rds_cluster_instance": _member,
    "aws_elasticache_cluster": _cache,
    "aws_eks_cluster": _hourly("hour"),
    "aws_nat_gateway": _hourly("hour"),
    "aws_eip": _hourly("hour"),
    "aws_elb": _hourly("hour"),
    "aws_lb": _balancer,
    "aws_ebs_snapshot": _snapshot,
    "aws_cloudwatch_log_group": _logs,
    "aws_fsx_lustre_file_system": _lustre,
    "aws_efs_file_system": _efs,
    "aws_s3_bucket": _bucket,
}


def _total(prices: PriceBook, resource: Resource, parts: Sequence[Part]) -> Price | None:
    found = [(prices.price(kind, item, resource.region), count) for kind, item, count in parts]
    known = [(price, count) for price, count in found if price is not None]
    if not known or len(known) != len(found):
        return None
    amount = sum((price.amount * Decimal(str(count)) for price, count in known), Decimal(0))
    first = known[0][0]
    return Price(amount, "month", first.currency, first.source, min(price.as_of for price, _ in known))
