from dataclasses import replace
from datetime import UTC, datetime

import pytest

from remediator.model import Attributes, Estate, Observation, Resource, StateAddress, StateResource, Usage
from remediator.trace.addresses import conflicts, declare

ARN = "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/sweep"


def live(kind: str, id_: str, arn: str | None = None, member_of: str | None = None) -> Resource:
    born = datetime(2026, 1, 1, tzinfo=UTC)
    return Resource("aws", "dev", "us-east-1", kind, id_, arn, Attributes(), Attributes(), born, member_of)


def held(type_: str, name: str, id_: str, arn: str | None = None, backend: str = "s") -> StateResource:
    at = StateAddress("infra", ".", backend, "default", "l", 1, "", "managed", type_, name, None)
    return StateResource(at, id_, arn, Attributes())


def test_a_resource_is_matched_by_its_id_and_type() -> None:
    volume, other = live("aws_ebs_volume", "vol-1"), live("aws_ebs_volume", "vol-2")
    entries = [held("aws_ebs_volume", "data", "vol-1"), held("aws_instance", "data", "vol-2")]

    declared = declare([volume, other], entries)

    assert {key: entry.at.name for key, entry in declared.items()} == {
        ("dev", "us-east-1", "aws_ebs_volume/vol-1"): "data"
    }


def test_an_empty_account_in_a_states_arn_matches() -> None:
    group = live("aws_autoscaling_group", "sweep", ARN)

    assert declare([group], [held("aws_autoscaling_group", "g", "old", ARN.replace("123456789012", ""))])
    assert not declare(
        [group], [held("aws_autoscaling_group", "g", "old", ARN.replace("123456789012", "210987654321"))]
    )
    assert not declare([group], [held("aws_autoscaling_group", "g", "sweep", ARN.replace(":1:", ":2:"))])


@pytest.mark.parametrize(("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")])
def test_another_partitions_arn_is_matched_there_and_not_across(partition: str, region: str) -> None:
    theirs = ARN.replace("arn:aws:", f"arn:{partition}:").replace("us-east-1", region)
    group = replace(live("aws_autoscaling_group", "sweep", theirs), region=region)
    emptied = theirs.replace("123456789012", "")

    assert declare([group], [held("aws_autoscaling_group", "g", "old", emptied)])
    assert not declare([group], [held("aws_autoscaling_group", "g", "sweep", theirs.replace(partition, "aws"))])


def test_a_member_has_its_groups_declaration() -> None:
    group, member = live("aws_autoscaling_group", "sweep", ARN), live("aws_instance", "i-1", member_of="sweep")

    declared = declare([group, member], [held("aws_autoscaling_group", "g", "sweep", ARN)])

    assert declared["dev", "us-east-1", "aws_instance/i-1"].at.address == "aws_autoscaling_group.g"


def test_two_states_that_claim_one_resource_are_both_shown() -> None:
    volume = live("aws_ebs_volume", "vol-1")
    entries = [held("aws_ebs_volume", "new", "vol-1", backend="b"), held("aws_ebs_volume", "old", "vol-1", backend="a")]

    assert declare([volume], entries)["dev", "us-east-1", "aws_ebs_volume/vol-1"].at.backend == "a"
    assert [e.at.backend for e in conflicts([volume], entries)["dev", "us-east-1", "aws_ebs_volume/vol-1"]] == [
        "a",
        "b",
    ]


def test_data_sources_claim_nothing() -> None:
    entry = held("aws_ebs_volume", "data", "vol-1")

    assert declare([live("aws_ebs_volume", "vol-1")], [replace(entry, at=replace(entry.at, mode="data"))]) == {}


def test_a_name_in_two_accounts_is_told_apart_by_the_arn_or_not_at_all() -> None:
    here = live("aws_autoscaling_group", "sweep", ARN)
    there = replace(here, account="prod", arn=ARN.replace("123456789012", "210987654321"))
    entry = held("aws_autoscaling_group", "g", "sweep", there.arn)

    assert set(declare([here, there], [entry])) == {("prod", "us-east-1", "aws_autoscaling_group/sweep")}
    assert declare([here, there], [replace(entry, arn=None)]) == {}


def test_a_member_that_is_declared_itself_keeps_its_own() -> None:
    group, member = live("aws_autoscaling_group", "sweep", ARN), live("aws_instance", "i-1", member_of="sweep")
    elsewhere = replace(member, id="i-2", region="eu-west-1")

    declared = declare(
        [elsewhere, member, group],
        [held("aws_autoscaling_group", "g", "sweep", ARN), held("aws_instance", "own", "i-1")],
    )

    assert declared["dev", "us-east-1", "aws_instance/i-1"].at.name == "own"
    assert ("dev", "eu-west-1", "aws_instance/i-2") not in declared


def test_groups_of_different_kinds_may_have_one_name() -> None:
    machine = live("aws_instance", "i-1", member_of="web")
    cache, node = (
        live("aws_elasticache_cluster", "web-001", member_of="web"),
        live("aws_instance", "i-2", None, "a:web"),
    )
    group, caches = live("aws_autoscaling_group", "web"), live("aws_elasticache_replication_group", "web")
    nodes = live("aws_eks_node_group", "a:web")
    entries = [held(one.kind, "x", one.id) for one in (group, caches, nodes)]

    def of(*entries: StateResource) -> dict[str, str]:
        found = declare([machine, cache, node, group, caches, nodes], entries)
        return {key[2]: entry.at.type for key, entry in found.items() if "/web" not in key[2] and ":" not in key[2]}

    assert of(entries[0]) == {"aws_instance/i-1": "aws_autoscaling_group"}
    assert "aws_instance/i-1" not in of(entries[1])
    assert of(entries[2]) == {"aws_instance/i-2": "aws_eks_node_group"}
    members = Estate(tuple(Observation(one, Usage(), None, None) for one in (machine, cache, node)))
    assert [[seen.resource.id for seen in members.members(one)] for one in (group, caches, nodes)] == [
        ["i-1"],
        ["web-001"],
        ["i-2"],
    ]


def test_a_type_that_is_another_name_of_a_kind_declares_it_too() -> None:
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/1"
    balancer, snapshot = live("aws_lb", arn, arn), live("aws_ebs_snapshot", "snap-1")
    entries = [held("aws_alb", "web", arn, arn), held("aws_ebs_snapshot_copy", "kept", "snap-1")]

    assert {entry.at.address for entry in declare([balancer, snapshot], entries).values()} == {
        "aws_alb.web",
        "aws_ebs_snapshot_copy.kept",
    }
