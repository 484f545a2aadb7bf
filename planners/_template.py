"""How the machines of a group come by another type of its launch template."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planners._members import Shown
from planners._seen import where
from remediator.model import Observation

_LATEST, _DEFAULT = "$Latest", "$Default"
_REFRESH = "instance_refresh.strategy"


@dataclass(frozen=True, slots=True)
class Judged:
    """A group that launches by a template, its machines that run, and what they show."""

    group: Observation
    members: Sequence[Observation]
    shown: Shown


def pinned(template: Observation, group: Observation) -> str | None:
    """Why a group would not launch by a new version of its template; None where it would, or its code has to say.

    A number that is that of the newest version may be the template's `latest_version` in code, of the same root alone.
    https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateSpecification.html
    """
    version, newest = (
        group.resource.spec.text("launch_template.version"),
        template.resource.spec.number("latest_version"),
    )
    if group.declared is None:
        return "no state holds it, so that who relies on its machines is not known"
    if version == _LATEST:
        return None
    if version == _DEFAULT or version is None:
        moves = template.declared is not None and template.declared.attributes.flag("update_default_version")
        return None if moves else "it launches by the default version, which the code does not move on to a new one"
    if newest is None or version != f"{newest:.0f}":
        return f"it launches by version {version} of the template, which is not the newest"
    return None if _same_root(template, group) else f"it launches by version {version}, and another root says so"


def updates(template: Observation, judged: Sequence[Judged]) -> tuple[tuple[str, str], ...]:
    """The groups that take the number of the new version from the template, by their addresses, and where they do."""
    return tuple(
        (one.group.declared.at.address, "launch_template")
        for one in judged
        if one.group.declared is not None and _takes_number(one.group) and _same_root(template, one.group)
    )


def refreshes(group: Observation) -> bool:
    """Whether Terraform replaces a group's machines when the number of its version changes."""
    return _takes_number(group) and group.declared is not None and group.declared.attributes.text(_REFRESH) is not None


def arrival(judged: Sequence[Judged]) -> Iterator[str]:
    """What happens to the machines that run, as sentences."""
    for several, at_once in ((True, True), (False, False)):
        own = [one.group for one in judged if refreshes(one.group) is at_once]
        names = ", ".join(map(where, own))
        if own and several:
            yield f"applying it starts an instance refresh of {names}, which replaces their machines some at a time"
        elif own:
            yield (
                f"the machines of {names} stay as they are, and cost as much, until they are replaced: start an "
                "instance refresh once it is applied, and again to go back"
            )
    alone = ", ".join(where(one.group) for one in judged if len(one.members) == 1)
    if alone:
        yield f"{alone} has one machine, and is interrupted until the next one serves"


def _takes_number(group: Observation) -> bool:
    return (group.resource.spec.text("launch_template.version") or "").isdecimal()


def _same_root(template: Observation, group: Observation) -> bool:
    if template.declared is None or group.declared is None:
        return False
    one, other = template.declared.at, group.declared.at
    return (one.repository, one.root, one.workspace, one.backend) == (
        other.repository,
        other.root,
        other.workspace,
        other.backend,
    )
