"""What the machines of a group have to show before all of them are made smaller."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners import oversized_group
from planners.oversized_group import Settings
from remediator.model import Usage
from tests.planners.oversized_group.calm import ALL, CALM


@pytest.mark.parametrize("dimension", ["cpu", "memory", "network", "ebs_bytes", "ebs_ops"])
def test_one_hot_member_among_many_decides(build, changes, template, group, machines, dimension) -> None:
    hot = {"cpu": 60.0, "memory": 60.0, "network": 2.4e8, "ebs_bytes": 1.5e8, "ebs_ops": 5800.0}
    usages = [build.lookback(**CALM)] * 4 + [build.lookback(**{**CALM, dimension: hot[dimension]})]

    assert changes(template(), group(size=5), *machines(*usages)) == []


def test_each_dimension_names_the_machine_that_was_busiest_in_it(build, changes, template, group, machines) -> None:
    first, second = build.lookback(**{**CALM, "cpu": 25.0}), build.lookback(**{**CALM, "memory": 35.0})
    others = [build.lookback(**CALM)] * 2

    [change] = changes(template(), group(), *machines(first, second))
    [both] = changes(template(), group(), group("web"), *machines(first, second), *machines(*others, of="web"))

    told = {summary.name: summary.source for summary in change.evidence}
    assert told["cpu"].endswith("; of i-trainers-0") and told["memory"].endswith("; of i-trainers-1")
    assert [s.source.rpartition("; ")[2] for s in both.evidence if s.name == "cpu"] == ["of i-trainers-0"]


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


def test_a_group_that_did_nothing_shows_nothing(build, changes, template, group, machines) -> None:
    rest = build.lookback(cpu=2.0, memory=30.0, network=10.0, ebs_bytes=1.0, ebs_ops=1.0)
    said = build.lookback(**{**ALL, "member_cpu": 2.0}, wanted_size=2.0)

    [change] = changes(template(), group(usage=said), *machines(rest, rest))

    assert "none of its machines did any work" in change.doubts[0]


def test_production_without_a_turn_of_a_month_is_a_question(changes, template, group, machines) -> None:
    [change] = changes(template(), group(environment="prod"), *machines(), settings=Settings())

    assert "holds no turn of a month" in change.doubts[0]


def test_the_days_that_are_seen_widen_the_margin(build, changes, template, group, machines) -> None:
    """38 % of 8 vCPU is 3.04, which with a fifth and a fourteenth more is 3.9 of 4; with 40 % it is not."""
    for cpu, fits in ((38.0, True), (40.0, False)):
        said = group(usage=build.lookback(**{**ALL, "member_cpu": cpu}, wanted_size=2.0))
        own = machines(*[build.lookback(**{**CALM, "cpu": cpu})] * 2)

        assert bool(changes(template(), said, *own)) is fits


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
