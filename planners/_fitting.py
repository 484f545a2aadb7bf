"""Which smaller types hold every machine of some groups, and what they save together."""

from collections.abc import Iterator, Sequence

from planners._bursts import lasts
from planners._members import DIMENSIONS
from planners._money import as_month, monthly
from planners._resize import by_list
from planners._sized import candidates, measured
from planners._sizing import Demand
from planners._stop import reserved
from planners._template import Judged
from planners.rightsize_instance import Settings
from remediator.model import Context, Estate, InstanceType, Saving


def options(
    judged: Sequence[Judged], current: InstanceType, estate: Estate, context: Context[Settings]
) -> Iterator[tuple[InstanceType, Saving]]:
    """The types that hold all machines, and what they cost less a month than as many of the current type."""
    first = judged[0].group
    settings, count = context.of(first), sum(len(one.members) for one in judged)
    for candidate in candidates(current, needs(judged), settings.largest_step, context.catalogue, settings.families):
        before, after = (
            context.prices.price("aws_instance", type_.name, first.resource.region) for type_ in (current, candidate)
        )
        # What an adviser counts after commitments is of one group.
        target = candidate.name if len(judged) == 1 else None
        saving = monthly(as_month(before, count), as_month(after, count), first, target)
        if saving is None or offered(judged, candidate, estate) is False:
            continue
        if all(_lasts(one, current, candidate, context) for one in judged):
            yield candidate, saving


def needs(judged: Sequence[Judged]) -> Demand:
    """What each machine of any group has to hold; what is unknown of one group is unknown of all."""

    def most(*figures: float | None) -> float | None:
        known = [figure for figure in figures if figure is not None]
        return max(known) if len(known) == len(figures) else None

    each = [one.shown.needs for one in judged]
    return Demand(
        vcpu=most(*(need.vcpu for need in each)),
        memory_mib=most(*(need.memory_mib for need in each)),
        network=most(*(need.network for need in each)),
        ebs_bytes=most(*(need.ebs_bytes for need in each)),
        ebs_ops=most(*(need.ebs_ops for need in each)),
    )


def unseen(judged: Sequence[Judged], candidate: InstanceType, estate: Estate) -> Iterator[str]:
    """The evidence that is missing for a candidate, as phrases."""
    yield from (name for name in DIMENSIONS if any(name in one.shown.unknown for one in judged))
    if not paid_by_list(judged):
        yield "what its machines are paid by, which is not the list price"
    if offered(judged, candidate, estate) is None:
        yield f"whether {candidate.name} is offered in all of its zones"


def paid_by_list(judged: Sequence[Judged]) -> bool:
    """Whether list prices are what all machines are paid by, and no capacity reservation is, whatever runs in it."""
    members = [member for one in judged for member in one.members]
    return all(map(by_list, members)) and not reserved(members)


def offered(judged: Sequence[Judged], candidate: InstanceType, estate: Estate) -> bool | None:
    """Whether all zones that a machine may be started in have a type; None where that is not known of one."""
    known: list[bool | None] = []
    for one in judged:
        resource = one.group.resource
        zones = {member.resource.spec.text("availability_zone") or "" for member in one.members}
        for zone in zones | set(resource.spec.texts("availability_zones")):
            types = estate.offers.get((resource.account, resource.region, zone))
            known.append(None if types is None else candidate.name in types)
    return False if False in known else None if None in known else True


def _lasts(one: Judged, current: InstanceType, candidate: InstanceType, context: Context[Settings]) -> bool:
    """Whether a burstable candidate earns what each machine spends, of which those that are no more do not tell."""
    if not candidate.burstable:
        return True
    settings = context.of(one.group)
    names = ("cpu", "cpu_credits", "cpu_credits_charged")
    found = [measured(member, names, settings) for member in one.members]
    return all("cpu" in own and lasts(own, current, candidate, settings.headroom) for own in found)
