from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from planners import abandoned_experiment, idle_database, idle_endpoint, idle_gpu, off_hours, unused_reservation
from planners.abandoned_experiment import Settings
from remediator.model import (
    Attributes,
    Bound,
    Effect,
    Estate,
    RemoveResource,
    SetAttribute,
    StateAddress,
    StateResource,
    Usage,
)

QUIET = {"gpu": 0.0, "gpu_memory": 1.0, "cpu": 2.0, "network": 2_000.0}
MODULE = "module.sweep"


def inside(seen, module=MODULE, root="lab"):
    """The same, declared in a module call of a root."""
    at = replace(seen.declared.at, module=module, root=root)
    return replace(seen, declared=replace(seen.declared, at=at))


def held(address, kind, module=MODULE):
    at = StateAddress("infra", "lab", "file:s", "default", "l", 1, module, "managed", kind, address, None)
    return StateResource(at, address, None, Attributes())


@pytest.fixture
def trainers(build):
    """Two idle machines of one module call, and what works outside it."""
    idle = build.recent(hours=30, **QUIET)
    return (
        inside(build.instance(usage=idle, name="i-1", price="2233.80")),
        inside(build.instance(usage=idle, name="i-2", price="2233.80")),
    )


@pytest.fixture
def works(build):
    return inside(build.instance("m5.large", build.lookback(cpu=60, network=1e8), name="i-9"), module="")


@pytest.fixture
def changes(build):
    def run(*seen, settings=None, live_since=None, states=()):
        estate = Estate(seen, states)
        settings = settings or Settings()
        wanted = tuple(
            change
            for rule in (idle_gpu, idle_endpoint, idle_database)
            for change in rule.plan(estate, build.context(rule.Settings()))
        )
        context = replace(build.context(settings), wanted=wanted, live_since=live_since or {})
        return list(abandoned_experiment.plan(estate, context))

    return run


def test_all_of_an_idle_module_call_is_stopped_as_one_finding(build, changes, trainers, works) -> None:
    disk = inside(build.volume(name="vol-1", spec={"attached_to": ("i-1",)}))

    found = changes(*trainers, disk, works)

    assert {change.resource.id for change in found} == {"i-1", "i-2"}
    assert {change.title for change in found} == {"Stop module.sweep, all of which is idle"}
    assert {(c.whole.bound, c.whole.name, c.whole.root) for c in found} == {(Bound.MODULE, MODULE, "lab")}
    assert len({change.fingerprint for change in found}) == 1
    assert all(c.effect is Effect.STOP and not c.doubts for c in found)
    assert {said.rpartition(" (")[2] for c in found for said in c.missing} == {"InsufficientInstanceCapacity)"}
    assert sum(change.saving.monthly for change in found) == Decimal("4467.60")
    assert "all 3 resources of module.sweep" in found[0].reason


def test_what_is_used_in_some_hours_or_in_part_is_not_abandoned(build) -> None:
    office = tuple(24 * day + hour for day in range(5) for hour in range(9, 18))
    used = Usage(tuple(replace(build.metric(name, 50), active_hours=office) for name in ("cpu", "network")))
    machines = [inside(build.instance("m5.xlarge", used, name=f"i-{n}", price="140.16")) for n in (1, 2)]
    spec = {"instance_type": "m5.xlarge", "instance_count": 4, "state": "active"}
    usage = build.lookback(used_instances=2)
    reserved = [inside(build.seen("aws_ec2_capacity_reservation", f"cr-{n}", spec, usage, declared={})) for n in (1, 2)]

    for rule, seen in ((off_hours, machines), (unused_reservation, reserved)):
        wanted = tuple(rule.plan(Estate(tuple(seen)), build.context(rule.Settings())))
        context = replace(build.context(Settings()), wanted=wanted)
        assert len(wanted) == 2
        assert list(abandoned_experiment.plan(Estate(tuple(seen)), context)) == []


@pytest.mark.parametrize(
    "kind",
    [
        "aws_autoscaling_policy",
        "aws_autoscaling_schedule",
        "aws_appautoscaling_target",
        "aws_sagemaker_endpoint_configuration",
    ],
)
def test_what_only_says_how_others_run_neither_works_nor_keeps_them_from_being_stopped(
    build, changes, trainers, works, kind
) -> None:
    setting = inside(build.seen(kind, "x", {}, Usage(), declared={}))
    found = changes(*trainers, setting, works, states=(setting.declared,))

    assert {change.resource.id for change in found} == {"i-1", "i-2"}
    assert "all 2 resources of module.sweep" in found[0].reason


def test_its_identity_stays_while_members_come_and_go(build, changes, trainers) -> None:
    third = inside(build.instance(usage=build.recent(hours=30, **QUIET), name="i-3"))

    assert changes(*trainers)[0].fingerprint == changes(*trainers, third)[0].fingerprint
    other = tuple(inside(one, "module.other") for one in trainers)
    assert changes(*trainers)[0].fingerprint != changes(*other)[0].fingerprint


def test_the_widest_that_is_idle_is_the_experiment(changes, trainers, works) -> None:
    apart = (inside(trainers[0], "module.a.module.x"), inside(trainers[1], "module.a.module.y"))

    assert {str(c.whole) for c in changes(*apart, works)} == {"module.a"}
    assert {str(c.whole) for c in changes(*apart)} == {"module.a"}  # all that its state holds
    assert {str(c.whole) for c in changes(trainers[0], inside(trainers[1], "module.b"))} == {"state lab"}


def test_one_that_is_under_way_stays_what_it_is(build, changes, trainers) -> None:
    third = inside(build.instance(usage=build.recent(hours=30, **QUIET), name="i-3"), "module.b")
    module = changes(*trainers)

    assert {str(c.whole) for c in changes(*trainers, third)} == {"state lab"}
    assert changes(*trainers, third, live_since={module[0].fingerprint: build.now}) == module


def test_a_workspace_is_named_by_its_own_name(changes, trainers) -> None:
    def in_workspace(seen):
        at = replace(seen.declared.at, workspace="sweep-7", module="")
        return replace(seen, declared=replace(seen.declared, at=at))

    assert {str(c.whole) for c in changes(*map(in_workspace, trainers))} == {"workspace sweep-7"}


def test_what_no_code_declares_is_held_together_by_a_tag(build, changes) -> None:
    idle = build.recent(hours=30, **QUIET)
    tagged = [
        build.instance(usage=idle, name=name, declared=None, tags={"experiment": "lr-3"}) for name in ("i-1", "i-2")
    ]
    other = build.instance(usage=idle, name="i-3", declared=None, tags={"experiment": "lr-4"})

    found = changes(*tagged, other)

    assert {(change.resource.id, str(change.whole)) for change in found} == {
        ("i-1", "tag experiment=lr-3"),
        ("i-2", "tag experiment=lr-3"),
    }
    assert changes(*tagged, other, settings=Settings(tags=("owner",))) == []


@pytest.mark.parametrize(
    ("why", "spec", "usage", "tags"),
    [
        ("it works", {}, {"gpu": 40.0}, {}),
        ("it is not measured", {}, None, {}),
        ("its GPUs are not measured, which is a ticket that claims nothing", {}, {"cpu": 1.0}, {}),
        ("it is kept", {}, QUIET, {"remediator:keep": ""}),
    ],
)
def test_nothing_is_said_of_an_experiment_where_one_member_is_not_idle(
    build, changes, trainers, works, why, spec, usage, tags
) -> None:
    measured = Usage() if usage is None else build.recent(hours=30, **usage)
    third = inside(build.instance(usage=measured, name="i-3", spec=spec, tags=tags))

    assert changes(*trainers, third, works) == []


def test_nothing_is_said_where_a_disk_is_attached_outside(build, changes, trainers, works) -> None:
    shared = inside(build.volume(name="vol-1", spec={"attached_to": ("i-9",)}))

    assert changes(*trainers, shared, works) == []


def test_a_single_machine_is_no_experiment(changes, trainers, works) -> None:
    assert changes(trainers[0], works) == []
    assert len(changes(trainers[0], works, settings=Settings(least_members=1))) == 1


def test_a_stop_asks_where_the_rules_of_its_members_do(changes, trainers) -> None:
    found = changes(*(replace(one, environment="prod") for one in trainers))

    assert len(found) == 2 and all(change.doubts == () for change in found)  # idle_gpu asks nowhere


def test_what_only_a_person_may_stop_does_not_hold_up_the_rest(build, changes, trainers, works) -> None:
    held_memory = build.recent(hours=30, **{**QUIET, "gpu_memory": 60.0})
    third = inside(build.instance(usage=held_memory, name="i-3", price="100"))

    found = changes(*trainers, third, works)

    assert {change.resource.id for change in found} == {"i-1", "i-2"}
    assert all("aws_instance.i_3 stay for a person to decide" in change.reason for change in found)


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


@pytest.mark.parametrize("values", [{"least_members": 0}, {"days": 3}, {"ask_in": ("live",)}])
def test_settings_that_make_no_sense_are_refused(values) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        Settings(**values)
