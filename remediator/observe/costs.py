"""What a resource costs a month as it stands."""

from collections.abc import Sequence
from decimal import Decimal

from remediator.model import HOURS_A_MONTH, Price, PriceBook, Resource


def monthly_price(resource: Resource, prices: PriceBook) -> Price | None:
    """The list price a month of a resource as it stands, an instance or a group as if it ran all month.

    None where the embedded prices, which are on-demand, Linux and shared tenancy, are not what is paid: for Spot,
    Windows and other billed platforms, and dedicated hardware.
    """
    spec = resource.spec
    if _otherwise_paid(resource):
        return None
    if resource.kind == "aws_instance":
        return _total(prices, resource, [("aws_instance", spec.text("instance_type") or "", HOURS_A_MONTH)])
    if resource.kind == "aws_autoscaling_group":
        each = [("aws_instance", name, HOURS_A_MONTH) for name in spec.texts("member_types")]
        return _total(prices, resource, each)
    if resource.kind == "aws_ebs_volume":
        return _total(prices, resource, _volume(resource))
    return None


def _otherwise_paid(resource: Resource) -> bool:
    spec = resource.spec
    return (
        spec.text("instance_lifecycle") is not None
        or spec.text("platform") not in (None, "Linux/UNIX")
        or spec.text("tenancy") not in (None, "default")
        or spec.number("on_demand_percentage") not in (None, 100.0)
    )


def _volume(resource: Resource) -> list[tuple[str, str, float]]:
    spec = resource.spec
    type_ = spec.text("type") or ""
    parts = [("aws_ebs_volume", f"{type_}:storage", spec.number("size") or 0)]
    free = {"gp3": 3000.0, "io1": 0.0, "io2": 0.0}.get(type_)
    if free is not None:
        parts.append(("aws_ebs_volume", f"{type_}:iops", max(0.0, (spec.number("iops") or free) - free)))
    if type_ == "gp3":
        parts.append(("aws_ebs_volume", "gp3:throughput", max(0.0, (spec.number("throughput") or 125) - 125)))
    return parts


def _total(prices: PriceBook, resource: Resource, parts: Sequence[tuple[str, str, float]]) -> Price | None:
    found = [(prices.price(kind, item, resource.region), count) for kind, item, count in parts]
    known = [(price, count) for price, count in found if price is not None]
    if not known or len(known) != len(found):
        return None
    amount = sum((price.amount * Decimal(str(count)) for price, count in known), Decimal(0))
    first = known[0][0]
    return Price(amount, "month", first.currency, first.source, min(price.as_of for price, _ in known))
