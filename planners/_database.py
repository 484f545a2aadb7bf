"""What a database costs beside its storage."""

from planners._money import as_month
from remediator.model import Observation, Price, PriceBook


def compute(seen: Observation, prices: PriceBook, instance_class: str | None = None) -> Price | None:
    """The list price a month of a database's instances, as they are or of another class."""
    spec = seen.resource.spec
    zones = "multi" if spec.flag("multi_az") else "single"
    item = f"{instance_class or spec.text('instance_class')}:{spec.text('engine')}:{zones}"
    return as_month(prices.price("aws_db_instance", item, seen.resource.region))
