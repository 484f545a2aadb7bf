from dataclasses import replace
from decimal import Decimal

import pytest

from bench.truth.scoring import What, harm, judged, kind_of
from bench.truth.truth import Waste
from remediator.model import AddResource, Attributes, RemoveResource, SetAttribute

STOP = AddResource(
    "aws_ec2_instance_state",
    Attributes({"state": "stopped"}),
    (("instance_id", "id"),),
    SetAttribute("instance_state", "running", "stopped"),
)
SIZE = SetAttribute("instance_type", "m5.2xlarge", "m5.xlarge")
GP3 = (SetAttribute("type", "gp2", "gp3"), SetAttribute("iops", 900, 3000), SetAttribute("throughput", None, 128))


def scored(live, *changes):
    class One:
        live = None

    estate = One()
    estate.live = {live.resource.id: live}
    return list(judged(estate, changes))


@pytest.mark.parametrize(
    ("kind", "action", "what"),
    [
        ("aws_instance", STOP, What.STOP),
        ("aws_instance", SIZE, What.SIZE),
        ("aws_autoscaling_group", SetAttribute("desired_capacity", 2, 0), What.STOP),
        ("aws_autoscaling_group", SetAttribute("desired_capacity", 2, 1), None),
        ("aws_ebs_volume", GP3[0], What.VOLUME_TYPE),
        ("aws_ebs_volume", SetAttribute("final_snapshot", None, True), What.SNAPSHOT),
        ("aws_ebs_volume", RemoveResource(), What.REMOVAL),
    ],
)
def test_what_a_change_would_do_is_read_from_its_actions(build, kind, action, what):
    live = build.live(kind)
    assert kind_of(build.change(live, action)) == what


@pytest.mark.parametrize(
    ("quiet", "back", "said"),
    [
        (23.9, None, "it worked 23.9 running hours before"),
        (30.0, 23.9, "it works again 23.9 hours later"),
        (30.0, 24.1, None),
        (30.0, None, None),
    ],
)
def test_a_stop_harms_what_worked_within_a_day_or_works_within_one(build, quiet, back, said):
    live = build.live(quiet=quiet, back=back)
    assert harm(live, build.change(live, STOP)) == said


def test_what_only_asks_claims_nothing_and_does_no_harm(build):
    live = build.live(quiet=1.0)
    (one,) = scored(live, replace(build.change(live, saving=None, doubts=("no GPU evidence",)), asks="measure it"))
    assert (one.what, one.claims, one.stands, one.harm) == (What.NOTHING, False, False, None)


def test_a_stop_of_what_comes_back_after_days_is_a_false_alarm(build):
    live = build.live(quiet=30.0, back=100.0)
    (one,) = scored(live, build.change(live, STOP))
    assert (one.claims, one.stands, one.harm) == (True, False, None)


def test_a_size_is_unsafe_by_a_single_period_and_names_the_dimension(build, load):
    live = build.live(next=load(vcpu=4.1))
    assert "vcpu 4.1 of 4" in harm(live, build.change(live, SIZE))
    assert harm(build.live(next=load(vcpu=4.0)), build.change(live, SIZE)) is None


def test_a_size_offered_instead_is_judged_too(build, load):
    live = build.live(next=load(memory_mib=10_000))
    other = build.change(live, SetAttribute("instance_type", "m5.2xlarge", "m5.large"))
    (one,) = scored(live, replace(build.change(live, SIZE), instead=(other,)))
    assert one.harm is not None
    assert one.harm.startswith("m5.large")


def test_a_removal_harms_what_is_attached_again(build):
    live = build.live("aws_ebs_volume", back=240.0)
    assert harm(live, build.change(live, RemoveResource())) == "it is attached again 10 days later"
    assert harm(live, build.change(live, SetAttribute("final_snapshot", None, True))) is None


def test_gp3_harms_where_it_gives_less_than_is_asked(build, load):
    live = build.live("aws_ebs_volume", next=load(ebs_ops=3001))
    assert harm(live, build.change(live, *GP3)) == "3,001 operations a second are asked of 3,000 IOPS"
    slower = build.live("aws_ebs_volume", next=load(ebs_bytes=200 * 2**20))
    assert harm(slower, build.change(slower, *GP3)) == "200 MiB a second are asked of 128"


def test_dollars_are_found_up_to_what_is_there(build):
    live = build.live(waste=Waste.IDLE_GPU, monthly=Decimal(70))
    request, ticket = scored(live, build.change(live, STOP), build.change(live, STOP, doubts=("held",)))
    assert (request.found, request.request) == (Decimal(70), True)
    assert (ticket.found, ticket.request) == (Decimal(70), False)


def test_a_ticket_that_only_asks_for_evidence_claims_nothing(build):
    live = build.live(quiet=0.0)
    (one,) = scored(live, build.change(live, STOP, saving=None, doubts=("no GPU evidence",)))
    assert (one.what, one.claims, one.harm, one.found) == (What.STOP, False, None, Decimal(0))


def test_what_has_no_truth_here_is_left_out(build):
    live = build.live()
    (one,) = scored(live, build.change(live, SetAttribute("tags", None, "x")))
    assert (one.what, one.claims) == (None, False)
