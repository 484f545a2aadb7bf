"""Whole runs over a group of two machines that are larger than what they do, launched by a template in code."""

import json
from datetime import timedelta

import pytest

from tests.run.conftest import NOW
from tests.run.test_idle_services import entry

LATER = 24 * 40
DAYS = 36
CODE = """
variable "worker_type" {
  type    = string
  default = "m5.2xlarge"
}

resource "aws_launch_template" "workers" {
  name_prefix   = "workers-"
  image_id      = "ami-12c6146b"
  instance_type = var.worker_type  # enough for the spring sale
}

resource "aws_autoscaling_group" "workers" {
  name               = "workers"
  min_size           = 2
  max_size           = 2
  availability_zones = ["us-east-1a"]

  launch_template {
    id      = aws_launch_template.workers.id
    version = aws_launch_template.workers.latest_version
  }

  instance_refresh {
    strategy = "Rolling"
  }
}
"""
CALM = {"CPUUtilization": 20.0, "NetworkIn": 1e9, "NetworkOut": 1e9}
DISKS = dict.fromkeys(("EBSReadBytes", "EBSWriteBytes", "EBSReadOps", "EBSWriteOps"), 1e6)


class Fleet:
    """The group as it is live, and what its machines did."""

    def __init__(self, site) -> None:
        self.site = site
        ec2, scaling = site.client("ec2"), site.client("autoscaling")
        data = {"ImageId": "ami-12c6146b", "InstanceType": "m5.2xlarge"}
        template = ec2.create_launch_template(LaunchTemplateName="workers-1", LaunchTemplateData=data)
        self.template = template["LaunchTemplate"]["LaunchTemplateId"]
        scaling.create_auto_scaling_group(
            AutoScalingGroupName="workers",
            LaunchTemplate={"LaunchTemplateId": self.template, "Version": "1"},
            MinSize=2,
            MaxSize=2,
            DesiredCapacity=2,
            AvailabilityZones=["us-east-1a"],
        )
        [group] = scaling.describe_auto_scaling_groups()["AutoScalingGroups"]
        self.machines = [machine["InstanceId"] for machine in group["Instances"]]

    def declared(self, code: str = CODE) -> None:
        self.site.upstream.commit({"workers.tf": code}, "Start the workers (#3)")
        state = json.loads(self.site.state_file.read_bytes())
        template = {"id": self.template, "name": "workers-1", "instance_type": "m5.2xlarge", "latest_version": 1}
        sizes = {"min_size": 2, "max_size": 2, "desired_capacity": 2, "instance_refresh": [{"strategy": "Rolling"}]}
        state["resources"] += [
            entry("aws_launch_template", "workers", **template),
            entry("aws_autoscaling_group", "workers", id="workers", name="workers", **sizes),
        ]
        self.site.state_file.write_text(json.dumps(state))

    def put(self, namespace: str, values: dict[str, float], **where: str) -> None:
        """A point a day, at the start of each, up to the day of the run."""
        last = (NOW + timedelta(hours=LATER)).replace(hour=0, minute=0, second=0)
        dimensions = [{"Name": name, "Value": value} for name, value in where.items()]
        data = [
            {"MetricName": name, "Dimensions": dimensions, "Timestamp": last - timedelta(days=day), "Value": value}
            for name, value in values.items()
            for day in range(DAYS)
        ]
        for begin in range(0, len(data), 500):
            self.site.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=data[begin : begin + 500])

    def did(self, hot: dict[str, float] = {}, wanted: float = 2.0) -> None:  # noqa: B006  # never changed
        for number, machine in enumerate(self.machines):
            load = {**CALM, **DISKS, **(hot if number else {})}
            self.put("AWS/EC2", load, InstanceId=machine)
            self.put("CWAgent", {"mem_used_percent": hot.get("memory", 20.0)}, InstanceId=machine)
        self.put("AWS/AutoScaling", {"GroupDesiredCapacity": wanted}, AutoScalingGroupName="workers")

    def change(self, word: str = "Resize the 2 machines") -> dict[str, object] | None:
        found = [p for p in self.site.delivered().values() if word in str(p.get("title", p.get("summary")))]
        return found[0] if found else None


@pytest.fixture
def fleet(site) -> Fleet:
    site.tables["run"] |= {"lookback_days": 32}
    return Fleet(site)


def test_its_type_changes_where_it_is_written_and_nothing_else(fleet) -> None:
    fleet.declared()
    fleet.did()

    summary = fleet.site.run(LATER)

    assert summary.failures == ()
    request = fleet.change()
    after = fleet.site.upstream.git("show", f"{request['head']}:workers.tf")
    assert after == CODE.strip().replace('default = "m5.2xlarge"', 'default = "m5.xlarge"')
    assert "Applying it replaces the machines that it is for, some at a time" in request["body"]
    assert "starts an instance refresh of aws_autoscaling_group.workers" in request["body"]
    [plan] = [plan for plan, _ in summary.plans if plan.id in request["plan_ids"]]
    assert [(one.address, one.actions, one.attributes) for one in plan.expected] == [
        ("aws_launch_template.workers", ("update",), ("instance_type",)),
        ("aws_autoscaling_group.workers", ("update",), ("launch_template",)),
    ]
    assert f"{plan.monthly_saving}" == "280.32"
    assert any("Terraform planned a copy of . without its providers, and shows the same." in p for p in plan.proofs)


def test_a_version_that_is_written_out_is_a_ticket_that_says_so(fleet) -> None:
    fleet.declared(CODE.replace("aws_launch_template.workers.latest_version", '"1"'))
    fleet.did()

    summary = fleet.site.run(LATER)

    ticket = fleet.change()
    [plan] = [plan for plan, _ in summary.plans if plan.id in ticket["plan_ids"]]
    assert plan.edits == () and plan.doubts == (
        "launch_template of aws_autoscaling_group.workers does not follow latest_version of it, so that the change "
        "would not reach it",
    )


@pytest.mark.parametrize("hot", [{"CPUUtilization": 70.0}, {"memory": 70.0}])
def test_one_machine_that_is_busy_keeps_the_type_of_all(fleet, hot) -> None:
    fleet.declared()
    fleet.did(hot)

    summary = fleet.site.run(LATER)

    assert fleet.change() is None and summary.failures == ()


def test_a_group_that_was_larger_is_counted_with_its_reason(fleet) -> None:
    fleet.declared()
    fleet.did(wanted=3.0)

    fleet.site.run(LATER)

    assert fleet.change() is None
    skipped = [str(one) for one in fleet.site.written()["skipped"]]
    assert any("it wanted up to 3 machines, each of which had less to do" in one for one in skipped)
