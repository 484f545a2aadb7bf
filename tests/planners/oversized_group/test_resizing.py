"""What a template becomes, what that saves, and how its machines come by it."""

from decimal import Decimal

import pytest

from remediator.model import Effect, SetAttribute, Usage
from tests.planners.oversized_group.calm import CALM


def test_a_constant_group_moves_one_step_down_with_all_its_machines(changes, template, group, machines) -> None:
    [change] = changes(template(), group(), *machines())

    assert change.actions == (SetAttribute("instance_type", "m5.2xlarge", "m5.xlarge"),)
    assert change.resource.kind == "aws_launch_template"
    # two machines of 0.384 - 0.192 for 730 hours, of which the deepest discount leaves 28 %
    assert (change.saving.monthly, change.saving.low) == (Decimal("280.32"), Decimal("78.49"))
    assert (change.doubts, change.withheld, change.effect) == ((), None, Effect.ROLLING)
    assert change.updates == (("aws_autoscaling_group.trainers", "launch_template"),)
    # 20 % of 8 vCPU, a fifth more, a fourteenth more
    assert change.reason.startswith("the busiest of its 2 machines needs 2.1 vCPU and 12.3 GiB with headroom")
    assert "applying it starts an instance refresh of aws_autoscaling_group.trainers" in change.reason
    assert change.missing == ("whether m5.xlarge is offered in all of its zones",)


def test_without_an_instance_refresh_the_reason_says_that_nothing_happens_yet(
    changes, template, group, machines
) -> None:
    [change] = changes(template(), group(version="$Latest"), *machines())

    assert (change.effect, change.updates) == (Effect.IN_PLACE, ())
    assert "stay as they are, and cost as much, until they are replaced: start an instance refresh" in change.reason


def test_a_template_of_two_groups_holds_the_machines_of_both(build, changes, template, group, machines) -> None:
    busy = build.lookback(**{**CALM, "cpu": 60.0})
    first, second = group(), group("web")

    [change] = changes(template(), first, second, *machines(), *machines(of="web"))

    assert change.saving.monthly == Decimal("560.64")
    assert [address for address, _ in change.updates] == ["aws_autoscaling_group.trainers", "aws_autoscaling_group.web"]
    assert changes(template(), first, second, *machines(), *machines(busy, busy, of="web")) == []
    assert changes(template(), first, group("web", size=0), *machines()) == []  # what it will need is not known


def test_node_groups_are_counted_alone(build, changes, machines) -> None:
    nodes = build.seen("aws_eks_node_group", "ml:cpu", {"instance_types": ("m5.2xlarge",)}, Usage(), declared={})

    [change] = changes(nodes, *machines(of="ml:cpu"))

    assert change.actions == (SetAttribute("instance_types", ("m5.2xlarge",), ("m5.xlarge",)),)
    assert "what its pods ask for decides what fits" in change.withheld


def test_a_launch_configuration_is_a_question(changes, group, machines) -> None:
    old = {"launch_template.id": None, "launch_template.version": None, "launch_configuration": "web-1"}

    [change] = changes(group(spec=old), *machines(tags={"aws:ec2launchtemplate:id": "x"}))

    assert change.actions == () and change.asks.startswith("give aws_autoscaling_group.trainers a launch template")
    assert "launch configuration web-1 cannot be changed" in change.doubts[-1]


@pytest.mark.parametrize("spec", [{"capacity_reservation_id": "cr-1"}, {"platform": "Windows"}])
def test_what_is_not_paid_by_list_price_claims_no_saving(changes, template, group, machines, spec) -> None:
    [change] = changes(template(), group(), *machines(spec=spec))

    assert change.saving is None
    assert "what its machines are paid by, which is not the list price" in change.missing


def test_an_unknown_price_claims_nothing(changes, template, group, machines) -> None:
    assert changes(template(), group(), *machines(), without=("m5.xlarge",)) == []


def test_all_zones_that_it_may_start_machines_in_have_the_type(changes, template, group, machines) -> None:
    zones = group(spec={"availability_zones": ("us-east-1a", "us-east-1b")})
    has, lacks = frozenset({"m5.xlarge"}), frozenset[str]()
    offers = {("ml", "us-east-1", "us-east-1a"): has, ("ml", "us-east-1", "us-east-1b"): has}

    [change] = changes(template(), zones, *machines(), offers=offers)

    assert change.missing == ()
    assert changes(template(), zones, *machines(), offers={**offers, ("ml", "us-east-1", "us-east-1b"): lacks}) == []


@pytest.mark.parametrize("type_", ["g5.2xlarge", "trn1.2xlarge", "m5.metal"])
def test_groups_of_accelerators_and_of_metal_are_left_out(changes, template, group, machines, type_) -> None:
    assert changes(template(type_), group(), *machines(type_=type_)) == []


def test_a_template_in_no_group_wants_nothing(changes, template, machines) -> None:
    assert changes(template(), *machines()) == []


def test_one_machine_is_said_to_be_interrupted(build, changes, template, group, machines) -> None:
    [change] = changes(template(), group(size=1), *machines(build.lookback(**CALM)))

    assert change.title == "Resize the machine of aws_launch_template.lt_1 from m5.2xlarge to m5.xlarge"
    assert change.reason.startswith("its machine needs 2.1 vCPU")
    assert (
        "aws_autoscaling_group.trainers has one machine, and is interrupted until the next one serves" in change.reason
    )
