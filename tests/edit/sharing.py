"""Two instances, of which one shares the literal of the other."""

from remediator.model import SetAttribute

SMALLER = SetAttribute("instance_type", "p4d.24xlarge", "g5.xlarge")
LARGE = {"instance_type": "p4d.24xlarge"}
SHARED = """
    data "aws_x" "y" {}
    locals {
      size = "p4d.24xlarge"
    }
    resource "aws_instance" "a" {
      instance_type = local.size
    }
    resource "aws_instance" "b" {
      HERE
    }
"""
