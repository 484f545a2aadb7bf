"""What keeps a template from being touched, and is counted with its reason."""

import pytest

from remediator.model import Launcher, Usage


@pytest.mark.parametrize(
    ("kind", "id_", "spec", "told"),
    [
        ("aws_batch_compute_environment", "sweeps", {"launch_templates": ("lt-1",)}, "Batch environment sweeps"),
        ("aws_batch_compute_environment", "sweeps", {"launch_templates": ("workers",)}, "Batch environment sweeps"),
        ("aws_eks_node_group", "ml:cpu", {"launch_template.id": "lt-1"}, "node group ml:cpu"),
        ("aws_autoscaling_group", "spare", {"override_templates": ("lt-2", "lt-1")}, "overrides of group spare"),
    ],
)
def test_a_template_that_others_use_too_is_not_touched(
    build, changes, template, group, machines, kind, id_, spec, told
) -> None:
    other, elsewhere = (build.seen(kind, id_, spec, Usage(), region=place) for place in ("us-east-1", "eu-west-1"))

    [change] = changes(template(spec={"name": "workers"}), group(), *machines(), other)
    [free] = changes(template(spec={"name": "workers"}), group(), *machines(), elsewhere)

    assert change.withheld == f"aws_launch_template.lt_1 is also used by {told}"
    assert free.withheld is None


def test_a_template_that_a_machine_of_its_own_was_launched_by_is_not_touched(
    build, changes, template, group, machines
) -> None:
    own = build.instance("m5.2xlarge", name="i-9", tags={"aws:ec2launchtemplate:id": "lt-1"})

    [change] = changes(template(), group(), *machines(), own)

    assert change.withheld == "aws_launch_template.lt_1 is also used by i-9 outside of its groups"


CONTROLLED = {
    "k8s.io/cluster-autoscaler/enabled": "nodes of Kubernetes",
    "kubernetes.io/cluster/ml": "nodes of Kubernetes",
    "AmazonECSManaged": "an ECS capacity provider scales it",
}


@pytest.mark.parametrize("tag", CONTROLLED)
def test_pods_and_tasks_decide_what_fits(changes, template, group, machines, tag) -> None:
    [by_group] = changes(template(), group(tags={tag: "true"}), *machines())
    [by_machine] = changes(template(), group(), *machines(tags={tag: "true"}))

    assert CONTROLLED[tag] in by_group.withheld and CONTROLLED[tag] in by_machine.withheld


def test_what_a_controller_made_is_changed_there(changes, template, group, machines) -> None:
    beanstalk = Launcher("AWS Elastic Beanstalk", "environment", "web")

    [change] = changes(template(), group(launched_by=beanstalk), *machines())

    assert "AWS Elastic Beanstalk (environment web) made it" in change.withheld


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"version": "2"}, "it launches by version 2 of the template, which is not the newest"),
        ({"version": "$Default"}, "the default version, which the code does not move on"),
        ({"declared": None}, "no state holds it"),
        ({"spec": {"mixed_instances_policy": True}}, "its mixed instances policy"),
        ({"spec": {"desired_capacity": 3}}, "2 of its machines run"),
    ],
    ids=str,
)
def test_groups_that_no_new_version_would_change_are_counted(changes, template, group, machines, over, reason) -> None:
    [change] = changes(template(), group(**over), *machines())

    assert reason in change.withheld


def test_a_default_version_that_the_code_moves_on_is_taken(changes, template, group, machines) -> None:
    moved = template(declared={"update_default_version": True})

    [change] = changes(moved, group(version="$Default"), *machines())

    assert (change.withheld, change.updates) == (None, ())


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"instance_type": "m5.xlarge"}, "its machines are m5.2xlarge, which its template is not any more"),
        ({"instance_requirements": True}, "its template leaves the type to others"),
        ({"instance_market_options.market_type": "spot"}, "asks for Spot instances"),
    ],
)
def test_templates_that_say_another_thing_are_counted(changes, template, group, machines, spec, reason) -> None:
    [change] = changes(template(spec=spec), group(), *machines())

    assert reason in change.withheld


def test_spot_machines_are_paid_otherwise(changes, template, group, machines) -> None:
    [change] = changes(template(), group(), *machines(spec={"instance_lifecycle": "spot"}))

    assert "Spot instances" in change.withheld


@pytest.mark.parametrize("tagged", ["template", "group", "machines"])
def test_what_is_to_be_kept_is_left_alone(changes, template, group, machines, tagged) -> None:
    keep = {"tags": {"remediator:keep": "yes"}}
    seen = [template(**keep if tagged == "template" else {}), group(**keep if tagged == "group" else {})]

    assert changes(*seen, *machines(**keep if tagged == "machines" else {})) == []
