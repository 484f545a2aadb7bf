"""Whole runs over a group that may be far larger than it ever was."""

import json
from datetime import timedelta

import pytest

from tests.run.conftest import NOW
from tests.run.test_idle_services import entry

LATER = 24 * 40
DAYS = 35
CODE = """
variable "most" {
  type    = number
  default = 100
}

resource "aws_autoscaling_group" "web" {
  name               = "web"
  min_size           = 1
  max_size           = var.most # enough for anything
  availability_zones = ["us-east-1a"]
}
"""


@pytest.fixture
def group(site):
    """A group of one machine that may have a hundred, and says for five weeks that it had at most two."""
    scaling = site.client("autoscaling")
    scaling.create_launch_configuration(LaunchConfigurationName="c", ImageId="ami-12c6146b", InstanceType="m5.2xlarge")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="c",
        MinSize=1,
        MaxSize=100,
        AvailabilityZones=["us-east-1a"],
    )
    site.upstream.commit({"web.tf": CODE}, "Serve (#3)")
    state = json.loads(site.state_file.read_bytes())
    sizes = {"min_size": 1, "max_size": 100, "desired_capacity": 1}
    state["resources"].append(entry("aws_autoscaling_group", "web", id="web", name="web", **sizes))
    site.state_file.write_text(json.dumps(state))
    site.tables["run"] |= {"lookback_days": 32}
    return site


def put(site, **values: float) -> None:
    last = (NOW + timedelta(hours=LATER)).replace(hour=0, minute=0, second=0)
    where = [{"Name": "AutoScalingGroupName", "Value": "web"}]
    data = [
        {"MetricName": name, "Dimensions": where, "Timestamp": last - timedelta(days=day), "Value": value}
        for name, value in values.items()
        for day in range(DAYS)
    ]
    site.client("cloudwatch").put_metric_data(Namespace="AWS/AutoScaling", MetricData=data)


def test_its_largest_size_comes_down_where_it_is_written(group) -> None:
    put(group, GroupInServiceInstances=2.0, GroupDesiredCapacity=2.0, GroupMaxSize=100.0)
    summary = group.run(LATER)

    assert summary.failures == ()
    [request] = [p for p in group.delivered().values() if "largest size" in str(p.get("title"))]
    after = group.upstream.git("show", f"{request['head']}:web.tf")
    assert after == CODE.strip().replace("default = 100", "default = 5")
    assert "nothing but that bound keeps a runaway from starting 95 more" in request["body"]


def test_where_its_metrics_are_off_the_summary_counts_it(group) -> None:
    summary = group.run(LATER)

    assert not any("largest size" in str(p.get("title", p.get("summary"))) for p in group.delivered().values())
    assert any("GroupInServiceInstances" in str(one) for one in group.written()["skipped"])
    assert summary.failures == ()
