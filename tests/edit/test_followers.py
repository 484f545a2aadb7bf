"""Alarms that watch a resource by its size change with it, and the request says so."""

import pytest

from remediator.config import RootConfig
from remediator.model import ExpectedChange
from tests.edit.sizes import LARGE, SMALLER

WEB = """
    locals {
      size = "m5.4xlarge"
    }
    resource "aws_instance" "web" {
      instance_type = local.size
    }
"""
ALARM = """
    resource "aws_cloudwatch_metric_alarm" "cpu" {
      alarm_name = "cpu"
      dimensions = {
        InstanceId   = aws_instance.web.id
        InstanceType = SIZE
      }
    }
"""
CPU = ExpectedChange("aws_cloudwatch_metric_alarm.cpu", ("update",), ("dimensions",))


@pytest.mark.parametrize("size", ["aws_instance.web.instance_type", "local.size"])
def test_an_alarm_follows(code, size):
    here = code({"main.tf": WEB, "alarm.tf": ALARM.replace("SIZE", size)})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == '-  size = "m5.4xlarge"\n+  size = "m5.2xlarge"\n'
    assert made.expected == (ExpectedChange("aws_instance.web", ("update",), ("instance_type",)), CPU)
    assert made.evaluated == made.expected
    assert made.traces[0].siblings == ("aws_cloudwatch_metric_alarm.cpu",)
    assert made.together == ()


@pytest.mark.parametrize(
    "alarm",
    [
        ALARM.replace('"cpu"\n      dim', '"cpu of ${local.size}"\n      dim'),  # another name is another alarm
        ALARM.replace("{\n      alarm", '{\n      count      = local.size == "m5.4xlarge" ? 1 : 0\n      alarm'),
        ALARM.replace("aws_cloudwatch_metric_alarm", "aws_cloudwatch_log_metric_filter"),
    ],
)
def test_what_would_become_another_one_does_not(code, alarm):
    made = code({"main.tf": WEB, "alarm.tf": alarm.replace("SIZE", "local.size")}).draft(
        "aws_instance.web", SMALLER, state=LARGE
    )

    assert made.edits == ()
    assert "main.tf:2: local local.size would also change aws_cloudwatch" in made.doubts[0]


@pytest.mark.parametrize(
    "alarm",
    [
        ALARM.replace("InstanceType = SIZE\n      }", "}\n      threshold = SIZE == 1 ? 1 : 2"),
        ALARM.replace("InstanceType = SIZE\n      }", '}\n      actions_enabled = SIZE == "m5.4xlarge"'),
        ALARM.replace("aws_instance.web.id", '"i-of another"'),
        ALARM.replace("aws_instance.web.id", "aws_instance.web-2.id") + '    resource "aws_instance" "web-2" {}\n',
    ],
)
def test_what_an_alarm_does_and_what_watches_another_do_not(code, alarm):
    alarm = alarm.replace("SIZE == 1", 'SIZE == "m5.4xlarge"').replace("SIZE", "local.size")
    made = code({"main.tf": WEB, "alarm.tf": alarm}).draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert made.doubts == ("main.tf:2: local local.size would also change aws_cloudwatch_metric_alarm.cpu",)


def test_an_alarm_of_another_root_does_not(code):
    module = 'output "size" {\n  value = "m5.4xlarge"\n}\n'
    call = 'module "m" {\n  source = "../m"\n}\n'
    roots = [RootConfig(path=path, state="s") for path in ("a", "b")]
    web, alarm = WEB.replace("local.size", "module.m.size"), ALARM.replace("SIZE", "module.m.size")
    alarm = alarm.replace("aws_instance.web.id", '"i"')
    here = code({"m/main.tf": module, "a/m.tf": call, "a/main.tf": web, "b/m.tf": call, "b/main.tf": alarm}, roots)

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert "would also change b: aws_cloudwatch_metric_alarm.cpu" in made.doubts[0]
