"""What rules ask of every observation, and of their settings."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from remediator.model import Observation, Usage, Window

LEAST_DAYS = 14.0
"""Days of evidence without which nothing is resized or removed; settings may ask for more, not for less.

AWS Compute Optimizer looks back as far by default: https://docs.aws.amazon.com/compute-optimizer/latest/ug/
"""
_NAMED = 5
"""Earlier machines that are named; the rest are counted."""
_WAITING = timedelta(hours=24)
_WHOLE = 0.99
"""The share of its points with which a group's own size is taken as told."""


def unseen_members(group: Observation, members: Iterable[Observation], since: datetime) -> str | None:
    """Why what a group's members show may not be all that it did since a time; None where it must be.

    A member that ended leaves no series with the group. None can have been where as many run as the group may have, or
    as by its own metrics it ever had at a time, all of them since before that time.
    """
    found = list(members)
    spec = group.resource.spec
    most = spec.number("max_size") if "max_size" in spec else spec.number("scaling_config.max_size")
    may = (
        "how many instances it may hold is not known, and it"
        if most is None
        else f"it may hold {most:.0f} instances and"
    )
    for had in (group.usage.metric("in_service", window) for window in Window):
        if had is not None and had.start <= since and had.coverage >= _WHOLE and (most is None or had.maximum < most):
            most, may = had.maximum, f"it had up to {had.maximum:.0f} instances and"
    young = [m for m in found if m.resource.created_at is None or m.resource.created_at > since]
    if most is None or len(found) < most:
        return f"{may} holds {len(found)}; others may have run and ended unmeasured"
    if young:
        return f"{len(young)} of its instances are younger than the time that is judged; those before are not measured"
    return None


def counted_with(seen: Observation) -> tuple[str, ...]:
    """Which machines were at its address before it and are counted with it; nothing where there are none."""
    earlier = seen.usage.earlier
    if not earlier:
        return ()
    many = "1 earlier machine" if len(earlier) == 1 else f"{len(earlier):,} earlier machines"
    return (f"counted with {many} under this address ({few(earlier, _NAMED)})",)


def took_over(usage: Usage, now: datetime) -> tuple[str, ...]:
    """The doubt about what took the place of another within a day: whoever did that may be about to use it."""
    since = usage.running_since
    if not usage.earlier or since is None or now - since >= _WAITING:
        return ()
    hours = (now - since).total_seconds() / 3600
    place = f"at the address that {usage.earlier[0]} had"
    return (f"it was started {hours:.0f} hours ago {place}, and may be only waiting to be used",)


def where(seen: Observation) -> str:
    """The resource's address in code, or its id where no code declares it."""
    return seen.declared.at.address if seen.declared else seen.resource.id


def remade(seen: Observation) -> tuple[str, ...]:
    """The doubt about what a controller made, which would make another."""
    by = seen.resource.launched_by
    return (f"{by} launched it and would launch another; change it there",) if by and by.scales else ()


def held_on(seen: Observation) -> tuple[str, ...]:
    """The doubt about a machine that its code protects from being stopped, as another size asks for too.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html
    """
    held = seen.declared is not None and seen.declared.attributes.flag("disable_api_stop") is True
    return ("its code has disable_api_stop, with which AWS refuses to stop it: take that away first",) if held else ()


def few(names: Sequence[str], most: int = 3) -> str:
    """Names as a phrase, of which it has so many and counts the others."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"


def of_nodes(group: Observation) -> bool:
    """Whether an Auto Scaling group is a managed node group's own, which EKS sizes and which is judged there.

    https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
    """
    return "eks:nodegroup-name" in group.resource.tags


def kept(seen: Observation, tags: Iterable[str]) -> bool:
    """Whether the resource carries a tag by which people asked to leave it alone."""
    return any(tag in seen.resource.tags for tag in tags)


def check_within(name: str, value: float, least: float, most: float) -> None:
    """Raise ValueError, worded for the person who set it, unless a setting lies within its bounds."""
    if not least <= value <= most:
        raise ValueError(f"{name} = {value:g} is not between {least:g} and {most:g}")
