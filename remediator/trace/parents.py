"""Which declared resource AWS made another one for: members of groups and fleets, nodes, and volumes of instances."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from remediator.model import Resource, StateResource
from remediator.trace.addresses import Key, key_of

__all__ = ["Parent", "account_names", "by_parent", "parents"]

_TAGGED = (
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/fleets.html; users cannot set tags that begin with aws:
    ("aws:ec2:fleet-id", "aws_ec2_fleet"),
    ("aws:ec2spot:fleet-request-id", "aws_spot_fleet_request"),
    # https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-tagging-resources.html
    ("elasticbeanstalk:environment-id", "aws_elastic_beanstalk_environment"),
    # https://docs.databricks.com/aws/en/admin/account-settings/usage-detail-tags
    ("ClusterId", "databricks_cluster"),
    ("DatabricksInstancePoolId", "databricks_instance_pool"),
)
"""Tags that hold the id of what made a resource, and its Terraform type."""
_CONTROLLERS = {
    "AWS Batch": ("aws_batch_compute_environment",),
    "Amazon EMR": ("aws_emr_cluster",),
    "Amazon ECS": ("aws_ecs_capacity_provider",),
    # A cluster is a stack of its own name: https://docs.aws.amazon.com/parallelcluster/latest/ug/cloudformation-v3.html
    "AWS ParallelCluster": ("aws-parallelcluster_cluster", "aws_cloudformation_stack"),
    "AWS CloudFormation": ("aws_cloudformation_stack",),
}
"""What declares the part of a controller that launched a resource."""
_NODES = ("eks:cluster-name", "eks:nodegroup-name")
_VOLUMES = ("root_block_device.volume_id", "ebs_block_device.volume_id")
_MACHINES = ("aws_instance", "aws_spot_instance_request")
_DEVICE = "block device"
_SPOT = "aws_spot_instance_request"


@dataclass(frozen=True, slots=True)
class Parent:
    """What made a resource: the Terraform type that declares it and the id that its state has.

    Of a volume it is the block device of an instance, of an instance the request for it, known by the child's own id.
    """

    kind: str
    id: str


def parents(resource: Resource) -> Iterator[Parent]:
    """What may have made a resource, the nearest first."""
    if resource.group is not None:
        yield Parent(*resource.group)
    for tag, kind in _TAGGED:
        if (id_ := resource.tags.text(tag)) is not None:
            yield Parent(kind, id_)
    cluster, group = (resource.tags.text(tag) for tag in _NODES)
    if cluster is not None and group is not None:
        yield Parent("aws_eks_node_group", f"{cluster}:{group}")
    if resource.kind == "aws_ebs_volume":
        yield Parent(_DEVICE, resource.id)
    if resource.kind == "aws_instance":
        yield Parent(_SPOT, resource.id)
    if (by := resource.launched_by) is not None and by.name:
        for kind in _CONTROLLERS.get(by.controller, ()):
            yield Parent(kind, by.name)


def by_parent(
    resources: Sequence[Resource], entries: Sequence[StateResource], accounts: Mapping[str, str]
) -> Mapping[Key, StateResource]:
    """The state's entry for the parent of every resource that has one; `accounts` are names by account id.

    An instance is the parent of the volumes that its state lists in its block devices and of those that go with it, a
    request for one is its own.
    """
    held: dict[Parent, list[StateResource]] = {}
    for entry in entries:
        if entry.at.mode == "managed":
            for parent in _as_parent(entry):
                held.setdefault(parent, []).append(entry)
    machines = {(r.account, r.region, r.id): r for r in resources if r.kind == "aws_instance"}
    found: dict[Key, StateResource] = {}
    for resource in resources:
        for parent in (*parents(resource), *_of_machine(resource, machines)):
            agreeing = [entry for entry in held.get(parent, ()) if _agrees(entry, resource, accounts)]
            if len(agreeing) == 1:  # a name that two states give to a parent names neither
                found.setdefault(key_of(resource), agreeing[0])
    return found


def _of_machine(disk: Resource, machines: Mapping[tuple[str, str, str], Resource]) -> Iterator[Parent]:
    """The machine that a disk goes with when it is terminated, and what made that."""
    for id_ in disk.spec.texts("deleted_with"):
        yield Parent("aws_instance", id_)
        machine = machines.get((disk.account, disk.region, id_))
        yield from parents(machine) if machine is not None else ()


def account_names(claimed: Mapping[Key, Sequence[StateResource]]) -> Mapping[str, str]:
    """The configured account of each account id, as far as a resource was seen there whose state names the id."""
    return {entry.account_id: key[0] for key, found in claimed.items() for entry in found if entry.account_id}


def _as_parent(entry: StateResource) -> Iterator[Parent]:
    if entry.at.type == "aws_instance":
        yield Parent("aws_instance", entry.id)
    if entry.at.type not in _MACHINES:
        yield Parent(entry.at.type, entry.id)
        if entry.id.startswith("arn:"):
            # TYPE/NAME or TYPE/NAME/ID: a state has ARNs for ids of stacks and compute environments.
            yield Parent(entry.at.type, "".join(entry.id.split(":", 5)[-1].split("/")[1:2]))
        return
    if (machine := entry.attributes.text("spot_instance_id")) is not None:
        yield Parent(_SPOT, machine)
    for name in _VOLUMES:
        value = entry.attributes.get(name)
        for id_ in value if isinstance(value, tuple) else (value,):
            if isinstance(id_, str):
                yield Parent(_DEVICE, id_)


def _agrees(entry: StateResource, resource: Resource, accounts: Mapping[str, str]) -> bool:
    if entry.region not in (None, resource.region):
        return False
    account = accounts.get(entry.account_id or "")
    if account is None and entry.account_id:  # of an account that nothing was seen in, so of none whose id is known
        return resource.account not in accounts.values()
    return account in (None, resource.account)
