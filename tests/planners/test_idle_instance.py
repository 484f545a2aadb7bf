from dataclasses import replace

import pytest

from planners import idle_instance
from planners.idle_instance import Settings
from remediator.model import LAST_SESSION, NO_SESSION, Launcher, Usage

CALM = {"cpu": 2.0, "network": 1000.0}


@pytest.fixture
def changes(build):
    def run(usage, instance_type="m5.2xlarge", environment="dev", settings=None, **over):
        seen = replace(build.instance(instance_type, usage, price="280", **over), environment=environment)
        return list(idle_instance.plan(build.estate(seen), build.context(settings or Settings())))

    return run


def test_one_that_did_nothing_for_two_weeks_is_stopped(build, changes) -> None:
    [change] = changes(build.lookback(**CALM))

    assert [a.type for a in change.actions] == ["aws_ec2_instance_state"]
    assert not change.doubts
    assert change.concern == "running"
    assert "at or below 2.0 %" in change.reason


@pytest.mark.parametrize(
    "usage", [{**CALM, "cpu": 5.1}, {**CALM, "network": 2e5}, {"cpu": 2.0}, {"network": 0.0}], ids=str
)
def test_one_that_works_or_is_not_measured_runs_on(build, changes, usage) -> None:
    assert changes(build.lookback(**usage)) == []


def test_evidence_must_be_long_and_complete(build, changes) -> None:
    assert changes(build.lookback(days=13, **CALM)) == []
    assert changes(build.lookback(coverage=0.9, **CALM)) == []


def test_gpus_members_and_the_stopped_are_other_rules_matter(build, changes) -> None:
    calm = build.lookback(**CALM)

    assert changes(calm, "p3.2xlarge") == []
    assert changes(calm, member_of="web") == []
    assert changes(calm, spec={"instance_state": "stopped"}) == []
    assert changes(calm, tags={"remediator:keep": ""}) == []


@pytest.mark.parametrize(
    ("over", "doubt"),
    [
        ({"environment": "prod"}, "it is in prod"),
        ({"spec": {"instance_lifecycle": "spot"}}, "Spot instance"),
        ({"spec": {"capacity_reservation_id": "cr-1"}}, "capacity reservation cr-1"),
        ({"launched_by": Launcher("Karpenter", "pool", True)}, "Karpenter"),
        ({"tags": {"Name": "eu-Bastion-1"}}, "it is a bastion"),
        ({"name": "vpn"}, "it is a vpn"),
        ({"name": "openvpn-as"}, "it is a openvpn"),
        ({"name": "wireguard_1"}, "it is a wireguard"),
        ({"spec": {"source_dest_check": False}}, "as of a router"),
    ],
)
def test_a_person_decides_where_a_stop_saves_nothing_or_is_not_final(build, changes, over, doubt) -> None:
    [change] = changes(build.lookback(**CALM), **over)

    assert any(doubt in said for said in change.doubts)


def test_disks_at_work_are_a_doubt(build, changes) -> None:
    [change] = changes(build.lookback(**CALM, ebs_ops=50))
    [unmeasured] = changes(build.lookback(**CALM))

    assert "its disks work" in change.doubts[0] and unmeasured.doubts == ()
    assert [sum("ebs_ops" in said for said in one.missing) for one in (change, unmeasured)] == [0, 1]


@pytest.mark.parametrize(
    ("metric", "high", "said"),
    [
        ("cpu", 12.0, "its CPU works (up to 12.0 %) for less than 0.5 % of the time"),
        ("network", 150e3, "its network works (up to 0.15 MB/s) for less than 0.5 % of the time"),
    ],
)
def test_a_daily_job_for_updates_is_asked_about_and_no_work_of_its_own(build, changes, metric, high, said) -> None:
    calm = [one for one in build.lookback(**CALM).summaries if one.name != metric]
    [change] = changes(Usage((*calm, build.metric(metric, high, p99_5=CALM[metric]))))

    assert [doubt.partition(",")[0] for doubt in change.doubts] == [said]
    assert "at or below 2.0 %" in change.reason
    assert changes(Usage((*calm, build.metric(metric, high, p99_5=high)))) == []


@pytest.mark.parametrize(("p95", "doubted"), [(5.0, False), (5.1, True)])
def test_what_an_operating_system_writes_by_itself_is_no_work(build, changes, p95, doubted) -> None:
    [disks] = build.lookback(ebs_ops=60).summaries
    [change] = changes(Usage((*build.lookback(**CALM).summaries, replace(disks, p95=p95))))

    assert any("its disks work" in doubt for doubt in change.doubts) is doubted


@pytest.mark.parametrize(
    ("environment", "days", "doubted"),
    [(None, 14, True), (None, 32, False), ("dev", 14, False), ("staging", 14, False)],
)
def test_what_may_be_in_production_is_asked_about_unless_a_month_was_seen(
    build, changes, environment, days, doubted
) -> None:
    [change] = changes(build.lookback(days=days, **CALM), environment=environment)

    assert any("hold no whole month" in doubt for doubt in change.doubts) is doubted
    [unasked] = changes(build.lookback(**CALM), environment=None, settings=Settings(ask_in=()))
    assert unasked.doubts == ()


@pytest.mark.parametrize(("type_", "found"), [("trn1.2xlarge", False), ("f1.2xlarge", True)])
def test_one_with_accelerators_is_not_judged_by_its_cpu(build, type_, found) -> None:
    types = [replace(t, name=type_) for t in build.types.types if t.name == "m5.2xlarge"]
    context = replace(build.context(Settings()), catalogue=replace(build.types, types=types))
    seen = build.instance(type_, build.lookback(**CALM), price="980")

    changes = list(idle_instance.plan(build.estate(seen), context))

    assert [len(change.doubts) for change in changes] == ([1] if found else [])  # NeuronCores are idle_accelerator's
    assert all("accelerators" in change.doubts[0] for change in changes)


@pytest.mark.parametrize(
    ("last", "doubts", "unknown"), [(NO_SESSION, 0, 0), ("2026-11-20T10:00:00+00:00", 1, 0), (None, 0, 1)]
)
def test_somebody_who_is_logged_in_is_asked(build, changes, last, doubts, unknown) -> None:
    [change] = changes(build.lookback(**CALM), spec={LAST_SESSION: last})

    assert [d for d in change.doubts if "Session Manager session on i-1 until 2026-11-20T10" in d] == list(
        change.doubts
    )
    assert len(change.doubts) == doubts
    assert sum("ssm:DescribeSessions" in missing for missing in change.missing) == unknown


@pytest.mark.parametrize("name", ["natalia-dev", "signature", "bastionary", "i-1"])
def test_a_name_that_only_looks_like_a_doorway_is_none(build, changes, name) -> None:
    [change] = changes(build.lookback(**CALM), tags={"Name": name}, spec={"source_dest_check": True})

    assert not change.doubts


@pytest.mark.parametrize(("declared", "doubted"), [({"disable_api_stop": True}, True), ({}, False), (None, False)])
def test_one_that_its_code_protects_from_a_stop_is_asked_about(build, changes, declared, doubted) -> None:
    [change] = changes(build.lookback(**CALM), declared=declared)

    assert any("disable_api_stop" in said for said in change.doubts) is doubted
