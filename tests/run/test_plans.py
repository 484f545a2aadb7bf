"""From changes to plans over a whole run: one plan for the same bytes, none where nothing is to do."""

import json

import pytest

from remediator.edit.drafted import Draft
from remediator.model import Route
from remediator.run import drafting

COUNTED = """
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

resource "aws_ebs_volume" "scratch" {
  count             = 2
  availability_zone = "us-east-1a"
  size              = 1000
  type              = "gp2"
}
"""


def counted(site, *volumes: dict[str, object], text: str = COUNTED) -> None:
    """Volumes of one counted block, live as gp2 of their size and in the state as these attributes say."""
    ec2 = site.client("ec2")
    state = json.loads(site.state_file.read_bytes())
    (first, *_) = state["resources"]
    instances = []
    for n, stated in enumerate(volumes):
        made = ec2.create_volume(AvailabilityZone="us-east-1a", Size=stated.get("size", 1000), VolumeType="gp2")
        attributes = first["instances"][0]["attributes"] | {"id": made["VolumeId"], "arn": None} | stated
        instances.append({"index_key": n, "schema_version": 0, "attributes": attributes})
    state["resources"] = [first | {"name": "scratch", "instances": instances}]
    site.state_file.write_text(json.dumps(state))
    site.upstream.commit({"main.tf": text})


def test_two_instances_of_one_literal_become_one_plan_with_both_addresses(site) -> None:
    counted(site, {}, {})

    summary = site.run()

    (plan,) = [p for p, _ in summary.plans if p.repository]
    addresses = {"aws_ebs_volume.scratch[0]", "aws_ebs_volume.scratch[1]"}
    assert plan.route is Route.PULL_REQUEST, plan.doubts
    assert {c.declared.at.address for c in plan.changes} == addresses
    assert {e.address for e in plan.expected} == addresses
    assert plan.diff.count('-  type              = "gp2"') == 1
    assert plan.monthly_saving == sum(c.saving.monthly for c in plan.changes)
    assert len(site.branches()) == 1
    assert site.run(1).news == ()


def test_a_shared_literal_is_sized_for_the_most_demanding(site) -> None:
    sizes = "[1000, 1200][count.index]"
    volumes = ({"size": 1000, "iops": 3000}, {"size": 1200, "iops": 3600})
    counted(site, *volumes, text=COUNTED.replace("1000", sizes))

    summary = site.run()

    (plan,) = [p for p, _ in summary.plans if p.repository]
    assert plan.route is Route.PULL_REQUEST, plan.doubts
    assert {c.declared.at.address for c in plan.changes} == {"aws_ebs_volume.scratch[0]", "aws_ebs_volume.scratch[1]"}
    assert "+  iops              = 3600\n+  throughput        = 250\n" in plan.diff
    assert sorted(c.saving.monthly for c in plan.changes) == [12, 16]
    assert all("(3,600 IOPS, 250 MiB/s)" in c.reason for c in plan.changes)


def test_what_may_not_change_itself_is_not_changed_along_with_another(site) -> None:
    counted(site, {"type": "gp2"}, {"type": "io1"})

    plans = {p.changes[0].declared.at.index_key: p for p, _ in site.run().plans if p.repository}

    assert {plan.route for plan in plans.values()} == {Route.TICKET}
    assert "would also change aws_ebs_volume.scratch[1]" in plans[0].doubts[0]
    assert "io1 in the state" in plans[1].doubts[0]


def test_code_and_live_at_the_target_need_no_ticket_while_the_state_is_behind(site) -> None:
    site.run()
    before = sorted(site.delivered())
    site.settle()
    site.run(1)

    summary = site.run(24 * 20)

    assert [s.reason for s in summary.skipped if s.change.declared] == [
        "main.tf:11: code and live are at the target already",
        "main.tf:19: code and live are at the target already",
    ]
    assert summary.news == ()
    assert sorted(site.delivered()) == before
    assert site.statuses(summary)["aws_ebs_volume.cache"] == "live"


def test_each_edit_that_fails_is_a_failure_and_the_others_are_delivered(site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> Draft:
        raise ValueError("no such span")

    monkeypatch.setattr(drafting, "draft", broken)

    summary = site.run()

    assert len(summary.failures) == 2
    assert all(f.unit.startswith("plan ") and "ValueError: no such span" in f.reason for f in summary.failures)
    assert sorted(site.delivered()) == ["tickets/FIN-1.json"]


def test_people_are_told_once_that_what_is_live_must_be_merged(site) -> None:
    site.run()
    for name, iops in (("features", 3000), ("cache", 3600)):
        site.client("ec2").modify_volume(VolumeId=site.volumes[name], VolumeType="gp3", Iops=iops, Throughput=250)

    told, again = site.run(1), site.run(2)

    assert sorted(told.notes) == [
        "What pull request 1 changes is live: merge it, or the next apply undoes it.",
        "What pull request 2 changes is live: merge it, or the next apply undoes it.",
    ]
    assert again.notes == ()


def test_what_nobody_owns_is_reported_alone_unless_it_is_asked_for(site) -> None:
    site.tables["limits"] = {"onboarding": False}

    summary = site.run()

    reported = [(p, d) for p, d in summary.plans if not p.origin.owners]
    assert reported and all(d.action == "held" and d.reason.startswith("nobody is known") for _, d in reported)
    assert not any(name.startswith("tickets/") for name in site.delivered())

    site.tables["limits"] = {"unowned": "deliver", "onboarding": False}
    site.run(1)
    assert any(name.startswith("tickets/") for name in site.delivered())
