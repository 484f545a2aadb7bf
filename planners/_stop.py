"""How an instance is stopped in code, and what speaks against it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from planners._money import added
from planners._seen import held_on, remade, where
from remediator.model import (
    LAST_SESSION,
    NO_SESSION,
    AddResource,
    Attributes,
    MetricSummary,
    Observation,
    Price,
    SetAttribute,
)

STOP = AddResource(
    type="aws_ec2_instance_state",
    arguments=Attributes({"state": "stopped"}),
    references=(("instance_id", "id"),),
    shows=SetAttribute("instance_state", "running", "stopped"),
)


def paid(seen: Observation) -> Price | None:
    """What a stop no longer pays a month; None in a capacity reservation, which is paid for either way.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-pricing-billing.html
    """
    return None if seen.resource.spec.text("capacity_reservation_id") else seen.price


def reserved(members: Iterable[Observation]) -> tuple[Observation, ...]:
    """Those of a group's members that run in a capacity reservation."""
    return tuple(member for member in members if member.resource.spec.text("capacity_reservation_id"))


def paid_by_group(group: Observation, members: Sequence[Observation]) -> Price | None:
    """What scaling a group to zero no longer pays a month: what its members cost that no reservation pays for.

    None where the price of one of those is not known, or there is none of them.
    """
    if not reserved(members):
        return group.price
    others = [member for member in members if member not in reserved(members)]
    return added(*(member.price for member in others)) if others else None


def reservations(members: Iterable[Observation]) -> Iterator[str]:
    """The doubt about each member that a reservation pays for, whether it runs or not."""
    for member in reserved(members):
        yield f"its member {member.resource.id} runs in a capacity reservation, which is paid for either way"


def attended(seen: Observation) -> Iterator[str]:
    """The doubt about a machine that somebody has been logged in on within the last day."""
    last = seen.resource.spec.text(LAST_SESSION)
    if last not in (None, NO_SESSION):
        yield f"somebody had a Session Manager session on {seen.resource.id} until {last}; ask before a stop"


def unattended(machines: Iterable[Observation]) -> Iterator[str]:
    """The evidence that is missing where it is not known whether anybody was logged in."""
    unknown = sum(1 for seen in machines if seen.resource.spec.text(LAST_SESSION) is None)
    if unknown:
        yield "whether somebody was logged in within the last day (ssm:DescribeSessions)"


_WAITING = re.compile(
    r"(?:^|[^a-z])(bastion|jump(?:-?(?:box|host|server))?|(?:open)?vpn|wireguard|nat|proxy|licen[cs]e)(?![a-z])"
)
"""Names of what waits for somebody to come through it, or to ask it now and then."""


def waits(seen: Observation) -> Iterator[str]:
    """The doubt about a machine whose work is to be there."""
    named = _WAITING.search(f"{seen.resource.tags.get('Name') or ''} {where(seen)}".lower())
    if named:
        yield f"its name says that it is a {named[1]}, which has nothing to do until somebody needs it"
    if seen.resource.spec.flag("source_dest_check") is False:
        # https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html
        yield "its source and destination check is off, as of a router: others may go through it"


def briefly_at_work(evidence: Iterable[MetricSummary], limits: Mapping[str, float]) -> Iterator[str]:
    """The doubt about a CPU or network that went over its limit for less than 0.5 % of the time."""
    for summary in evidence:
        if summary.maximum > limits[summary.name]:
            mbytes = f"network works (up to {summary.maximum / 1e6:,.2f} MB/s)"
            works = f"CPU works (up to {summary.maximum:.1f} %)" if summary.name == "cpu" else mbytes
            yield f"its {works} for less than 0.5 % of the time, as updates do, or a short job of its own"


def disks_at_work(seen: Observation, most: float) -> Iterator[str]:
    """The doubt about what does more than so many operations a second on its disks for a twentieth of the time."""
    busy = seen.usage.metric("ebs_ops")
    if busy is not None and busy.p95 > most:
        yield f"its disks work (up to {busy.maximum:,.0f} operations a second)"


def given_up(machines: Iterable[Observation]) -> Iterator[str]:
    """What is not known of machines whose public address goes with a stop, since it is no Elastic IP.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html
    """
    for seen in machines:
        address = seen.resource.spec.text("ephemeral_ip")
        if address is not None:
            yield f"who knows it by its public address {address}, which is no Elastic IP and is given up at a stop"


def protections(seen: Observation) -> Iterator[str]:
    """Why a stop saves nothing, cannot be undone, would be undone by another, or would meet somebody at work."""
    yield from attended(seen)
    yield from held_on(seen)
    spec = seen.resource.spec
    if spec.text("capacity_reservation_id"):
        yield f"it runs in capacity reservation {spec.text('capacity_reservation_id')}, which is paid for either way"
    if spec.text("instance_lifecycle") == "spot":
        yield "it is a Spot instance, which a stop may end for good"
    yield from remade(seen)
