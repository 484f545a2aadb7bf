"""Open requests and tickets whose findings a run has no plan for."""

import json
from dataclasses import replace

import pytest

from remediator.ledger.ledger import open_ledger
from remediator.registry import load_planners
from remediator.run import Only

from .conftest import CODE, state


def pulls(site) -> dict[int, dict]:
    found = [json.loads(p.read_text()) for p in (site.state_dir / "outbox" / "pulls").glob("*.json")]
    return {pull["number"]: pull for pull in found}


def pull_of(site, name: str) -> dict:
    return next(
        p for p in pulls(site).values() if name in p["body"].split("\n")[4] or f"aws_ebs_volume.{name}" in p["body"]
    )


def ticket(site) -> dict:
    [path] = (site.state_dir / "outbox" / "tickets").glob("*.json")
    return json.loads(path.read_text())


def outbox(site) -> dict:
    return {p.name: p.read_bytes() for p in (site.state_dir / "outbox").rglob("*.json")}


def modify(site, volume: str, iops: int = 3600) -> None:
    site.client("ec2").modify_volume(VolumeId=volume, VolumeType="gp3", Iops=iops, Throughput=250)


def delete(site, volume: str) -> None:
    [held] = site.client("ec2").describe_volumes(VolumeIds=[volume])["Volumes"][0]["Attachments"]
    site.client("ec2").detach_volume(VolumeId=volume, InstanceId=held["InstanceId"])
    site.client("ec2").delete_volume(VolumeId=volume)


def test_live_before_the_merge_stays_open_and_says_so_once(site) -> None:
    site.run()
    modify(site, site.volumes["cache"])

    for hour in (1, 2, 3):
        site.run(hour)

    pull = pull_of(site, "cache")
    assert pull["state"] == "open"
    [comment] = pull["comments"]
    assert "merge it to keep it" in str(comment)


def test_what_vanished_is_closed_after_three_runs_that_saw_it(site) -> None:
    site.run()
    delete(site, site.volumes["cache"])
    site.state_file.write_bytes(state({"features": site.volumes["features"]}))

    states = []
    for hour in (1, 2, 3, 4):
        site.run(hour)
        states.append(pull_of(site, "cache")["state"])

    assert states == ["open", "open", "closed", "closed"]
    assert pull_of(site, "features")["state"] == "open"
    assert "neither live nor in its state" in str(pull_of(site, "cache")["comments"])


@pytest.mark.parametrize("blind", ["account", "only", "state"])
def test_a_run_that_did_not_see_it_closes_nothing(site, refusing, blind: str) -> None:
    site.run()
    delete(site, site.volumes["cache"])
    site.state_file.write_bytes(state({"features": site.volumes["features"]}))
    if blind == "account":
        site.tables["accounts"][0]["endpoint_url"] = refusing("UnauthorizedOperation", 403, "DescribeVolumes")
    if blind == "state":
        site.state_file.write_bytes(b"{}")
    before = outbox(site)

    for hour in (1, 2, 3, 4):
        site.run(hour, only=Only(rule="idle_gpu") if blind == "only" else None)

    assert outbox(site) == before


def test_a_rule_that_is_switched_off_touches_nothing(site) -> None:
    site.run()
    site.tables["planners"]["ebs_gp3"] = {"enabled": False}
    before = outbox(site)

    for hour in (1, 2, 3, 4):
        site.run(hour)

    assert outbox(site) == before


def test_what_is_found_no_more_becomes_a_draft_and_comes_back(site, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(estate: object, context: object) -> tuple[()]:
        return ()

    def silent(*arguments):
        return [replace(p, plan=nothing) if p.rule == "ebs_gp3" else p for p in load_planners(*arguments)]

    site.run()
    with monkeypatch.context() as patch:
        patch.setattr("remediator.run.load_planners", silent)
        drafts = []
        for hour in (1, 2, 3, 4):
            site.run(hour)
            drafts.append([pull["draft"] for pull in pulls(site).values()])
    assert drafts == [[False, False], [False, False], [True, True], [True, True]]
    assert all(pull["state"] == "open" and len(pull["comments"]) == 1 for pull in pulls(site).values())

    site.run(5)

    assert [pull["draft"] for pull in pulls(site).values()] == [False, False]


def test_a_ticket_whose_resource_is_as_wanted_is_ended(site) -> None:
    site.run()
    assert ticket(site)["state"] == "open"
    modify(site, site.stray, 6000)

    site.run(1)

    assert ticket(site)["state"] != "open"
    with open_ledger(None, site.state_dir) as ledger:
        assert next(o for o in ledger.outcomes() if o.reference == "FIN-1").status.value in ("live", "applied")
    before = outbox(site)
    site.run(2)
    assert outbox(site) == before


def test_a_run_for_one_rule_closes_nothing_of_another(site) -> None:
    site.run()
    before = outbox(site)
    moot = CODE.replace('"gp2"', '"gp3"\n  iops              = 3600\n  throughput        = 250')
    site.upstream.commit({"main.tf": moot + "\n# and a remark\n"}, "By hand")

    site.run(1, Only(rule="idle_gpu"))
    assert outbox(site) == before

    site.run(2)
    assert outbox(site) != before


def test_by_hand_in_the_code_closes_it_with_the_reason(site) -> None:
    site.run()
    number = pull_of(site, "cache")["number"]
    by_hand = CODE.replace(
        'size              = 1200\n  type              = "gp2"',
        'size              = 1200\n  type              = "gp3"\n  iops              = 3600\n  throughput        = 250',
    )
    site.upstream.commit({"main.tf": by_hand + "\n# and a remark\n"}, "By hand")

    site.run(1)

    assert pulls(site)[number]["state"] in ("closed", "merged")
    before = outbox(site)
    site.run(2)
    assert outbox(site) == before
