"""How an instance is stopped in code, and what speaks against it."""

from collections.abc import Iterator

from planners._seen import remade
from remediator.model import AddResource, Attributes, Observation, SetAttribute

STOP = AddResource(
    type="aws_ec2_instance_state",
    arguments=Attributes({"state": "stopped"}),
    references=(("instance_id", "id"),),
    shows=SetAttribute("instance_state", "running", "stopped"),
)


def protections(seen: Observation) -> Iterator[str]:
    """Why a stop saves nothing, cannot be undone, or would be undone by another."""
    spec = seen.resource.spec
    if spec.text("capacity_reservation_id"):
        yield f"it runs in capacity reservation {spec.text('capacity_reservation_id')}, which is paid for either way"
    if spec.text("instance_lifecycle") == "spot":
        yield "it is a Spot instance, which a stop may end for good"
    yield from remade(seen)
