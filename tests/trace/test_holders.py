from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from remediator.model import Attributes, Resource, Standing, StateAddress, StateResource
from remediator.trace.addresses import key_of
from remediator.trace.holders import Hold, holders, standing_doubt, unseen
from remediator.trace.parents import by_parent

ACCOUNT, OTHER = "123456789012", "210987654321"
DEVICES = "ebs_block_device.volume_id"
BORN = datetime(2026, 1, 1, tzinfo=UTC)


def live(kind: str, id_: str, member_of: str | None = None, account: str = "dev", **tags: str) -> Resource:
    named = Attributes({name.replace("__", ":"): value for name, value in tags.items()})
    return Resource("aws", account, "us-east-1", kind, id_, None, Attributes(), named, BORN, member_of)


def held(type_: str, id_: str, repository: str = "infra", **fields: object) -> StateResource:
    at = StateAddress(repository, ".", "s3://b/k", "default", "l", 1, "", "managed", type_, "x", None, BORN)
    return StateResource(at, id_, None, Attributes(), **{"region": "us-east-1", "account_id": ACCOUNT} | fields)


def found(resource: Resource, *entries: StateResource) -> str | None:
    made = by_parent([resource], entries, {ACCOUNT: "dev", OTHER: "prod"}).get(key_of(resource))
    return made.at.type if made else None


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        (live("aws_instance", "i-1", "sweep"), held("aws_autoscaling_group", "sweep")),
        (live("aws_instance", "i-1", aws__ec2__fleet_id="x"), None),
        (live("aws_instance", "i-1", **{"aws__ec2__fleet-id": "fleet-1"}), held("aws_ec2_fleet", "fleet-1")),
        (
            live("aws_instance", "i-1", **{"aws__ec2spot__fleet-request-id": "sfr-1"}),
            held("aws_spot_fleet_request", "sfr-1"),
        ),
        (
            live("aws_instance", "i-1", "eks-1", **{"eks__cluster-name": "ml", "eks__nodegroup-name": "gpu"}),
            held("aws_eks_node_group", "ml:gpu"),
        ),
        (
            live("aws_autoscaling_group", "eks-1", **{"eks__cluster-name": "ml", "eks__nodegroup-name": "gpu"}),
            held("aws_eks_node_group", "ml:gpu"),
        ),
        (
            live("aws_ebs_volume", "vol-1"),
            replace(held("aws_instance", "i-1"), attributes=Attributes({"root_block_device.volume_id": "vol-1"})),
        ),
        (
            live("aws_ebs_volume", "vol-2"),
            replace(held("aws_instance", "i-1"), attributes=Attributes({DEVICES: ("vol-1", "vol-2")})),
        ),
    ],
)
def test_what_aws_made_is_evidence_of_what_it_was_made_for(child: Resource, parent: StateResource | None) -> None:
    if parent is None:
        assert found(child, held("aws_ec2_fleet", "x")) is None
        return
    assert found(child, held("aws_instance", "i-9"), parent) == parent.at.type
    assert found(child, replace(parent, region="eu-west-1")) is None
    assert found(child, replace(parent, account_id=OTHER)) is None
    assert found(child, replace(parent, account_id="333333333333")) is None  # it is neither, though nobody knows whose
    assert found(child, replace(parent, account_id=OTHER), parent) == parent.at.type
    assert found(child, replace(parent, region=None, account_id=None)) == parent.at.type
    assert found(child, parent, replace(parent, account_id=None)) is None  # two claim it, and neither can be told
    assert found(child, replace(parent, at=replace(parent.at, mode="data"))) is None


def test_the_nearest_knowledge_of_a_resource_counts() -> None:
    volume = live("aws_ebs_volume", "vol-1")
    own = held("aws_ebs_volume", "vol-1")
    going = replace(own, standing=Standing.DEPOSED)
    foreign = held("aws_ebs_volume", "vol-1", "")
    instance = replace(held("aws_instance", "i-1"), attributes=Attributes({"root_block_device.volume_id": "vol-1"}))

    def hold(states, deposed, elsewhere) -> Hold | None:
        holder = holders([volume], states, deposed, elsewhere).get(key_of(volume))
        return holder.hold if holder else None

    assert hold([own, instance], [going], [foreign]) is None
    assert hold([instance], [going], [foreign]) is Hold.DEPOSED
    assert hold([instance], [], [foreign]) is Hold.ELSEWHERE
    assert hold([instance], [], []) is Hold.PARENT
    assert hold([], [], [instance]) is Hold.ELSEWHERE
    assert hold([], [], []) is None
    for sentence in ("destroys it: apply it", "add its repository and root"):
        assert any(sentence in h.reason for h in (*holders([volume], [], [going], []).values(),
                                                  *holders([volume], [], [], [foreign]).values()))  # fmt: skip


def test_an_account_is_known_by_what_was_seen_there() -> None:
    here, there = live("aws_instance", "i-1", "sweep"), live("aws_instance", "i-2", "sweep", account="prod")
    group = held("aws_autoscaling_group", "sweep")
    seen = [live("aws_ebs_volume", "vol-1"), live("aws_ebs_volume", "vol-2", account="prod")]
    volumes = [held("aws_ebs_volume", "vol-1"), held("aws_ebs_volume", "vol-2", account_id=OTHER)]

    assert set(holders([here, there, *seen], [group, *volumes], [], [])) == {key_of(here)}


def test_a_tainted_object_and_one_younger_than_its_state_are_doubted() -> None:
    group, entry = live("aws_autoscaling_group", "sweep"), held("aws_autoscaling_group", "sweep")

    assert standing_doubt(group, entry) is None
    assert "marks aws_autoscaling_group.x as tainted" in (
        standing_doubt(group, replace(entry, standing=Standing.TAINTED)) or ""
    )
    younger = replace(group, created_at=BORN + timedelta(hours=1))
    assert "made at 2026-01-01 01:00 UTC, after its state was last written (2026-01-01 00:00)" in (
        standing_doubt(younger, entry) or ""
    )
    assert standing_doubt(younger, replace(entry, at=replace(entry.at, written_at=None))) is None
    assert standing_doubt(replace(group, created_at=None), entry) is None
    balancer = replace(live("aws_lb", "web"), created_at=BORN + timedelta(hours=1))
    assert "after its state was last written" in (standing_doubt(balancer, held("aws_alb", "web")) or "")
    restarted = replace(live("aws_instance", "i-1"), created_at=BORN + timedelta(days=9))
    assert standing_doubt(restarted, held("aws_instance", "i-1")) is None
    member = live("aws_instance", "i-2", "sweep")
    assert standing_doubt(replace(member, created_at=BORN + timedelta(days=9)), entry) is None


def test_what_the_cloud_does_not_show_is_told_where_it_would_have_been_seen() -> None:
    seen, lost = held("aws_ebs_volume", "vol-1"), held("aws_ebs_volume", "vol-2")
    entries = [
        seen,
        lost,
        replace(lost, region="eu-west-1"),  # which was not observed
        replace(lost, account_id=OTHER),  # of which nothing was seen
        replace(lost, id=""),
        replace(lost, at=replace(lost.at, mode="data")),
        held("aws_db_instance", "db"),  # of a kind that is not observed
    ]
    copy = held("aws_ebs_snapshot_copy", "snap-1")
    resources = [live("aws_ebs_volume", "vol-1")]

    assert unseen(entries, resources, {("dev", "us-east-1", "aws_ebs_volume")}) == (lost,)
    assert unseen(entries, resources, set()) == ()
    assert unseen([seen, copy], resources, {("dev", "us-east-1", "aws_ebs_snapshot")}) == (copy,)
    job = held("aws_sagemaker_training_job", "done")  # of which only what runs is listed
    assert unseen([seen, job], resources, {("dev", "us-east-1", "aws_sagemaker_training_job")}) == ()
    assert unseen(entries, [], {("dev", "us-east-1", "aws_ebs_volume")}) == ()


def test_a_name_in_two_accounts_or_regions_may_be_what_a_state_has_without_an_arn() -> None:
    here = live("aws_cloudwatch_log_group", "app")
    there, away = replace(here, account="prod"), replace(here, region="eu-west-1")
    entry = held("aws_cloudwatch_log_group", "app", account_id=None, region=None)

    for own, other in ((entry, []), (None, [entry])):
        found = holders([here, there, away], [own] if own else [], [], other)

        assert {key: holder.hold for key, holder in found.items()} == {
            key_of(one): Hold.POSSIBLE for one in (here, there, away)
        }
        assert "the state s3://b/k has aws_cloudwatch_log_group.x by a name that is used in several" in (
            found[key_of(here)].reason
        )
    assert holders([here], [entry], [], []) == {}
    assert set(holders([here, there], [replace(entry, region="eu-west-1")], [], [])) == set()
