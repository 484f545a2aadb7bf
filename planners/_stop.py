"""How an instance is stopped in code, and what speaks against it."""

from collections.abc import Iterator

from planners._seen import remade
from remediator.model import AddResource, Attributes, Observation, Price, SetAttribute

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


def protections(seen: Observation) -> Iterator[str]:
    """Why a stop saves nothing, cannot be undone, or would be undone by another."""
    spec = seen.resource.spec
    if spec.text("capacity_reservation_id"):
        yield f"it runs in capacity reservation {spec.text('capacity_reservation_id')}, which is paid for either way"
    if spec.text("instance_lifecycle") == "spot":
        yield "it is a Spot instance, which a stop may end for good"
    yield from remade(seen)
