"""Whole runs over a GPU machine that Terraform replaces: what the one before it did counts."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from remediator.run.looking import Only, look
from tests.run.conftest import NOW

START = NOW.replace(minute=0, second=0, microsecond=0)
CODE = 'resource "aws_instance" "trainer" {\n  instance_type = "g4dn.xlarge"\n}\n'


class Trainer:
    """A trainer in code, its state and its machines, hour by hour."""

    def __init__(self, site) -> None:
        self.site = site
        self.serial = 1
        site.upstream.commit({"main.tf": CODE})
        site.tables["run"] |= {"metric_period": 3600, "deliver": False}

    def launch(self, type_: str = "g4dn.xlarge") -> str:
        ec2 = self.site.client("ec2")
        found = ec2.run_instances(ImageId="ami-04681a1dbd79675a5", InstanceType=type_, MinCount=1, MaxCount=1)
        return found["Instances"][0]["InstanceId"]

    def end(self, id_: str) -> None:
        self.site.client("ec2").terminate_instances(InstanceIds=[id_])

    def had(self) -> str:
        """A machine that was idle for a day, was seen six hours before START, and is no more."""
        id_ = self.launch()
        self.applied(id_)
        self.did(id_, 30, 6)
        self.seen(START - timedelta(hours=6))
        self.end(id_)
        return id_

    def applied(self, *ids: str, name: str = "trainer", deposed: tuple[str, ...] = (), **changes: object) -> None:
        """The state after an apply."""
        self.serial += 1
        instances = [{"schema_version": 1, "attributes": {"id": id_}} for id_ in ids]
        instances += [{"schema_version": 1, "deposed": "ab12cd34", "attributes": {"id": id_}} for id_ in deposed]
        resource = {
            "mode": "managed",
            "type": "aws_instance",
            "name": name,
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": instances,
        }
        whole = {"version": 4, "terraform_version": "1.9.0", "serial": self.serial, "lineage": "l"}
        self.site.state_file.write_text(json.dumps({**whole, "resources": [resource], **changes}))

    def did(self, id_: str, begin: int, end: int, gpu: float = 0.0) -> None:
        """What it did from so many hours before START up to so many hours before it."""
        data = []
        for hours in range(begin, end, -1):
            at = START - timedelta(hours=hours)
            own = [{"Name": "InstanceId", "Value": id_}]
            card = [*own, {"Name": "index", "Value": "0"}]
            data.append(("AWS/EC2", "CPUUtilization", own, at, 2.0))
            data.append(("AWS/EC2", "NetworkIn", own, at, 10.0))
            data.append(("AWS/EC2", "NetworkOut", own, at, 10.0))
            data.append(("CWAgent", "nvidia_smi_utilization_gpu", card, at, gpu))
        cloudwatch = self.site.client("cloudwatch")
        for namespace in ("AWS/EC2", "CWAgent"):
            points = [
                {"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": value}
                for space, name, dimensions, at, value in data
                if space == namespace
            ]
            for first in range(0, len(points), 500):
                cloudwatch.put_metric_data(Namespace=namespace, MetricData=points[first : first + 500])

    def seen(self, now: datetime):
        looked = look(self.site.config, now, Only(), lambda _: None)
        assert (looked.unseen, looked.unread) == ((), ())
        return {o.resource.id: o.usage for o in looked.estate.observations if o.resource.kind == "aws_instance"}


@pytest.fixture
def trainer(site) -> Trainer:
    return Trainer(site)


def test_the_machine_before_counts_once_it_is_gone(trainer: Trainer) -> None:
    old = trainer.launch()
    trainer.applied(old)
    trainer.did(old, 30, 6, gpu=70.0)
    assert trainer.seen(START - timedelta(hours=6))[old].earlier == ()

    new = trainer.launch()
    trainer.did(new, 6, 0)
    trainer.applied(new, deposed=(old,))
    assert trainer.seen(START)[new].earlier == ()  # the one that was replaced is still there

    trainer.end(old)
    trainer.applied(new)
    usage = trainer.seen(START + timedelta(seconds=1))[new]

    assert usage.earlier == (old,)
    gpu = usage.metric("gpu")
    assert (gpu.maximum, gpu.quiet_since, gpu.hours) == (70.0, START - timedelta(hours=6), 30)


def test_two_runs_at_once_see_the_same(trainer: Trainer) -> None:
    old = trainer.had()
    new = trainer.launch()
    trainer.applied(new)

    with ThreadPoolExecutor(3) as executor:
        found = list(executor.map(trainer.seen, (START, START, START + timedelta(seconds=1))))

    assert [usages[new].earlier for usages in found] == [(old,)] * 3
    assert trainer.seen(START + timedelta(hours=1))[new].earlier == (old,)


def test_without_what_is_kept_there_is_the_present_machine_alone(trainer: Trainer) -> None:
    trainer.had()
    new = trainer.launch()
    trainer.applied(new)
    (trainer.site.state_dir / "cache" / "holdings.sqlite").unlink()

    assert trainer.seen(START)[new].earlier == ()


def test_a_moved_block_tells_where_the_machine_before_was(trainer: Trainer) -> None:
    old = trainer.had()
    new = trainer.launch()
    trainer.applied(new, name="renamed")
    assert trainer.seen(START)[new].earlier == ()

    moved = "moved {\n  from = aws_instance.trainer\n  to   = aws_instance.renamed\n}\n"
    trainer.site.upstream.commit({"main.tf": CODE.replace('"trainer"', '"renamed"') + moved})

    assert trainer.seen(START + timedelta(seconds=1))[new].earlier == (old,)


def test_another_lineage_is_another_address(trainer: Trainer) -> None:
    trainer.had()
    new = trainer.launch()
    trainer.applied(new, lineage="made anew")

    assert trainer.seen(START)[new].earlier == ()


def test_what_two_states_claim_is_not_pooled(trainer: Trainer) -> None:
    trainer.had()
    new = trainer.launch()
    trainer.applied(new)
    site = trainer.site
    site.repository("second", str(site.upstream.path), roots=[{"path": ".", "state": str(site.state_file)}])

    assert trainer.seen(START)[new].earlier == ()


def test_the_finding_names_the_machines_that_are_counted(trainer: Trainer) -> None:
    old = trainer.launch()
    trainer.applied(old)
    trainer.did(old, 40, 12)
    trainer.site.run(hours=-12)
    trainer.end(old)
    new = trainer.launch()
    trainer.applied(new)
    trainer.did(new, 12, 0)

    summary = trainer.site.run()

    [change] = [c for plan, _ in summary.plans for c in plan.changes if c.rule == "idle_gpu"]
    assert f"counted with 1 earlier machine under this address ({old})" in change.reason
    assert any(f"at the address that {old} had" in doubt for doubt in change.doubts)
    assert all(old in metric.source for metric in change.evidence)
