"""Capacity reservations that are paid for and not used.

An On-Demand Capacity Reservation costs what its instances would, whether or not they run:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-pricing-billing.html
An account also lists what others share with it, which is theirs. One that was asked for ahead of its time can be
neither reduced nor cancelled before its commitment ends, and one of a fleet is sized by that:
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CapacityReservation.html
What runs in it goes on when it is cancelled, at the on-demand price.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from math import ceil

from planners._money import accrued, as_month, whole
from planners._quiet import Settings
from planners._seen import kept, where
from planners._settings import asked
from planners._unused import unused
from remediator.model import Change, Context, Effect, Estate, Layer, MetricSummary, Observation, SetAttribute

__all__ = ["KINDS", "LAYER", "SUMMARY", "Settings", "plan"]

SUMMARY = "Cancels capacity reservations that no instance used for two weeks, and reduces those used in part."
LAYER = Layer.USAGE
KINDS = ("aws_ec2_capacity_reservation",)


def plan(estate: Estate, context: Context[Settings]) -> Iterator[Change]:
    """A cancellation or a smaller count for each reservation that never was in use as a whole."""
    numbers = _numbers(estate)
    for seen in estate.of_kind("aws_ec2_capacity_reservation"):
        settings = context.of(seen)
        spec = seen.resource.spec
        count, used = spec.number("instance_count"), seen.usage.metric("used_instances")
        if not count or used is None or used.coverage < settings.coverage or kept(seen, settings.keep_tags):
            continue
        if _shared(seen, numbers):
            continue
        # A Capacity Block is paid for in advance, and nothing is saved by letting it go.
        if used.hours < settings.days * 24 * 0.99 or spec.text("reservation_type") == "capacity-block":
            continue
        wanted = ceil(used.maximum)
        if wanted < count:
            yield _change(seen, int(count), wanted, used, context)


def _change(seen: Observation, count: int, wanted: int, used: MetricSummary, context: Context[Settings]) -> Change:
    spec, region = seen.resource.spec, seen.resource.region
    type_ = spec.text("instance_type") or ""
    platform = spec.text("instance_platform")
    price = context.prices.price("aws_instance", type_, region) if platform in (None, "Linux/UNIX") else None
    idle = as_month(price, count - wanted)
    known = context.catalogue.instance_type(type_)
    scarce = known is None or known.gpu_count > 0
    doubts = (
        *asked(seen, context.of(seen)),
        *_bound(seen, context.now),
        *((f"{type_} is hard to come by, and what is given back may not be had again",) if scarce else ()),
    )
    what = f"capacity reservation {where(seen)}"
    return unused(
        "unused_reservation",
        seen,
        f"Cancel {what}, which no instance uses" if not wanted else f"Reduce {what} from {count} to {wanted}",
        f"at most {wanted} of its {count} {type_} were in use in {used.hours / 24:,.0f} days",
        evidence=(used,),
        doubts=doubts,
        accrued=accrued(idle, used.start, context.now),
        saving=whole(idle, seen),
        action=SetAttribute("instance_count", count, wanted) if wanted else None,
        concern="reserved" if wanted else "existence",
        effect=Effect.IN_PLACE if wanted else Effect.REMOVAL,
    )


def _numbers(estate: Estate) -> Mapping[str, set[str]]:
    """The account numbers in the ARNs of what each account has, but of reservations, which others may share with it."""
    found: dict[str, set[str]] = {}
    for one in (observed.resource for observed in estate.observations if observed.resource.kind != KINDS[0]):
        if one.arn is not None and one.arn.count(":") > 4:
            found.setdefault(one.account, set()).add(one.arn.split(":")[4])
    return {account: numbers - {""} for account, numbers in found.items()}


def _shared(seen: Observation, numbers: Mapping[str, set[str]]) -> bool:
    """Whether another account owns it, as far as it is known which number this one has."""
    owner, own = seen.resource.spec.text("owner_id"), numbers.get(seen.resource.account)
    return owner is not None and bool(own) and owner not in (own or ())


def _bound(seen: Observation, now: datetime) -> Iterator[str]:
    """Who or what keeps it from being reduced, or from being paid for here."""
    spec = seen.resource.spec
    until, fleet, payer = (spec.text(name) for name in ("commitment_end_date", "fleet_id", "billed_to"))
    if until is not None and datetime.fromisoformat(until) > now:
        yield f"it is committed to until {datetime.fromisoformat(until):%Y-%m-%d}, and AWS takes nothing back before"
    if fleet is not None:
        yield f"it belongs to capacity reservation fleet {fleet}, which sets its size; change it there"
    if payer is not None and payer != spec.text("owner_id"):
        yield f"account {payer} pays for what of it is not used; ask there"
