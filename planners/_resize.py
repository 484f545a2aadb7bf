"""What moving a machine to another type asks of it, and what speaks against it."""

from collections.abc import Iterator

from planners._money import as_month, monthly
from remediator.model import InstanceType, Observation, PriceBook, Saving


def moves(candidate: InstanceType, current: InstanceType, step: float) -> bool:
    """Whether a machine can be moved there by a stop and a start, and no further down than one step."""
    if candidate.architecture != current.architecture or candidate.hypervisor != current.hypervisor:
        return False
    if candidate.burstable != current.burstable or candidate.bare_metal is not False:
        return False
    if candidate.vcpu is None or current.vcpu is None or candidate.memory_mib is None or current.memory_mib is None:
        return False
    return candidate.vcpu * step >= current.vcpu and candidate.memory_mib * step >= current.memory_mib


def saved(prices: PriceBook, current: InstanceType, candidate: InstanceType, region: str) -> Saving | None:
    """What another type costs less a month; None where a price is not known, or nothing is saved."""
    before, after = (prices.price("aws_instance", type_.name, region) for type_ in (current, candidate))
    return monthly(as_month(before), as_month(after))


def blocks(seen: Observation, current: InstanceType) -> Iterator[str]:
    """What a stop and start, or a licence, makes a person's decision."""
    spec = seen.resource.spec
    if current.local_storage_gb:
        yield f"{current.name} has {current.local_storage_gb} GB of instance store, which is lost on the restart"
    if spec.text("tenancy") not in (None, "default"):
        yield f"it runs on {spec.text('tenancy')} tenancy"
    platform = spec.text("platform") or "Linux/UNIX"
    if platform != "Linux/UNIX":
        yield f"it runs {platform}, whose licence is priced by size and is not in this price"
    if spec.text("capacity_reservation_id"):
        yield f"it runs in capacity reservation {spec.text('capacity_reservation_id')} of this type"
    if spec.text("placement_group"):
        yield f"it is in placement group {spec.text('placement_group')}, where another size may find no room"
    if spec.flag("hibernation"):
        yield "it may be hibernated, and a hibernated instance cannot change its type"
    if spec.text("instance_lifecycle") == "spot":
        yield "it is a Spot instance, which cannot be resized"
    if any(type_.startswith("efa") for type_ in spec.texts("interface_types")):
        yield "it has an Elastic Fabric Adapter, which another size may not offer"
    interfaces = spec.number("interfaces") or 0
    if interfaces > 2:
        yield f"it has {interfaces:.0f} network interfaces, of which a smaller type may hold fewer"


def offered(seen: Observation, candidate: InstanceType) -> str:
    """The evidence that is missing for a type in a zone, as a phrase."""
    return f"whether {candidate.name} is offered in {seen.resource.spec.text('availability_zone') or 'its zone'}"
