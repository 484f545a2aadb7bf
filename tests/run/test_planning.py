"""What goes on to be delivered, and which changes come down to one plan."""

import json
from datetime import date
from decimal import Decimal

import pytest

from remediator.config import Config
from remediator.edit.edits import Draft
from remediator.model import (
    Attributes,
    Change,
    Effect,
    Failure,
    Layer,
    Level,
    Resource,
    Route,
    Saving,
    SetAttribute,
    StateAddress,
    StateResource,
)
from remediator.run import planning
from remediator.run.planning import worth_delivering

AT = StateAddress("infra", ".", "s3://b/k", "default", "c0ffee", 1, "", "managed", "aws_instance", "web", None)
STATE = StateResource(AT, "i-1", None, Attributes())


def change(layer: Layer = Layer.USAGE, monthly: str | None = "50", declared: bool = True, id_: str = "i-1") -> Change:
    resource = Resource("aws", "dev", "us-east-1", "aws_instance", id_, None, Attributes(), Attributes(), None)
    amount = Decimal(monthly or 0)
    return Change(
        rule=layer.value,
        concern=layer.value,
        layer=layer,
        resource=resource,
        declared=STATE if declared else None,
        title="Change it",
        reason="because",
        actions=(SetAttribute("instance_type", "m5.large", "m5.medium"),),
        evidence=(),
        missing=(),
        doubts=(),
        saving=Saving(amount, amount, amount, "USD", "list", "table", date(2026, 1, 1)) if monthly else None,
        accrued=None,
        risk=Level.LOW,
        effort=Level.LOW,
        effect=Effect.RESTART,
        confidence=0.9,
    )


def reasons(*changes: Change, unread: tuple[Failure, ...] = (), partly: tuple[str, ...] = (), **run: object):
    """What goes on, and why the others do not."""
    kept, skipped = worth_delivering(changes, Config.model_validate({"run": run}), unread, partly)
    return kept, [s.reason for s in skipped]


def test_what_is_not_used_comes_before_what_is_oversized_on_one_resource() -> None:
    used, sized, bought = change(), change(Layer.CONFIGURATION), change(Layer.RATE)
    other = change(Layer.RATE, id_="i-2")

    kept, why = reasons(bought, sized, used, other)

    assert kept == (used, other)
    assert why == ["waits until its usage finding is settled"] * 2


@pytest.mark.parametrize(("monthly", "goes_on"), [("9.99", False), ("10", True), (None, True)])
def test_small_savings_are_left_and_unknown_ones_are_not(monthly: str | None, goes_on: bool) -> None:
    kept, why = reasons(change(monthly=monthly))

    assert bool(kept) is goes_on
    assert why == ([] if goes_on else ["saves 9.99 USD a month, below min_monthly_saving = 10"])


def test_nothing_is_called_undeclared_while_a_state_is_unread() -> None:
    lost = Failure("infra/prod", "the state is encrypted")
    declared, stray = change(), change(declared=False, id_="i-2")

    assert set(reasons(declared, stray)[0]) == {declared, stray}
    kept, why = reasons(declared, stray, unread=(lost,))

    assert kept == (declared,)
    assert why == ["whether code declares it is not known, since infra/prod was not read"]


def test_a_unit_that_was_seen_in_part_waits() -> None:
    kept, why = reasons(change(), partly=("dev/us-east-1",))

    assert kept == ()
    assert why == ["what belongs to it is not known, since a part of dev/us-east-1 could not be listed"]
    assert reasons(change(), partly=("dev/eu-west-1", "ops/us-east-1"))[0] == (change(),)


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


def test_two_instances_of_one_literal_become_one_plan_with_both_addresses(site) -> None:
    ec2 = site.client("ec2")
    made = [ec2.create_volume(AvailabilityZone="us-east-1a", Size=1000, VolumeType="gp2") for _ in range(2)]
    state = json.loads(site.state_file.read_bytes())
    (first, *_) = state["resources"]
    state["resources"] = [first | {"name": "scratch", "instances": [{}, {}]}]
    for n, volume in enumerate(made):
        attributes = first["instances"][0]["attributes"] | {"id": volume["VolumeId"], "arn": None}
        state["resources"][0]["instances"][n] = {"index_key": n, "schema_version": 0, "attributes": attributes}
    site.state_file.write_text(json.dumps(state))
    site.upstream.commit({"main.tf": COUNTED})

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


def test_code_and_live_at_the_target_need_no_ticket_while_the_state_is_behind(site) -> None:
    site.run()
    before = sorted(site.delivered())
    site.settle()

    summary = site.run(1)

    assert [s.reason for s in summary.skipped if s.change.declared] == [
        "main.tf:11: code and live are at the target already",
        "main.tf:19: code and live are at the target already",
    ]
    assert summary.news == ()
    assert sorted(site.delivered()) == before
    assert site.statuses(summary)["aws_ebs_volume.cache"] == "live"


def test_a_repository_whose_edits_fail_is_a_failure_and_the_others_are_delivered(
    site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> Draft:
        raise ValueError("no such span")

    monkeypatch.setattr(planning, "draft", broken)

    summary = site.run()

    (failure,) = summary.failures
    assert failure.unit == "infra: tracing and editing"
    assert "ValueError" in failure.reason
    assert sorted(site.delivered()) == ["tickets/FIN-1.json"]
