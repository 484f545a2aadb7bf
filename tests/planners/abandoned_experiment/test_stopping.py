"""All of an idle experiment is stopped as one finding."""

from dataclasses import replace
from decimal import Decimal

import pytest

from planners import abandoned_experiment, off_hours, unused_reservation
from planners.abandoned_experiment import Settings
from remediator.model import Bound, Effect, Estate, Usage
from tests.planners.abandoned_experiment.calls import MODULE, inside
from tests.planners.loads import QUIET


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


@pytest.mark.parametrize("values", [{"least_members": 0}, {"days": 3}, {"ask_in": ("live",)}])
def test_settings_that_make_no_sense_are_refused(values) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        Settings(**values)
