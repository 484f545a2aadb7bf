from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners import off_hours
from planners._hours import WEEK, window
from planners.off_hours import Settings
from remediator.model import AddResource, Attributes, Effect, Finding, Layer, Opinion, SetAttribute, Usage

OFFICE = tuple(24 * day + hour for day in range(5) for hour in range(9, 18))
"""Monday to Friday, nine to six, UTC."""
NEVER = ()


def used(build, coverage=1.0, days=14, **hours):
    """A usage with the hours of the week in which each metric shows work."""
    return Usage(
        tuple(
            replace(build.metric(name, 50, hours=days * 24, coverage=coverage), active_hours=active)
            for name, active in hours.items()
        )
    )


@pytest.fixture
def changes(build):
    def run(*seen, settings=None, environment="dev"):
        inside = [replace(one, environment=environment) for one in seen]
        return list(off_hours.plan(build.estate(*inside), build.context(settings or Settings())))

    return run


@pytest.fixture
def group(build):
    usage = used(build, cpu=OFFICE, network=OFFICE)
    spec = {"max_size": 2, "member_types": ("m5.xlarge", "m5.xlarge")}
    return build.group(("m5.xlarge",), usage, price="280.32", spec=spec)


@pytest.fixture
def members(build):
    return [build.instance("m5.xlarge", name=f"i-{n}", member_of="trainers", declared=None) for n in (1, 2)]


def test_a_group_is_scheduled_beside_its_own_block(build, changes, group, members) -> None:
    [change] = changes(group, *members)

    down, up = change.actions
    assert down == AddResource(
        "aws_autoscaling_schedule",
        Attributes(
            {
                "scheduled_action_name": "office_hours_end",
                "recurrence": "0 19 * * MON,TUE,WED,THU,FRI",
                "time_zone": "Etc/UTC",
                "min_size": 0,
                "max_size": 2,
                "desired_capacity": 0,
            }
        ),
        (("autoscaling_group_name", "name"),),
        SetAttribute("schedule.office_hours_end", None, "0 19 * * MON,TUE,WED,THU,FRI"),
        "office_hours_end",
    )
    assert up.arguments.text("recurrence") == "0 8 * * MON,TUE,WED,THU,FRI"
    assert [up.arguments.number(n) for n in ("min_size", "max_size", "desired_capacity")] == [1, 2, 2]
    assert change.title.endswith(
        "aws_autoscaling_group.trainers on when it is used: Mon, Tue, Wed, Thu, Fri 08:00 to 19:00 UTC"
    )
    assert (change.layer, change.effect, change.doubts) == (Layer.USAGE, Effect.STOP, ())
    assert change.saving.monthly == (Decimal("280.32") * 113 / 168).quantize(Decimal("0.01"))  # 168 - 5 x 11 hours


def test_what_an_adviser_counts_of_a_stop_is_not_what_a_schedule_saves(build, changes) -> None:
    seen = build.instance("m5.xlarge", used(build, cpu=OFFICE, network=OFFICE), price="100")
    place = (seen.resource.account, seen.resource.region, "aws_instance", seen.resource.id)
    said = Opinion(*place, "AWS Compute Optimizer", Finding.UNKNOWN, idle=True, net=Decimal(40), currency="USD")

    [change] = changes(replace(seen, opinions=(said,)))

    assert change.saving.low == (Decimal(40) * 113 / 168).quantize(Decimal("0.01"))


def test_members_that_may_have_come_and_gone_are_a_doubt(changes, group, members) -> None:
    [change] = changes(group, members[0])

    assert "others may have run and ended unmeasured" in change.doubts[0]


def test_a_machine_gets_the_tag_of_the_scheduler_or_a_ticket(build, changes) -> None:
    machine = build.instance("m5.xlarge", used(build, cpu=OFFICE, network=NEVER), price="140.16")

    [ticket] = changes(machine)
    [tagged] = changes(machine, settings=Settings(schedule_tag="Schedule", schedule="berlin"))

    assert ticket.doubts and "schedule_tag" in ticket.doubts[0]
    assert tagged.doubts == () and tagged.actions == (SetAttribute("tags.Schedule", None, "berlin"),)


def pooled(build, ran, days=14, cpu=OFFICE, coverage=1.0):
    """A machine whose address had others before it, which ran so many hours of those days together."""
    usage = used(build, coverage=coverage, days=days, cpu=cpu, network=NEVER)
    each = tuple(
        replace(s, ran=timedelta(hours=ran), expected=ran * 12, points=round(ran * 12 * coverage))
        for s in usage.summaries
    )
    return build.instance("m5.xlarge", replace(usage, summaries=each, earlier=("i-b", "i-a")), price="168")


def test_machines_that_are_replaced_every_night_are_judged_together(build, changes) -> None:
    [change] = changes(pooled(build, 14 * 24))

    assert "off for 113 of 168" in change.reason and change.saving.monthly == Decimal("113.00")
    assert any("who replaces the machine of its address" in said for said in change.missing)


def test_what_machines_are_off_for_already_saves_nothing_more(build, changes) -> None:
    # 18 hours of every day are 126 of a week, of which 55 are kept
    [change] = changes(pooled(build, 14 * 18))

    assert "off for 71 of the 126 that it runs now" in change.reason and change.saving.monthly == Decimal("71.00")
    # 16 of every day leave 57, which are not worth a schedule
    assert changes(pooled(build, 14 * 16)) == []


@pytest.mark.parametrize(("days", "fires"), [(13.1, True), (12.9, False)])
def test_the_first_machine_of_an_address_may_have_come_within_the_first_day(build, changes, days, fires) -> None:
    assert bool(changes(pooled(build, round(days * 22), days=days))) is fires


@pytest.mark.parametrize("over", [{"coverage": 0.9}, {"cpu": None}], ids=str)
def test_an_address_of_which_not_all_is_seen_gets_no_schedule(build, changes, over) -> None:
    assert changes(pooled(build, 14 * 24, **over)) == []


def test_a_database_saves_its_compute_alone(build, changes) -> None:
    spec = {"status": "available", "instance_class": "db.r5.large", "engine": "postgres", "multi_az": False}
    seen = build.seen("aws_db_instance", "db", spec, used(build, connections=OFFICE), price="1000", declared={})

    [change] = changes(seen)

    assert change.saving is None  # these prices have no databases


@pytest.mark.parametrize("environment", ["prod", None])
def test_outside_development_nothing_is_scheduled(changes, group, members, environment) -> None:
    assert changes(group, *members, environment=environment) == []


@pytest.mark.parametrize(
    ("why", "hours"),
    [
        ("the network is not measured", {"cpu": OFFICE}),
        ("no hours are known, since two weeks were not seen", {"cpu": OFFICE, "network": None}),
        ("it works at night too", {"cpu": OFFICE, "network": tuple(range(WEEK))}),
        ("it never works, which is another rule's matter", {"cpu": NEVER, "network": NEVER}),
    ],
)
def test_nothing_is_wanted_where(build, changes, why, hours) -> None:
    assert changes(build.instance("m5.xlarge", used(build, **hours))) == []


@pytest.mark.parametrize(("coverage", "days", "found"), [(0.951, 14, 1), (0.949, 14, 0), (1.0, 13, 0)])
def test_evidence_has_to_be_whole(build, changes, coverage, days, found) -> None:
    usage = used(build, coverage, days, cpu=OFFICE, network=OFFICE)

    assert len(changes(build.instance("m5.xlarge", usage))) == found


@pytest.mark.parametrize(("hours", "found"), [(16, 1), (17, 0)])
def test_a_few_hours_off_are_worth_no_schedule(build, changes, hours, found) -> None:
    active = tuple(24 * day + hour for day in range(5) for hour in range(4, 4 + hours))  # 18 and 19 with the margin
    usage = used(build, cpu=active, network=active)

    settings = Settings(least_off_hours=168 - 5 * 18)
    assert len(changes(build.instance("m5.xlarge", usage), settings=settings)) == found


def test_gpus_have_to_be_measured_too(build, changes) -> None:
    quiet = {"cpu": OFFICE, "network": OFFICE}

    assert changes(build.instance("p3.2xlarge", used(build, **quiet))) == []
    assert changes(build.instance("p3.2xlarge", used(build, gpu=tuple(range(WEEK)), **quiet))) == []
    [change] = changes(build.instance("g5.xlarge", used(build, gpu=OFFICE, **quiet)))
    assert "every stop empties its 250 GB of instance store" in change.doubts


def test_what_is_kept_or_belongs_to_a_group_is_left_alone(build, changes) -> None:
    usage = used(build, cpu=OFFICE, network=OFFICE)

    assert changes(build.instance("m5.xlarge", usage, tags={"remediator:keep": ""})) == []
    assert changes(build.instance("m5.xlarge", usage, member_of="trainers", declared=None)) == []
    assert changes(build.instance("m5.xlarge", usage, spec={"instance_state": "stopped"})) == []


def test_an_unknown_price_claims_nothing(build, changes) -> None:
    [change] = changes(build.instance("m5.xlarge", used(build, cpu=OFFICE, network=OFFICE)))

    assert change.saving is None


def test_an_evening_that_reaches_into_the_next_day_in_utc_is_one_window() -> None:
    pacific = [(24 * day + hour) % WEEK for day in range(5) for hour in range(17, 26)]  # nine to six at UTC-8

    found = window(pacific, 1)

    assert found is not None and (found.begin, found.length, found.days) == (16, 11, (0, 1, 2, 3, 4))
    assert (found.start, found.stop) == ("0 16 * * MON,TUE,WED,THU,FRI", "0 3 * * TUE,WED,THU,FRI,SAT")


def test_a_margin_that_begins_the_day_before() -> None:
    found = window([24 * day + hour for day in range(2) for hour in range(9)], 1)

    assert found is not None and (found.begin, found.days) == (23, (0, 6))
    assert found.start == "0 23 * * SUN,MON"


@given(st.sets(st.integers(0, WEEK - 1), min_size=1), st.integers(0, 3))
def test_a_window_holds_every_active_hour_with_its_margin(active, margin) -> None:
    found = window(active, margin)

    if found is not None:
        on = {(24 * day + found.begin + n) % WEEK for day in found.days for n in range(found.length)}
        wide = {(hour + n) % WEEK for hour in active for n in range(-margin, margin + 1)}
        assert wide <= on and found.length < 24 and found.off == WEEK - len(on)


@pytest.mark.parametrize(
    "values",
    [{"days": 7}, {"margin_hours": -1}, {"least_off_hours": 0}, {"coverage": 0.2}, {"environments": ("live",)}],
)
def test_settings_that_make_no_sense_are_refused(values) -> None:
    with pytest.raises(ValueError):
        Settings(**values)


def test_a_group_that_has_a_schedule_or_heeds_none_is_asked_about(build, changes, group, members) -> None:
    up = {"autoscaling_group_name": "trainers", "scheduled_action_name": "up", "recurrence": "0 7 * * *", "min_size": 1}
    halted = replace(group.resource, spec=Attributes({**group.resource.spec, "suspended_processes": ("Launch",)}))
    [scheduled] = changes(group, *members, build.seen("aws_autoscaling_schedule", "up", up, Usage()))
    [deaf] = changes(replace(group, resource=halted), *members)

    assert scheduled.doubts == ("scheduled action up (0 7 * * *) sets its size anew; change it there",)
    assert deaf.doubts == ("its processes Launch are suspended, so that no schedule would stop and start it",)


def test_a_group_loses_its_disks_every_evening(changes, group, members) -> None:
    [change] = changes(group, *members)

    assert "every evening its instances are ended, not stopped" in change.reason


@pytest.mark.parametrize(
    ("spec", "doubt"),
    [
        ({"replicate_source_db": "main"}, "AWS stops none"),
        ({"engine": "sqlserver-se", "multi_az": True}, "SQL Server in several zones"),
    ],
)
def test_what_aws_does_not_stop_is_a_question(build, changes, spec, doubt) -> None:
    known = {"status": "available", "instance_class": "db.r5.large", "engine": "postgres", **spec}
    seen = build.seen("aws_db_instance", "db", known, used(build, connections=OFFICE), declared={})
    [change] = changes(seen, settings=Settings(schedule_tag="Schedule"))

    assert doubt in change.doubts[0]


def test_a_group_that_eks_made_is_scheduled_by_its_node_group(build, changes) -> None:
    usage = used(build, cpu=OFFICE, network=OFFICE)
    own = build.group(("m5.xlarge",), usage, tags={"eks:nodegroup-name": "web"})

    assert changes(own) == []


def test_a_setting_that_names_no_environment_is_named_itself() -> None:
    with pytest.raises(ValueError, match="environments = 'live' is not one of prod, staging, dev"):
        Settings(environments=("live",))


def test_a_node_group_is_asked_about_with_the_schedule_of_the_group_that_eks_made_for_it(build, changes) -> None:
    usage = used(build, cpu=OFFICE, network=OFFICE)
    sizes = {"scaling_config.min_size": 1, "scaling_config.max_size": 2, "scaling_config.desired_size": 2}
    spec = {**sizes, "instance_types": ("m5.xlarge",), "autoscaling_groups": ("eks-web-0aa1",)}
    nodes = [build.instance("m5.xlarge", name=f"i-{n}", member_of="c:web", declared=None) for n in (1, 2)]
    seen = build.seen("aws_eks_node_group", "c:web", spec, usage, price="280.32", declared={})
    [change] = changes(seen, *nodes)

    down, up = change.actions
    assert [down.arguments.get(n) for n in ("min_size", "max_size", "desired_capacity")] == [0, 2, 0]
    assert [up.arguments.get(n) for n in ("min_size", "max_size", "desired_capacity")] == [1, 2, 2]
    assert down.references == (("autoscaling_group_name", "resources[0].autoscaling_groups[0].name"),)
    assert "an autoscaler brings nodes back" in change.doubts[0]
    assert any("15 minutes" in said for said in change.missing)
    assert change.saving.monthly == (Decimal("280.32") * 113 / 168).quantize(Decimal("0.01"))
    assert changes(replace(seen, resource=replace(seen.resource, spec=Attributes({**spec, list(sizes)[2]: 0})))) == []
