"""What moving a machine to another type asks of it, and what speaks against it."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from planners._accelerated import accelerated
from planners._money import as_month, monthly
from planners._seen import held_on, kept
from planners._sizing import Demand, fits
from remediator.model import Estate, InstanceType, Observation, PriceBook, Saving

_ATTACHMENTS = 28
"""Volumes, network interfaces, and disks, GPUs and Neuron devices of its own that most Nitro types take together, as
the least of what any size of them does. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/volume_limits.html

So an inf1.24xlarge, with an interface and 16 devices, takes 11 volumes:
https://github.com/kubernetes-sigs/aws-ebs-csi-driver, pkg/cloud/volume_limits.go"""
_UNKNOWN = Demand(None, None, None, None, None)
_DISKS = 8
"""Disks that a type with instance store may have, which the catalogue counts by their size alone."""


def resizable(current: InstanceType) -> bool:
    """Whether CPU, memory, network and EBS tell what a machine does: not of accelerators, nor of whole hosts."""
    return (
        current.gpu_count == 0
        and not accelerated(current)
        and current.burstable is not None
        and current.bare_metal is False
    )


def moves(candidate: InstanceType, current: InstanceType, step: float) -> bool:
    """Whether a machine can be moved there by a stop and a start, and no further down than one step."""
    if candidate.architecture != current.architecture or candidate.hypervisor != current.hypervisor:
        return False
    if candidate.burstable != current.burstable or candidate.bare_metal is not False:
        return False
    if candidate.vcpu is None or current.vcpu is None or candidate.memory_mib is None or current.memory_mib is None:
        return False
    return candidate.vcpu * step >= current.vcpu and candidate.memory_mib * step >= current.memory_mib


def no_less(candidate: InstanceType, current: InstanceType) -> bool:
    """Whether a type is current, of the same architecture, and holds what a machine of today's may come to."""
    return (
        candidate.current_generation is True
        and candidate.architecture == current.architecture
        and candidate.burstable is False
        and candidate.bare_metal == current.bare_metal
        and fits(candidate, current, _UNKNOWN)
    )


def movable(seen: Observation, keep_tags: Iterable[str]) -> bool:
    """Whether it is a running machine whose type its own code decides, and that is paid for as long as it runs.

    A Capacity Block is paid for in advance: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-blocks.html
    """
    resource = seen.resource
    return (
        resource.spec.text("instance_state") == "running"
        and resource.spec.text("instance_lifecycle") != "capacity-block"
        and not resource.member_of
        and not kept(seen, keep_tags)
        and (resource.launched_by is None or not resource.launched_by.scales)
    )


def saved(seen: Observation, prices: PriceBook, current: InstanceType, candidate: InstanceType) -> Saving | None:
    """What another type costs less a month; None where a price is not known, or nothing is saved."""
    region = seen.resource.region
    before, after = (prices.price("aws_instance", type_.name, region) for type_ in (current, candidate))
    return monthly(as_month(before), as_month(after), seen, candidate.name)


def cheapest(
    seen: Observation, current: InstanceType, candidates: Iterable[InstanceType], estate: Estate, prices: PriceBook
) -> InstanceType | None:
    """The candidate that saves most, of those that its zone has; the last by name of several."""
    options = (
        (saving.monthly, candidate.name, candidate)
        for candidate in candidates
        if estate.offered(candidate.name, seen.resource) is not False
        and (saving := saved(seen, prices, current, candidate)) is not None
    )
    best = max(options, key=lambda option: option[:2], default=None)
    return best[2] if best else None


def worth(saving: Saving, current: InstanceType, seen: Observation, prices: PriceBook, least_percent: float) -> bool:
    """Whether a saving is at least so much of the list price of what it is today."""
    before = as_month(prices.price("aws_instance", current.name, seen.resource.region))
    return before is not None and 100 * saving.monthly >= before.amount * Decimal(str(least_percent))


def by_list(seen: Observation) -> bool:
    """Whether list prices, which are on-demand, Linux and shared tenancy, are what it is paid by."""
    spec = seen.resource.spec
    return (
        spec.text("instance_lifecycle") is None
        and spec.text("platform") in (None, "Linux/UNIX")
        and spec.text("tenancy") in (None, "default")
    )


def scarce(candidate: InstanceType) -> str:
    """The doubt that a machine with accelerators finds no place when it is started again."""
    return (
        f"{candidate.name} may not be had at once when it is started again (InsufficientInstanceCapacity); resize it "
        "when nothing waits for it"
    )


def blocks(seen: Observation, current: InstanceType) -> Iterator[str]:
    """What a stop and start, or a licence, makes a person's decision."""
    spec = seen.resource.spec
    yield from held_on(seen)
    if current.local_storage_gb:
        yield f"{current.name} has {current.local_storage_gb:,} GB of instance store, which is lost on the restart"
    if spec.text("ephemeral_ip"):
        yield f"its public address {spec.text('ephemeral_ip')} is no Elastic IP, and another after the restart"
    if (vcpu := _optimised(seen)) is not None and vcpu != current.vcpu:
        yield f"it was started with {vcpu:.0f} of the {current.vcpu} vCPU (cpu_options), which another may not take"
    yield from tied(seen)
    if spec.flag("hibernation"):
        yield "it may be hibernated, and a hibernated instance cannot change its type"
    if spec.text("instance_lifecycle") == "spot":
        yield "it is a Spot instance, which cannot be resized"


def _optimised(seen: Observation) -> float | None:
    """The vCPUs that a machine was started with; None where nobody tells.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-optimize-cpu.html
    """
    cores, threads = (seen.resource.spec.number(f"cpu_options.{name}") for name in ("core_count", "threads_per_core"))
    return None if cores is None or threads is None else cores * threads


def tied(seen: Observation) -> Iterator[str]:
    """What a machine is tied to that may not go with another size, also of one that is made anew."""
    spec = seen.resource.spec
    if spec.text("tenancy") not in (None, "default"):
        yield f"it runs on {spec.text('tenancy')} tenancy"
    platform = spec.text("platform") or "Linux/UNIX"
    if platform != "Linux/UNIX":
        yield f"it runs {platform}, whose licence is priced by size and is not in this price"
    if spec.text("capacity_reservation_id"):
        yield f"it runs in capacity reservation {spec.text('capacity_reservation_id')} of this type"
    if spec.text("placement_group"):
        yield f"it is in placement group {spec.text('placement_group')}, where another size may find no room"
    if spec.flag("enclave_options.enabled"):
        yield "it may run Nitro Enclaves, which take vCPUs and memory of it that are not measured"
    if spec.texts("licenses"):
        yield f"licences are counted for it ({', '.join(spec.texts('licenses'))}), perhaps by its vCPUs"


def short(seen: Observation, candidate: InstanceType) -> Iterator[str]:
    """What a candidate has too little of for what is attached to the machine."""
    spec = seen.resource.spec
    interfaces = spec.number("interfaces") or 0
    if candidate.interfaces is None and interfaces > 2:
        yield f"it has {interfaces:.0f} network interfaces, of which {candidate.name} may hold fewer"
    elif candidate.interfaces is not None and interfaces > candidate.interfaces:
        yield (
            f"it has {interfaces:.0f} network interfaces and {candidate.name} takes {candidate.interfaces}; detach the "
            "others first"
        )
    volumes, disks = len(spec.texts("volume_ids")), _DISKS if candidate.local_storage_gb else 0
    devices = candidate.gpu_count + candidate.neuron_devices
    if candidate.hypervisor == "nitro" and volumes + interfaces + disks + devices > _ATTACHMENTS:
        own = " and ".join(name for name, count in (("disks", disks), ("devices", devices)) if count)
        yield (
            f"it has {volumes} volumes and {interfaces:.0f} network interfaces, and {candidate.name} may take "
            f"{_ATTACHMENTS} of both together" + (f", its own {own} counted in" if own else "")
        )
    most = max((int(count) for count in spec.texts("interface_addresses") if count.isdecimal()), default=0)
    if candidate.addresses is not None and most > candidate.addresses:
        yield f"one of its interfaces has {most} addresses and prefixes, and those of {candidate.name} take " + (
            f"{candidate.addresses}"
        )
    if any(type_.startswith("efa") for type_ in spec.texts("interface_types")) and not candidate.efa:
        has = "has none" if candidate.efa is False else "may have none"
        yield f"it has an Elastic Fabric Adapter, and {candidate.name} {has}"


def unseen(seen: Observation, candidate: InstanceType, estate: Estate) -> Iterator[str]:
    """The evidence that is missing for a candidate, as phrases."""
    if not by_list(seen):
        yield "what it is paid by, which is not the list price"
    zone = seen.resource.spec.text("availability_zone") or "its zone"
    if estate.offered(candidate.name, seen.resource) is None:
        yield f"whether {candidate.name} is offered in {zone}"
    fewer = (candidate.addresses or 0) * (candidate.interfaces or 0)
    if fewer and any(tag.startswith("kubernetes.io/cluster/") for tag in seen.resource.tags):
        yield f"whether the pods of this node fit the {fewer:,} addresses of a {candidate.name} (max-pods)"
