"""A machine, and the smaller type that it is to have."""

from remediator.model import SetAttribute

SMALLER = SetAttribute("instance_type", "m5.4xlarge", "m5.2xlarge")
LARGE = {"instance_type": "m5.4xlarge"}


def web(type_: str, more: str = "", name: str = "web") -> str:
    return f'resource "aws_instance" "{name}" {{\n{more}  instance_type = {type_}\n}}\n'
