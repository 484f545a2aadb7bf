from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners import oversized_group
from planners.oversized_group import Settings
from remediator.model import Effect, Launcher, SetAttribute, Usage

CALM = {"cpu": 20.0, "memory": 30.0, "network": 1e6, "ebs_bytes": 1e6, "ebs_ops": 10.0}
ALL = {"member_cpu": 20.0, "member_network": 3e8, "member_ebs_bytes": 3e8, "member_ebs_ops": 3000.0}
REFRESHED = {"instance_refresh.strategy": "Rolling"}


@pytest.fixture
def template(build):
    def make(type_="m5.2xlarge", version=3, declared=(), spec=(), **over):
        own = {"instance_type": type_, "latest_version": version, **dict(spec)}
        return build.seen("aws_launch_template", "lt-1", own, Usage(), declared=dict(declared), **over)

    return make


@pytest.fixture
def group(build):
    """A group of a constant size that says so, and that takes the number of its template's newest version."""

    def make(name="trainers", size=2, largest=None, version="3", declared=REFRESHED, usage=None, spec=(), **over):
        sizes = {"min_size": size, "max_size": largest or size, "desired_capacity": size}
        own = {**sizes, "launch_template.id": "lt-1", "launch_template.version": version, **dict(spec)}
        said = build.lookback(**ALL, wanted_size=float(size)) if usage is None else usage
        return build.seen("aws_autoscaling_group", name, own, said, declared=declared, **over)

    return make


@pytest.fixture
def machines(build):
    def make(*usages, of="trainers", type_="m5.2xlarge", spec=(), tags=(), **over):
        usages = usages or (build.lookback(**CALM), build.lookback(**CALM))
        own = {"availability_zone": "us-east-1a", **dict(spec)}
        own_tags = {"aws:ec2launchtemplate:id": "lt-1", **dict(tags)}
        return [
            build.instance(
                type_, usage, f"i-{of}-{n}", spec=own, tags=own_tags, member_of=of, **{"declared": None, **over}
            )
            for n, usage in enumerate(usages)
        ]

    return make


@pytest.fixture
def changes(build):
    def run(*seen, settings=None, without=(), offers=None):
        estate = build.estate(*seen)
        estate = estate if offers is None else replace(estate, offers=offers)
        return list(oversized_group.plan(estate, build.context(settings or Settings(month_end_in=()), without)))

    return run


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


@pytest.mark.parametrize("dimension", ["cpu", "memory", "network", "ebs_bytes", "ebs_ops"])
def test_one_hot_member_among_many_decides(build, changes, template, group, machines, dimension) -> None:
    hot = {"cpu": 60.0, "memory": 60.0, "network": 2.4e8, "ebs_bytes": 1.5e8, "ebs_ops": 5800.0}
    usages = [build.lookback(**CALM)] * 4 + [build.lookback(**{**CALM, dimension: hot[dimension]})]

    assert changes(template(), group(size=5), *machines(*usages)) == []


@pytest.mark.parametrize("missing", ["memory", "network"])
def test_what_one_member_does_not_tell_may_not_shrink(build, changes, template, group, machines, missing) -> None:
    blind = build.lookback(**{name: value for name, value in CALM.items() if name != missing})

    assert changes(template(), group(), *machines(build.lookback(**CALM), blind)) == []


def test_a_member_that_tells_its_memory_only_now_and_then_is_blind(build, changes, template, group, machines) -> None:
    starved = Usage((*build.lookback(**CALM).summaries[:1], build.metric("memory", 30.0, coverage=0.99)))

    assert changes(template(), group(), *machines(build.lookback(**CALM), starved)) == []


@pytest.mark.parametrize("days", [5.0, 13.0])
def test_little_evidence_is_none(build, changes, template, group, machines, days) -> None:
    young = build.lookback(days=days, **CALM)
    said = build.lookback(days=days, **ALL)

    assert changes(template(), group(usage=said), *machines(young, young, age_days=days)) == []


@pytest.fixture
def replaced(build):
    """What a group tells of itself whose machines live for a day; all of them had an agent."""

    def make(told=2.0, **over):
        metrics = build.lookback(**{**ALL, "member_memory": 30.0, "wanted_size": 2.0, **over}).summaries
        count = replace(build.metric("members_with_memory", 2.0), mean=told)
        return Usage((*metrics, count))

    return make


def young(build, **over):
    return build.lookback(days=1, **{**CALM, **over})


def test_nightly_replaced_machines_are_judged_by_all_that_the_group_had(
    build, changes, template, group, machines, replaced
) -> None:
    own = machines(young(build), young(build), age_days=1)
    known = group(usage=replaced(), spec={"recent_types": ("m5.2xlarge",)})

    [change] = changes(template(), known, *own)

    assert (change.withheld, change.doubts) == (None, ())
    assert {"member_cpu", "member_memory", "member_network"} <= {summary.name for summary in change.evidence}


BUSY = {"member_cpu": 60.0, "member_memory": 60.0, "member_network": 7e10, "member_ebs_bytes": 4e10}


@pytest.mark.parametrize("metric", BUSY)
def test_a_machine_that_was_busy_and_is_no_more_counts(
    build, changes, template, group, machines, replaced, metric
) -> None:
    own = machines(young(build), young(build), age_days=1)
    known = group(usage=replaced(**{metric: BUSY[metric]}), spec={"recent_types": ("m5.2xlarge",)})

    assert changes(template(), known, *own) == []


@pytest.mark.parametrize(("points", "fits"), [(2.0, True), (10.0, False), (6.0, False)])
def test_what_was_counted_in_a_point_is_of_five_minutes_only_where_all_points_are(
    build, changes, template, group, machines, replaced, points, fits
) -> None:
    """30 GB are 0.1 GB a second in five minutes, and 0.5 in one; an m5.xlarge has 0.25."""
    own = machines(young(build), young(build), age_days=1)
    usage = replaced(member_network=3e10, member_points=points)

    found = changes(template(), group(usage=usage, spec={"recent_types": ("m5.2xlarge",)}), *own)

    assert bool(found) is fits


def test_a_machine_that_is_no_more_and_told_no_memory_leaves_it_unknown(
    build, changes, template, group, machines, replaced
) -> None:
    own = machines(young(build), young(build), age_days=1)
    known = group(usage=replaced(told=1.98), spec={"recent_types": ("m5.2xlarge",)})

    assert changes(template(), known, *own) == []


@pytest.mark.parametrize("recent", [(), ("m5.2xlarge", "m5.4xlarge")])
def test_of_which_type_those_before_were_has_to_be_known(
    build, changes, template, group, machines, replaced, recent
) -> None:
    own = machines(young(build), young(build), age_days=1)

    [change] = changes(template(), group(usage=replaced(), spec={"recent_types": recent}), *own)

    assert "of which types the machines were that it had before" in change.withheld


@pytest.fixture
def policy(build):
    def make(**over):
        spec = {"autoscaling_group_name": "trainers", "policy_type": "TargetTrackingScaling", "name": "cpu-50", **over}
        return build.seen("aws_autoscaling_policy", "arn:p", spec, Usage())

    return make


def test_a_group_that_scales_by_its_load_saves_nothing(build, changes, template, group, machines, policy) -> None:
    said = build.lookback(**ALL, wanted_size=2.0)
    scaling = group(usage=said, largest=9, spec={"min_size": 1})

    [change] = changes(template(), scaling, *machines(), policy())

    assert change.withheld == (
        "aws_autoscaling_group.trainers: cpu-50 sets its size by its load, and would run more of a smaller type"
    )


def test_a_policy_that_was_never_needed_is_asked_about(changes, template, group, machines, policy) -> None:
    [change] = changes(template(), group(largest=9), *machines(), policy())
    [fixed] = changes(template(), group(), *machines(), policy())
    [off] = changes(template(), group(largest=9), *machines(), policy(enabled=False))

    assert change.withheld is None and "cpu-50 may add machines where smaller ones are busier" in change.doubts[0]
    assert fixed.doubts == off.doubts == ()


def test_a_group_that_was_larger_had_less_to_do_on_each(build, changes, template, group, machines) -> None:
    [change] = changes(template(), group(usage=build.lookback(**ALL, wanted_size=4.0)), *machines())

    assert change.withheld.endswith("it wanted up to 4 machines, each of which had less to do")


@pytest.mark.parametrize(
    ("points", "monitoring", "told"),
    [
        (2.0, "disabled", None),
        (10.0, "enabled", None),
        (4.0, "disabled", "it had up to 4 machines"),
        (15.0, "enabled", "it had up to 3 machines"),
        (10.0, None, "how many machines it had is not known"),
    ],
)
def test_how_many_it_had_is_counted_by_points_where_its_metrics_are_off(
    build, changes, template, group, machines, points, monitoring, told
) -> None:
    said = build.lookback(**ALL, member_points=points)

    [change] = changes(template(), group(usage=said), *machines(spec={"monitoring": monitoring}))

    assert (
        (change.withheld, change.doubts) == (None, ()) if told is None else told in f"{change.withheld}{change.doubts}"
    )
    assert bool(change.withheld) == bool(told and "up to" in told)


def test_a_scheduled_action_sets_its_size(build, changes, template, group, machines) -> None:
    spec = {"autoscaling_group_name": "trainers", "scheduled_action_name": "night", "desired_capacity": 0}
    action = build.seen("aws_autoscaling_schedule", "arn:s", spec, Usage())

    [change] = changes(template(), group(), *machines(), action)

    assert "scheduled action night sets its size by the time" in change.withheld


def test_a_template_of_two_groups_holds_the_machines_of_both(build, changes, template, group, machines) -> None:
    busy = build.lookback(**{**CALM, "cpu": 60.0})
    first, second = group(), group("web")

    [change] = changes(template(), first, second, *machines(), *machines(of="web"))

    assert change.saving.monthly == Decimal("560.64")
    assert [address for address, _ in change.updates] == ["aws_autoscaling_group.trainers", "aws_autoscaling_group.web"]
    assert changes(template(), first, second, *machines(), *machines(busy, busy, of="web")) == []
    assert changes(template(), first, group("web", size=0), *machines()) == []  # what it will need is not known


@pytest.mark.parametrize("kind", ["loner", "batch", "nodes"])
def test_a_template_that_others_use_too_is_not_touched(build, changes, template, group, machines, kind) -> None:
    path = "compute_resources.launch_template.launch_template_id"
    other = {
        "loner": build.instance("m5.2xlarge", name="i-9", tags={"aws:ec2launchtemplate:id": "lt-1"}),
        "batch": build.seen("aws_batch_compute_environment", "sweeps", {path: "lt-1"}, Usage()),
        "nodes": build.seen("aws_eks_node_group", "ml:cpu", {"launch_template.id": "lt-1"}, Usage()),
    }[kind]

    [change] = changes(template(), group(), *machines(), other)

    assert (
        change.withheld
        == "aws_launch_template.lt_1 is also used by "
        + {
            "loner": "i-9 outside of its groups",
            "batch": "Batch environment sweeps",
            "nodes": "node group ml:cpu",
        }[kind]
    )


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


@pytest.mark.parametrize("spec", [{"capacity_reservation_id": "cr-1"}, {"platform": "Windows"}])
def test_what_is_not_paid_by_list_price_claims_no_saving(changes, template, group, machines, spec) -> None:
    [change] = changes(template(), group(), *machines(spec=spec))

    assert change.saving is None
    assert "what its machines are paid by, which is not the list price" in change.missing


def test_spot_machines_are_paid_otherwise(changes, template, group, machines) -> None:
    [change] = changes(template(), group(), *machines(spec={"instance_lifecycle": "spot"}))

    assert "Spot instances" in change.withheld


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


def test_a_group_that_did_nothing_shows_nothing(build, changes, template, group, machines) -> None:
    rest = build.lookback(cpu=2.0, memory=30.0, network=10.0, ebs_bytes=1.0, ebs_ops=1.0)
    said = build.lookback(**{**ALL, "member_cpu": 2.0}, wanted_size=2.0)

    [change] = changes(template(), group(usage=said), *machines(rest, rest))

    assert "none of its machines did any work" in change.doubts[0]


def test_production_without_a_turn_of_a_month_is_a_question(changes, template, group, machines) -> None:
    [change] = changes(template(), group(environment="prod"), *machines(), settings=Settings())

    assert "holds no turn of a month" in change.doubts[0]


@pytest.mark.parametrize("tagged", ["template", "group", "machines"])
def test_what_is_to_be_kept_is_left_alone(changes, template, group, machines, tagged) -> None:
    keep = {"tags": {"remediator:keep": "yes"}}
    seen = [template(**keep if tagged == "template" else {}), group(**keep if tagged == "group" else {})]

    assert changes(*seen, *machines(**keep if tagged == "machines" else {})) == []


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


def test_an_unknown_price_claims_nothing(changes, template, group, machines) -> None:
    assert changes(template(), group(), *machines(), without=("m5.xlarge",)) == []


def test_credits_of_each_burstable_machine_have_to_last(build, changes, template, group, machines) -> None:
    earning = {**CALM, "cpu": 5.0, "memory": 20.0, "cpu_credits": 570.0, "cpu_credits_charged": 0.0}
    steady = replace(build.metric("cpu_credits", 576.0), minimum=560.0)
    calm = build.lookback(**earning)
    calm = replace(calm, summaries=(*(s for s in calm.summaries if s.name != "cpu_credits"), steady))
    spent = replace(steady, minimum=0.0)
    drained = replace(calm, summaries=(*(s for s in calm.summaries if s.name != "cpu_credits"), spent))
    said = group(usage=build.lookback(**{**ALL, "member_cpu": 5.0}, wanted_size=2.0))

    [change] = changes(template("t3.large"), said, *machines(calm, calm, type_="t3.large"))

    assert change.actions[0].target == "t3.medium"
    assert changes(template("t3.large"), said, *machines(calm, drained, type_="t3.large")) == []


LOADS = st.fixed_dictionaries(
    {
        "cpu": st.floats(0, 100),
        "memory": st.floats(0, 100),
        "network": st.floats(0, 5e8),
        "ebs_bytes": st.floats(0, 3.2e8),
        "ebs_ops": st.floats(0, 12_000),
    }
)


@given(st.lists(LOADS, min_size=1, max_size=6), st.floats(1, 1.1))
def test_a_proposal_fits_every_member_and_a_tenth_more(build, loads, more) -> None:
    """Whatever its machines did, each does the same and a tenth more on what is proposed, or on what it has."""
    size = len(loads)
    spec = {"min_size": size, "max_size": size, "desired_capacity": size, "launch_template.id": "lt-1"}
    usage = build.lookback(member_cpu=max(load["cpu"] for load in loads), wanted_size=float(size))
    group = build.seen(
        "aws_autoscaling_group", "web", {**spec, "launch_template.version": "$Latest"}, usage, declared={}
    )
    template = build.seen("aws_launch_template", "lt-1", {"instance_type": "m5.2xlarge"}, Usage(), declared={})
    own = [
        build.instance("m5.2xlarge", build.lookback(**load), f"i-{n}", member_of="web", declared=None)
        for n, load in enumerate(loads)
    ]

    found = list(oversized_group.plan(build.estate(template, group, *own), build.context(Settings())))

    for change in (one for whole in found for one in (whole, *whole.instead)):
        [action] = change.actions
        type_, had = (build.types.instance_type(name) for name in (action.target, "m5.2xlarge"))
        for load in loads:
            assert load["cpu"] * more <= 100 * type_.vcpu / had.vcpu
            assert load["memory"] * more <= 100 * type_.memory_mib / had.memory_mib
            assert load["network"] * more <= type_.network_gbps * 1.25e8
            assert load["ebs_bytes"] * more <= type_.ebs_mbytes_s * 1e6
            assert load["ebs_ops"] * more <= type_.ebs_iops


def test_the_days_that_are_seen_widen_the_margin(build, changes, template, group, machines) -> None:
    """38 % of 8 vCPU is 3.04, which with a fifth and a fourteenth more is 3.9 of 4; with 40 % it is not."""
    for cpu, fits in ((38.0, True), (40.0, False)):
        said = group(usage=build.lookback(**{**ALL, "member_cpu": cpu}, wanted_size=2.0))
        own = machines(*[build.lookback(**{**CALM, "cpu": cpu})] * 2)

        assert bool(changes(template(), said, *own)) is fits


def test_a_template_in_no_group_wants_nothing(changes, template, machines) -> None:
    assert changes(template(), *machines()) == []


def test_a_recent_machine_of_a_group_without_any_metrics_of_all_is_not_enough(
    build, changes, template, group, machines
) -> None:
    old, new = machines(build.lookback(**CALM), young(build))
    new = replace(new, resource=replace(new.resource, created_at=build.now - timedelta(days=1)))

    assert changes(template(), group(usage=build.lookback(wanted_size=2.0)), old, new) == []


def test_one_machine_is_said_to_be_interrupted(build, changes, template, group, machines) -> None:
    [change] = changes(template(), group(size=1), *machines(build.lookback(**CALM)))

    assert change.title == "Resize the machine of aws_launch_template.lt_1 from m5.2xlarge to m5.xlarge"
    assert change.reason.startswith("its machine needs 2.1 vCPU")
    assert (
        "aws_autoscaling_group.trainers has one machine, and is interrupted until the next one serves" in change.reason
    )
