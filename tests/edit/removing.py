"""Code that things are removed from."""

OLD = 'resource "aws_ebs_volume" "old" {\n  size = 1\n}\n'
EXPERIMENT = """
    variable "size" {
      type = string
    }
    variable "name" {
      default = "x"
    }
    resource "aws_instance" "trainer" {
      instance_type = var.size
    }
    resource "aws_ebs_volume" "scratch" {
      size = 100
    }
    output "trainer" {
      value = aws_instance.trainer.id
    }
"""
CALL = """
    locals {
      big  = "p4d.24xlarge"
      kept = 1
    }

    # Tuesday's idea
    module "experiment" {
      source = "./experiment"
      size   = local.big
    }

    output "trainer" {
      value = module.experiment.trainer
    }
"""
BOTH = ("module.experiment.aws_instance.trainer", "module.experiment.aws_ebs_volume.scratch")
