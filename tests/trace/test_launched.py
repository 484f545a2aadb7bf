"""What is said of who launched a resource, and when Terraform may adopt it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from remediator.model import Attributes, Launcher, LaunchRecord, Resource, Untold
from remediator.trace.launched import adoptable, sentences

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
MACHINE = Resource("aws", "dev", "us-east-1", "aws_instance", "i-1", None, Attributes(), Attributes(), AT)
RECORD = LaunchRecord(
    event="RunInstances",
    at=AT,
    principal="arn:aws:sts::123456789012:assumed-role/dev/emil@acme.io",
    person="emil@acme.io",
    tool="boto3",
    service=None,
)


def test_a_person_with_a_tool_is_named_without_the_account() -> None:
    (said,) = sentences(MACHINE, RECORD)

    assert said.startswith("assumed-role/dev/emil")
    assert said.endswith("called RunInstances with boto3 at 2026-11-02 09:30 UTC")
    assert "123456789012" not in said
    assert "acme.io" not in said
    assert list(sentences(MACHINE, None)) == []


@pytest.mark.parametrize(("scales", "again"), [(True, " and would make it anew"), (False, "")])
def test_a_controller_is_where_to_change_it(scales: bool, again: str) -> None:
    by = Launcher("Karpenter", "node pool", "gpu", scales)

    assert list(sentences(replace(MACHINE, launched_by=by), None)) == [
        f"Karpenter (node pool gpu) made it{again}: change it there"
    ]


@pytest.mark.parametrize("tool", ["Terraform", "OpenTofu", "Pulumi"])
def test_what_other_code_made_is_not_adopted(tool: str) -> None:
    made = replace(RECORD, tool=tool)

    assert not adoptable(MACHINE, made)
    assert list(sentences(MACHINE, made))[-1].startswith(f"{tool} made it from code or a state that is not configured")


@pytest.mark.parametrize("tool", ["Karpenter", "the EBS CSI driver"])
def test_what_a_controller_made_without_its_tags_is_not_adopted(tool: str) -> None:
    made = replace(RECORD, tool=tool)

    assert not adoptable(MACHINE, made)
    assert list(sentences(MACHINE, made))[-1] == f"{tool} makes such things by itself: change it in its configuration"


def test_only_what_nothing_else_makes_is_adopted() -> None:
    assert adoptable(MACHINE, None)
    assert adoptable(MACHINE, RECORD)
    assert not adoptable(MACHINE, replace(RECORD, service="autoscaling.amazonaws.com"))
    assert not adoptable(replace(MACHINE, member_of="web"), RECORD)
    assert not adoptable(replace(MACHINE, launched_by=Launcher("Ray", "cluster", "tune")), None)


def test_a_principal_without_a_name_is_somebody() -> None:
    assert next(sentences(MACHINE, replace(RECORD, principal=""))).startswith("somebody called RunInstances")


def test_a_disk_that_goes_with_its_machine_is_not_adopted_alone() -> None:
    disk = replace(MACHINE, kind="aws_ebs_volume", id="vol-1", spec=Attributes({"deleted_with": ("i-1",)}))

    assert not adoptable(disk, None)
    assert list(sentences(disk, None)) == [
        "it goes with i-1 when that is terminated, and is adopted with it or not at all"
    ]
    assert adoptable(replace(disk, spec=Attributes()), None)


@pytest.mark.parametrize("why", list(Untold))
def test_that_nobody_can_be_named_is_said_with_the_reason(why: Untold) -> None:
    assert list(sentences(MACHINE, why)) == [f"who made it is not known: {why}"]
    assert adoptable(MACHINE, why)
    by = Launcher("Karpenter", "node pool", "gpu")
    assert len(list(sentences(replace(MACHINE, launched_by=by), why))) == 1
