"""What a database costs: its instances, and its storage."""

from collections.abc import Iterator

from planners._money import added, as_month
from remediator.model import Observation, Price, PriceBook


def compute(seen: Observation, prices: PriceBook, instance_class: str | None = None) -> Price | None:
    """The list price a month of a database's instances, as they are or of another class."""
    spec = seen.resource.spec
    paid = "multi" if spec.flag("multi_az") else "single"
    if spec.text("storage_type") == "aurora-iopt1":
        paid = "io-optimized"
    item = f"{instance_class or spec.text('instance_class')}:{spec.text('engine')}:{paid}"
    return as_month(prices.price("aws_db_instance", item, seen.resource.region))


def storage(seen: Observation, prices: PriceBook, type_: str, size: float, iops: float = 0) -> Price | None:
    """The list price a month of GiB of storage and of provisioned operations, in one zone or in two."""
    several, region = seen.resource.spec.flag("multi_az"), seen.resource.region
    if several is None:
        return None
    zones = ":multi" if several else ""
    space = as_month(prices.price("aws_db_instance", f"{type_}:storage{zones}", region), size)
    if not iops:
        return space
    return added(space, as_month(prices.price("aws_db_instance", f"{type_}:iops{zones}", region), iops))


def unstoppable(seen: Observation) -> Iterator[str]:
    """Why AWS refuses to stop a database.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html#USER_StopInstance.Limitations
    """
    spec = seen.resource.spec
    if spec.text("replicate_source_db"):
        yield f"it is a replica of {spec.text('replicate_source_db')}, and AWS stops none"
    if spec.texts("replicas"):
        yield f"it has replicas ({', '.join(spec.texts('replicas'))}), with which AWS stops none"
    if (spec.text("engine") or "").startswith("sqlserver") and spec.flag("multi_az"):
        yield "AWS does not stop SQL Server in several zones"
