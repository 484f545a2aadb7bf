"""Which groups launch their machines by a template, who else does, and who decides what fits on them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from remediator.model import Estate, Observation, Resource

TEMPLATE = "aws_launch_template"
GROUP, NODES = "aws_autoscaling_group", "aws_eks_node_group"
BATCH, SERVICE = "aws_batch_compute_environment", "aws_ecs_service"
_BY = "aws:ec2launchtemplate:id"
"""The tag that EC2 gives what is launched by a template.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html"""
_PODS = ("k8s.io/", "kubernetes.io/", "eks:")
"""How tags of groups and machines begin that are nodes of Kubernetes; the Cluster Autoscaler finds its groups by them.
https://docs.aws.amazon.com/eks/latest/userguide/launch-workers.html"""
_TASKS = "AmazonECSManaged"
"""The tag of a group that an ECS capacity provider scales.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html"""
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Around:
    """What an estate has beside groups, sorted once.

    `launched` are machines by account, region and the template that they were launched by; `served` names a service of
    ECS in each account and region whose tasks run on machines there.
    """

    launched: Mapping[tuple[str, str, str], Sequence[Observation]]
    served: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, estate: Estate) -> "Around":
        """Of an estate."""
        launched: dict[tuple[str, str, str], list[Observation]] = defaultdict(list)
        for seen in estate.of_kind("aws_instance"):
            template = seen.resource.tags.text(_BY)
            if template is not None:
                launched[seen.resource.account, seen.resource.region, template].append(seen)
        served: dict[tuple[str, str], str] = {}
        for service in estate.of_kind(SERVICE):
            spec = service.resource.spec
            own = [name for name in spec.texts("capacity_providers") if not name.startswith("FARGATE")]
            if spec.text("launch_type") == "EC2" or own:
                served.setdefault((service.resource.account, service.resource.region), spec.text("name") or "")
        return cls(launched, served)


def groups_of(template: Resource, estate: Estate) -> list[Observation]:
    """The Auto Scaling groups that launch by a template."""
    return [one for one in estate.having(GROUP, "launch_template.id", template.id) if _beside(one.resource, template)]


def other_users(template: Resource, groups: Collection[Observation], around: Around, estate: Estate) -> Iterator[str]:
    """What launches by a template and is none of its groups, as phrases."""
    path = "compute_resources.launch_template.launch_template_id"
    for kind, attribute, what in ((BATCH, path, "Batch environment"), (NODES, "launch_template.id", "node group")):
        for one in estate.having(kind, attribute, template.id):
            if _beside(one.resource, template):
                yield f"{what} {one.resource.id}"
    ids = {group.resource.id for group in groups}
    own = around.launched.get((template.account, template.region, template.id), ())
    others = [one.resource.id for one in own if one.resource.member_of not in ids]
    if others:
        more = f" and {len(others) - _NAMED:,} more" if len(others) > _NAMED else ""
        yield f"{', '.join(others[:_NAMED])}{more} outside of its groups"


def controlled(group: Observation, members: Collection[Observation]) -> str | None:
    """Who decides what has to fit on a group's machines, by what it asks for and not by what it uses."""
    for resource in (group.resource, *(member.resource for member in members)):
        if resource.launched_by is not None and resource.launched_by.scales:
            return f"{resource.launched_by} made it and chooses its machines; change it there"
        if resource.kind == NODES or any(tag.startswith(_PODS) for tag in resource.tags):
            return (
                "its machines are nodes of Kubernetes, and a pod that asks for more than is left of a smaller one waits"
            )
        if _TASKS in resource.tags:
            return "an ECS capacity provider scales it, and a task that asks for more than a smaller machine has waits"
    return None


def tasks(group: Observation, around: Around) -> Iterator[str]:
    """The doubt about machines that may be those of an ECS cluster, which nothing of a group tells."""
    name = around.served.get((group.resource.account, group.resource.region))
    if name is not None:
        yield (
            f"ECS service {name} runs on machines of this account; if they are these, its tasks have to fit by what "
            "they reserve"
        )


def _beside(one: Resource, other: Resource) -> bool:
    return (one.account, one.region) == (other.account, other.region)
