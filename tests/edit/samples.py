"""Small configurations, and changes of them, that tests of edits start from."""

LOCK = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n'
WEB = """
    resource "aws_instance" "web" {
      ami           = "ami-1"
      instance_type = "m5.4xlarge" # enough for Monday
    }
"""
GP2 = """
    resource "aws_ebs_volume" "data" {
      availability_zone = "us-east-1a"
      size              = 100
      type              = "gp2"

      tags = {
        team = "ranking"
      }
    }
"""
MODULE = """
    variable "size" {
      default = "m5.4xlarge"
    }
    resource "aws_instance" "this" {
      ami           = "ami-1"
      instance_type = var.size
    }
"""
