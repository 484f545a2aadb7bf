"""What stayed stopped is removed: snapshots first, and by a person where it holds data."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from remediator.model import Attributes, Effect, RemoveResource, SetAttribute, StateAddress, StateResource, Usage
from tests.planners.abandoned_experiment.calls import MODULE, inside


def held(address, kind, module=MODULE):
    at = StateAddress("infra", "lab", "file:s", "default", "l", 1, module, "managed", kind, address, None)
    return StateResource(at, address, None, Attributes())


@pytest.fixture
def stopped(build):
    """The same two machines after the stop was applied, with a disk."""
    machines = [
        inside(build.instance(name=name, spec={"instance_state": "stopped"}, price="2233.80"))
        for name in ("i-1", "i-2")
    ]
    return (*machines, inside(build.volume(name="vol-1", spec={"attached_to": ("i-1",)}, price="80")))


@pytest.fixture
def stop_id(changes, trainers, works):
    return changes(*trainers, works)[0].fingerprint


def test_an_aurora_cluster_goes_with_its_instances(build, changes, trainers, stopped, works, stop_id) -> None:
    known = {"engine": "aurora-postgresql", "status": "available"}
    usage = build.lookback(connections=0)
    cluster = inside(build.seen("aws_rds_cluster", "runs", known, usage, declared={}))
    of = {"cluster_identifier": "runs", "status": "available"}
    instance = inside(build.seen("aws_rds_cluster_instance", "runs-0", of, Usage(), price="200", declared={}))
    halted = inside(build.seen("aws_rds_cluster", "runs", {**known, "status": "stopped"}, Usage(), declared={}))
    since = {stop_id: build.now - timedelta(days=20)}
    beside = (held("aws_rds_cluster_instance.runs_0", "aws_rds_cluster_instance"),)

    first = changes(*trainers, cluster, instance, works)
    asked = changes(*stopped[:2], cluster, instance, works)
    last = changes(*stopped[:2], halted, instance, works, live_since=since, states=beside)

    assert {change.resource.id for change in first} == {"i-1", "i-2"}
    assert all("aws_rds_cluster.runs stay for a person to decide" in change.reason for change in first)
    assert [(change.resource.id, change.actions) for change in asked] == [("runs", ())]
    assert {change.resource.id for change in last} == {"i-1", "i-2", "runs"}
    [data] = last[0].doubts
    assert "module.sweep.aws_rds_cluster.runs (a database)" in data


def test_while_it_has_not_stayed_stopped_nothing_is_removed(build, changes, stopped, works, stop_id) -> None:
    assert changes(*stopped, works, live_since={stop_id: build.now - timedelta(days=13)}) == []


def test_final_snapshots_come_after_the_stop_and_before_the_removal(build, changes, stopped, works, stop_id) -> None:
    [snapshot] = changes(*stopped, works, live_since={stop_id: build.now - timedelta(days=14)})

    assert snapshot.actions == (SetAttribute("final_snapshot", None, True),)
    assert (snapshot.after, snapshot.effect, snapshot.doubts) == (stop_id, Effect.IN_PLACE, ())
    assert snapshot.saves_nothing and snapshot.saving is None and snapshot.prepares.monthly == Decimal("80.00")


def test_the_removal_lists_what_holds_data_for_a_person(build, changes, stopped, works, stop_id) -> None:
    *machines, disk = stopped
    disk = replace(disk, declared=replace(disk.declared, attributes=Attributes({"final_snapshot": True})))
    states = (held("runs", "aws_s3_bucket"), held("role", "aws_iam_role"), held("f", "aws_lambda_function"))

    found = changes(*machines, disk, works, live_since={stop_id: build.now - timedelta(days=20)}, states=states)

    assert {change.resource.id for change in found} == {"i-1", "i-2", "vol-1"}
    assert all(change.actions == (RemoveResource(),) and change.effect is Effect.DATA_LOSS for change in found)
    data, others = found[0].doubts
    assert "module.sweep.aws_ebs_volume.vol_1 (a disk)" in data and "module.sweep.aws_s3_bucket.runs (a bucket)" in data
    assert others == "it also holds module.sweep.aws_lambda_function.f, whose use is not judged here"
    assert found[0].along == tuple(f"module.sweep.{name}" for name in (
        "aws_s3_bucket.runs", "aws_iam_role.role", "aws_lambda_function.f"
    ))  # fmt: skip
    assert sum(c.saving.monthly for c in found if c.saving) == Decimal("80.00")  # a stopped machine costs nothing
    assert found[0].after not in (None, stop_id)


def test_a_stop_by_hand_is_asked_after(build, changes, stopped, works) -> None:
    machines = stopped[:2]

    found = changes(*machines, works)

    assert any(
        doubt == "since when module.sweep.aws_instance.i_1, module.sweep.aws_instance.i_2 stand still is not known"
        for doubt in found[0].doubts
    )


def test_what_holds_no_data_and_cannot_be_stopped_is_removed_without_a_question(build, changes, works) -> None:
    spec = {"endpoint_status": "InService", "instance_types": ("ml.g5.xlarge",)}
    endpoints = [
        inside(build.seen("aws_sagemaker_endpoint", name, spec, build.lookback(invocations=0), declared={}, price="9"))
        for name in ("a", "b")
    ]

    found = changes(*endpoints, works, states=(held("m", "aws_sagemaker_model"),))

    assert len(found) == 2 and all(change.doubts == () and change.effect is Effect.REMOVAL for change in found)
    assert found[0].along == ("module.sweep.aws_sagemaker_model.m",)


def test_a_whole_state_is_destroyed_by_hand_and_in_production_asked_about(build, changes, stopped) -> None:
    machines = (inside(stopped[0], "module.a"), inside(stopped[1], "module.b"))

    doubts = changes(*(replace(one, environment="prod") for one in machines))[0].doubts

    assert doubts[0] == "it is in prod, where a person says whether it is only waiting (ask_in)"
    assert any(doubt.startswith("the whole of it goes: run `terraform destroy` in lab,") for doubt in doubts)


def test_of_a_state_in_which_nothing_can_be_stopped_each_goes_by_itself(build, changes) -> None:
    endpoints = [
        inside(
            build.seen("aws_sagemaker_endpoint", name, {"endpoint_status": "InService"}, build.lookback(invocations=0),
                       declared={}),
            module="",
        )
        for name in ("a", "b")
    ]  # fmt: skip

    assert changes(*endpoints) == []
