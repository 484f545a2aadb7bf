"""What is said of who or what launched a resource that no code declares."""

from collections.abc import Iterator

from remediator.model import Launch, LaunchRecord, Resource
from remediator.trace.people import shown

__all__ = ["adoptable", "launcher", "sentences"]

SOMEBODY = "somebody"
"""What stands for whoever launched something, where no name is known."""

_DECLARING = ("Terraform", "OpenTofu", "Pulumi")
_CONTROLLING = ("Karpenter", "the EBS CSI driver")
"""Programs that make resources by themselves; their tags may have been taken off."""


def sentences(resource: Resource, launch: Launch | None) -> Iterator[str]:
    """What its tags and its launch tell, a sentence each; without account numbers and hosts of addresses.

    `launch` is None where nobody asked.
    """
    by = resource.launched_by
    if by is not None:
        again = " and would make it anew" if by.scales else ""
        yield f"{by} made it{again}: change it there"
    if machines := _machines(resource):
        yield f"it goes with {', '.join(machines)} when that is terminated, and is adopted with it or not at all"
    if not isinstance(launch, LaunchRecord):
        if launch is not None and by is None and resource.member_of is None:
            yield f"who made it is not known: {launch}"
        return
    through = f", through {launch.service}" if launch.service else ""
    tool = f" with {launch.tool}" if launch.tool else ""
    yield f"{launcher(launch) or SOMEBODY} called {launch.event}{tool}{through} at {launch.at:%Y-%m-%d %H:%M} UTC"
    if launch.tool in _DECLARING:
        yield f"{launch.tool} made it from code or a state that is not configured here: add its repository and root"
    if launch.tool in _CONTROLLING and by is None:
        yield f"{launch.tool} makes such things by itself: change it in its configuration"


def launcher(launch: Launch | None) -> str | None:
    """What the sentences call whoever launched it; None where they name nobody."""
    return shown(launch.principal.split(":", 5)[-1]) or None if isinstance(launch, LaunchRecord) else None


def adoptable(resource: Resource, launch: Launch | None) -> bool:
    """Whether Terraform may take it over: nothing that would make it anew, or holds it already, is known to be."""
    if resource.launched_by is not None or resource.member_of is not None or _machines(resource):
        return False
    return not isinstance(launch, LaunchRecord) or (
        launch.service is None and launch.tool not in (*_DECLARING, *_CONTROLLING)
    )


def _machines(resource: Resource) -> tuple[str, ...]:
    """The machines that a disk goes with: it is a block of theirs, and a group or a controller may have made them."""
    return tuple(resource.spec.texts("deleted_with"))
