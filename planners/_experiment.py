"""What belongs to an experiment, and whether all of it is idle or stands still."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from planners._seen import kept
from remediator.model import (
    Bound,
    Change,
    Estate,
    Experiment,
    Layer,
    Observation,
    RemoveResource,
    Resource,
    experiments_of,
)

PASSIVE = (
    "aws_ebs_volume",
    "aws_ebs_snapshot",
    "aws_eip",
    "aws_cloudwatch_log_group",
    "aws_launch_template",
    "aws_s3_bucket",
)
"""What does no work by itself: it is idle with what uses it."""

WORKING: Mapping[str, tuple[str, tuple[object, ...]]] = {
    "aws_instance": ("instance_state", ("stopped", "stopping")),
    "aws_autoscaling_group": ("desired_capacity", (0,)),
    "aws_eks_node_group": ("scaling_config.desired_size", (0,)),
    "aws_ecs_service": ("desired_count", (0,)),
    "aws_db_instance": ("status", ("stopped", "stopping")),
    "aws_rds_cluster": ("status", ("stopped", "stopping")),
    "aws_sagemaker_notebook_instance": ("notebook_instance_status", ("Stopped", "Stopping")),
    "aws_sagemaker_endpoint": ("endpoint_status", ()),
    "aws_sagemaker_app": ("status", ()),
    "aws_elasticache_cluster": ("status", ()),
    "aws_elasticache_replication_group": ("status", ()),
    "aws_fsx_lustre_file_system": ("status", ()),
    "aws_nat_gateway": ("state", ()),
    "aws_lb": ("state", ()),
    "aws_elb": ("state", ()),
    "aws_ec2_capacity_reservation": ("state", ()),
}
"""What works, with the attribute and the values by which it shows that it stands still."""

DATA: Mapping[str, str] = {
    "aws_instance": "its root disk",
    "aws_ebs_volume": "a disk",
    "aws_ebs_snapshot": "a snapshot",
    "aws_s3_bucket": "a bucket",
    "aws_cloudwatch_log_group": "logs",
    "aws_db_instance": "a database",
    "aws_rds_cluster": "a database",
    "aws_dynamodb_table": "a table",
    "aws_elasticache_cluster": "a cache",
    "aws_elasticache_replication_group": "a cache",
    "aws_fsx_lustre_file_system": "files",
    "aws_efs_file_system": "files",
    "aws_ecr_repository": "images",
    "aws_sagemaker_notebook_instance": "notebooks",
}
"""What holds something that is nowhere else, and what that is."""

_WHOLLY = ("running", "existence")
"""The concerns of what says that all of it is not used; what is used in office hours or in part is none of them."""

_INERT = re.compile(
    r"aws_(?:iam_|security_group|vpc|subnet|route|internet_gateway|key_pair|launch_|placement_group|network_|"
    r"volume_attachment|eip|ec2_instance_state|autoscaling_(?:schedule|policy|attachment)|appautoscaling_|cloudwatch_(?:metric|log_)|"
    r"sagemaker_(?:model$|endpoint_configuration)|lb_|db_subnet|rds_cluster_instance$|elasticache_subnet|ssm_parameter$|kms_alias)|"
    r"(?:random|null|tls|time|local|terraform)_"
)
"""Terraform types that neither work nor hold data; an instance of an Aurora cluster does both with its cluster."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One member: what its own rule wants of it, and None where it stands still or does no work by itself."""

    seen: Observation
    finding: Change | None = None
    still: bool = False

    @property
    def stop(self) -> Change | None:
        """What its rule wants, where that stops it and can be undone."""
        if self.finding is None or any(isinstance(action, RemoveResource) for action in self.finding.actions):
            return None
        return self.finding


@dataclass(frozen=True, slots=True)
class Abandoned:
    """An experiment none of whose members does any work."""

    experiment: Experiment
    judged: tuple[Judged, ...]

    @property
    def members(self) -> tuple[Observation, ...]:
        """What was observed of it."""
        return tuple(one.seen for one in self.judged)

    @property
    def still(self) -> tuple[Judged, ...]:
        """What stands still already."""
        return tuple(one for one in self.judged if one.still)

    def unseen(self, estate: Estate) -> tuple[tuple[str, str], ...]:
        """The addresses in its state that were not observed, with their types."""
        if self.experiment.bound is Bound.TAG:
            return ()
        known = {member.declared.at.address for member in self.members if member.declared is not None}
        return tuple(
            (entry.at.address, entry.at.type)
            for entry in estate.held
            if entry.at.mode == "managed" and entry.at.address not in known and self.experiment.holds(entry)
        )


def inert(kind: str) -> bool:
    """Whether resources of a Terraform type neither work nor hold data."""
    return _INERT.match(kind) is not None


def grouped(estate: Estate, tags: Collection[str]) -> dict[Experiment, list[Observation]]:
    """What was observed of every experiment, the widest experiments first; what a group made is of its group.

    What only says how others run, such as a scaling policy, goes with them like all else that does no work.
    Of several with the same members the narrowest in code stands for all, since a module call can go by itself.
    """
    found: dict[Experiment, list[Observation]] = {}
    for seen in estate.observations:
        kind = seen.resource.kind
        if seen.resource.member_of is None and (kind in PASSIVE or not inert(kind)):
            for experiment in experiments_of(seen.resource, seen.declared, tags):
                found.setdefault(experiment, []).append(seen)
    order = list(Bound)
    ordered = sorted(found, key=lambda e: (order.index(e.bound), len(e.name), e.identity))
    by_members: dict[frozenset[int], Experiment] = {}
    for experiment in ordered:
        members = frozenset(map(id, found[experiment]))
        if members not in by_members or experiment.bound is not Bound.TAG:
            by_members[members] = experiment
    chosen = set(by_members.values())
    return {experiment: found[experiment] for experiment in ordered if experiment in chosen}


def abandoned(
    experiment: Experiment,
    members: Sequence[Observation],
    findings: Mapping[tuple[str, str, str, str], Change],
    least: int,
    keep_tags: Iterable[str],
) -> Abandoned | None:
    """The members of an experiment, judged; None where one works, is kept, or is not known to be idle."""
    workers = [member for member in members if member.resource.kind in WORKING]
    if len(workers) < least or any(kept(member, keep_tags) for member in members):
        return None
    inside = {member.resource.id for member in members}
    judged: list[Judged] = []
    for member in members:
        if member.resource.kind in PASSIVE:
            if not inside.issuperset(member.resource.spec.texts("attached_to")):
                return None
            judged.append(Judged(member))
            continue
        finding = findings.get(key(member.resource))
        if _stands_still(member):
            judged.append(Judged(member, still=True))
        elif finding is not None:
            judged.append(Judged(member, finding))
        else:
            return None
    return Abandoned(experiment, tuple(judged))


def idle(wanted: Iterable[Change]) -> dict[tuple[str, str, str, str], Change]:
    """What other rules say is not used, by resource; a ticket that claims nothing only asks for evidence."""
    return {
        key(change.resource): change
        for change in wanted
        if change.layer is Layer.USAGE
        and change.concern in _WHOLLY
        and change.whole is None
        and (change.saving is not None or not change.doubts)
    }


def key(resource: Resource) -> tuple[str, str, str, str]:
    """What tells a live resource from every other."""
    return resource.account, resource.region, resource.kind, resource.id


def _stands_still(member: Observation) -> bool:
    attribute, values = WORKING.get(member.resource.kind, ("", ()))
    return member.resource.spec.get(attribute) in values
