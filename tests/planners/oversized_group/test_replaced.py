"""Groups whose machines come and go, which what is told of all of them speaks for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.planners.oversized_group.calm import CALM, young


def test_nightly_replaced_machines_are_judged_by_all_that_the_group_had(
    build, changes, template, group, machines, replaced
) -> None:
    own = machines(young(build), young(build), age_days=1)
    known = group(usage=replaced(), spec={"recent_types": ("m5.2xlarge",)})

    [change] = changes(template(), known, *own)

    assert (change.withheld, change.doubts) == (None, ())
    assert {"member_cpu", "member_memory", "member_network"} <= {summary.name for summary in change.evidence}
    told = {summary.name: summary.source for summary in change.evidence}
    assert told["member_network"].endswith("; of all machines of aws_autoscaling_group.trainers")


BUSY = {"member_cpu": 60.0, "member_memory": 60.0, "member_network": 7e10, "member_ebs_bytes": 4e10}


@pytest.mark.parametrize("metric", BUSY)
def test_a_machine_that_was_busy_and_is_no_more_counts(
    build, changes, template, group, machines, replaced, metric
) -> None:
    own = machines(young(build), young(build), age_days=1)
    known = group(usage=replaced(**{metric: BUSY[metric]}), spec={"recent_types": ("m5.2xlarge",)})

    assert changes(template(), known, *own) == []


@pytest.mark.parametrize(("told", "fits"), [(1e10, True), (2e10, False)])
@pytest.mark.parametrize("monitoring", ["disabled", "enabled"])
def test_the_most_that_is_counted_is_of_a_minute_whatever_the_monitoring(
    build, changes, template, group, machines, replaced, told, fits, monitoring
) -> None:
    """20 GB in a minute are 0.33 GB a second; an m5.xlarge has 0.25."""
    own = machines(young(build), young(build), age_days=1, spec={"monitoring": monitoring})
    usage = replaced(member_network=told, member_points=2.0 if monitoring == "disabled" else 10.0)

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


def test_a_recent_machine_of_a_group_without_any_metrics_of_all_is_not_enough(
    build, changes, template, group, machines
) -> None:
    old, new = machines(build.lookback(**CALM), young(build))
    new = replace(new, resource=replace(new.resource, created_at=build.now - timedelta(days=1)))

    assert changes(template(), group(usage=build.lookback(wanted_size=2.0)), old, new) == []
