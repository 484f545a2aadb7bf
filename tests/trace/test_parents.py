"""What made a resource, by its tags, its group, and what a state says of machines and their devices."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from remediator.model import Attributes, Launcher, Resource, StateAddress, StateResource, Value
from remediator.observe.launchers import launcher
from remediator.trace.addresses import key_of
from remediator.trace.parents import Parent, by_parent, parents

GROUP = "aws_autoscaling_group"


def live(kind: str, id_: str, tags: dict[str, str] | None = None, member_of: str | None = None) -> Resource:
    by = launcher(id_, tags or {})
    born = datetime(2026, 1, 1, tzinfo=UTC)
    return Resource(
        "aws", "dev", "us-east-1", kind, id_, None, Attributes(), Attributes(tags or {}), born, member_of, by
    )


def held(type_: str, id_: str, **attributes: Value) -> StateResource:
    at = StateAddress("infra", ".", "s", "default", "l", 1, "", "managed", type_, "x", None)
    return StateResource(at, id_, None, Attributes(attributes))


def made_for(resource: Resource, *entries: StateResource) -> str | None:
    found = by_parent([resource], entries, {}).get(key_of(resource))
    return found.at.type if found else None


STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/ml/5f3a"
QUEUE = "arn:aws:batch:us-east-1:123456789012:compute-environment/train"
PROVIDER = "arn:aws:ecs:us-east-1:123456789012:capacity-provider/gpu"


@pytest.mark.parametrize(
    ("tags", "parent"),
    [
        ({"aws:elasticmapreduce:job-flow-id": "j-1"}, held("aws_emr_cluster", "j-1")),
        ({"aws:ecs:capacityProviderName": "gpu"}, held("aws_ecs_capacity_provider", PROVIDER)),
        ({"parallelcluster:cluster-name": "ml"}, held("aws_cloudformation_stack", STACK)),
        ({"parallelcluster:cluster-name": "ml"}, held("aws-parallelcluster_cluster", "ml")),
        ({"aws:cloudformation:stack-name": "ml"}, held("aws_cloudformation_stack", STACK)),
        (
            {
                "AWSBatchServiceTag": "batch",
                "aws:autoscaling:groupName": "train-asg-01234567-89ab-cdef-0123-456789abcdef",
            },
            held("aws_batch_compute_environment", QUEUE),
        ),
        (
            {"elasticbeanstalk:environment-name": "shop", "elasticbeanstalk:environment-id": "e-abc"},
            held("aws_elastic_beanstalk_environment", "e-abc"),
        ),
        (
            {"Vendor": "Databricks", "ClusterName": "etl", "ClusterId": "0101-000000-abc"},
            held("databricks_cluster", "0101-000000-abc"),
        ),
        ({"Vendor": "Databricks", "DatabricksInstancePoolId": "p-1"}, held("databricks_instance_pool", "p-1")),
    ],
)
def test_a_controller_that_code_declares_is_the_parent(tags: dict[str, str], parent: StateResource) -> None:
    assert made_for(live("aws_instance", "i-1", tags), held("aws_emr_cluster", "j-2"), parent) == parent.at.type
    assert made_for(live("aws_instance", "i-1", dict.fromkeys(tags, "other")), parent) is None


def test_a_request_for_a_machine_holds_it_and_its_disks() -> None:
    request = held(
        "aws_spot_instance_request",
        "sir-1",
        spot_instance_id="i-1",
        **{"root_block_device.volume_id": "vol-1", "ebs_block_device.volume_id": ("vol-2",)},
    )

    for child in (live("aws_instance", "i-1"), live("aws_ebs_volume", "vol-1"), live("aws_ebs_volume", "vol-2")):
        assert made_for(child, request) == "aws_spot_instance_request"
    assert made_for(live("aws_instance", "i-2"), request) is None
    assert made_for(live("aws_instance", "sir-1"), request) is None


def test_the_nearest_parent_comes_first() -> None:
    tags = {"aws:ec2:fleet-id": "fleet-1", "eks:cluster-name": "ml", "eks:nodegroup-name": "gpu"}
    machine = live("aws_instance", "i-1", tags, member_of="web")

    assert list(parents(machine))[:3] == [
        Parent(GROUP, "web"),
        Parent("aws_ec2_fleet", "fleet-1"),
        Parent("aws_eks_node_group", "ml:gpu"),
    ]
    assert made_for(machine, held("aws_ec2_fleet", "fleet-1"), held(GROUP, "web")) == GROUP


def test_a_controller_whose_part_has_no_name_has_no_parent() -> None:
    by = Launcher("AWS Batch", "compute environment", "")
    nameless = Resource(
        "aws", "dev", "us-east-1", "aws_db_instance", "x", None, Attributes(), Attributes(), None, None, by
    )

    assert list(parents(nameless)) == []
    assert made_for(nameless, held("aws_batch_compute_environment", "")) is None


def test_a_disk_that_goes_with_its_machine_belongs_to_what_made_that() -> None:
    disk = replace(live("aws_ebs_volume", "vol-1"), spec=Attributes({"deleted_with": ("i-1",)}))
    machine = live("aws_instance", "i-1", member_of="web")
    kept = replace(disk, spec=Attributes({"attached_to": ("i-1",)}))
    group = held(GROUP, "web")

    assert made_for(disk, held("aws_instance", "i-1")) == "aws_instance"
    assert by_parent([disk, machine], [group], {})[key_of(disk)] == group
    assert key_of(kept) not in by_parent([kept, machine], [group], {})
    elsewhere = replace(machine, region="eu-west-1")
    assert key_of(disk) not in by_parent([disk, elsewhere], [group], {})
