"""What a person has to decide of a group."""

from dataclasses import replace

import pytest

from planners.oversized_group import Settings
from remediator.model import Usage

DOUBTS = {
    "it runs in capacity reservation cr-1": {"capacity_reservation_id": "cr-1"},
    "it is in placement group near": {"placement_group": "near"},
    "it runs on dedicated tenancy": {"tenancy": "dedicated"},
    "it runs Windows": {"platform": "Windows"},
    "it has an Elastic Fabric Adapter": {"interface_types": ("efa",)},
    "licences are counted for it": {"licenses": ("arn:l",)},
}


@pytest.mark.parametrize("told", DOUBTS)
def test_what_its_machines_are_tied_to_is_a_doubt_once(changes, template, group, machines, told) -> None:
    [change] = changes(template(), group(), *machines(spec=DOUBTS[told]))

    assert len(change.doubts) == 1 and change.doubts[0].startswith(f"of its machine i-trainers-0: {told}")


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"warm_pool": True}, "it has a warm pool"),
        ({"suspended_processes": ("AZRebalance", "Launch")}, "its process Launch is suspended"),
        ({"protected_instances": ("i-1",)}, "protected from scale-in"),
    ],
)
def test_what_keeps_machines_from_being_replaced_is_a_doubt(changes, template, group, machines, spec, told) -> None:
    [change] = changes(template(), group(spec=spec), *machines())

    assert told in change.doubts[0]


def test_ecs_services_on_machines_of_the_account_may_be_on_these(build, changes, template, group, machines) -> None:
    service = build.seen("aws_ecs_service", "arn:s", {"name": "rank", "launch_type": "EC2"}, Usage())
    fargate = build.seen("aws_ecs_service", "arn:f", {"name": "web", "launch_type": "FARGATE"}, Usage())

    spot = {"name": "web", "capacity_providers": ("FARGATE_SPOT",)}
    serverless = build.seen("aws_ecs_service", "arn:w", spec=spot, usage=Usage())
    own = build.seen("aws_ecs_service", "arn:o", {"name": "rank", "capacity_providers": ("gpus",)}, Usage())

    for one in (service, own):
        [asked] = changes(template(), group(), *machines(), one)
        assert "ECS service rank runs on machines of this account" in asked.doubts[0]
    [other] = changes(template(), group(), *machines(), fargate, serverless)
    assert other.doubts == ()


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"cpu_options.core_count": 4}, "its template asks for 4 cores (cpu_options), which m5.xlarge may not have"),
        ({"enclave_options.enabled": True}, "its template asks for Nitro Enclaves, which take vCPUs and memory of "),
        (
            {"capacity_reservation_specification.capacity_reservation_target": "cr-1"},
            "its template starts machines in cr-1, which holds a place for one type alone",
        ),
    ],
    ids=["cores", "enclaves", "reservation"],
)
def test_what_a_template_asks_for_that_another_type_may_not_give_is_a_doubt(
    changes, template, group, machines, spec, told
) -> None:
    [change] = changes(template(spec=spec), group(), *machines())

    assert len(change.doubts) == 1 and change.doubts[0].startswith(told)


def test_what_many_groups_of_a_template_have_in_common_is_said_once(changes, template, group, machines) -> None:
    names = [f"g-{n}" for n in range(8)]
    groups = [group(name, environment="prod", spec={"warm_pool": name == "g-7"}) for name in names]
    own = [machine for name in names for machine in machines(of=name)]

    [change] = changes(template(), *groups, *own, settings=Settings())

    many = "aws_autoscaling_group.g_0, aws_autoscaling_group.g_1, aws_autoscaling_group.g_2 and 5 more"
    turn, pool = change.doubts
    assert pool.startswith("aws_autoscaling_group.g_7: it has a warm pool")
    assert turn.startswith(f"{many}: it is in prod")
    assert f"starts an instance refresh of {many}, which" in change.reason


def test_groups_that_another_root_declares_are_its_owners_to_decide_on(changes, template, group, machines) -> None:
    group = group(version="$Latest")
    state = replace(group.declared, at=replace(group.declared.at, root="apps", backend="file:t"))

    [change] = changes(template(), replace(group, declared=state), *machines())
    [own] = changes(template(), group, *machines())

    [doubt] = change.doubts
    assert doubt == (
        "aws_autoscaling_group.trainers launches by it and is declared elsewhere (infra apps), by people who are not "
        "asked here"
    )
    assert own.doubts == ()
