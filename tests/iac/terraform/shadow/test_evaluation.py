"""Roots of every shape, evaluated by real Terraform without their providers."""

from collections.abc import Callable

from remediator.iac.terraform.shadow.frozen import Frozen

Values = Callable[..., dict[str, dict[str, object]]]


def test_a_root_is_evaluated_without_its_provider_and_backend(values: Values) -> None:
    files = {
        "main.tf": """\
terraform {
  required_version = ">= 99"
  required_providers { aws = { source = "hashicorp/aws" } }
  backend "s3" { bucket = "b" }
}
provider "aws" { region = "eu-west-1" }
variable "size" {
  default = "m5.large"
  sensitive = true
  validation {
    condition = false
    error_message = "never"
  }
}
locals { type = upper(var.size) }
resource "aws_instance" "a" {
  instance_type = lower(local.type)
  ami           = data.aws_ami.this.id
  lifecycle { prevent_destroy = true }
  provisioner "local-exec" { command = "touch /tmp/never" }
}
data "aws_ami" "this" { owners = ["self"] }
check "never" {
  assert {
    condition = false
    error_message = "never"
  }
}
output "o" { value = aws_instance.a.id }
"""
    }
    assert values(files) == {
        "aws_instance.a": {"instance_type": "m5.large", "ami": ...},
        "data.aws_ami.this": {"owners": ["self"]},
    }
    assert values(files, asked={"aws_instance": ["instance_type", "ebs_optimized"]}) == {
        "aws_instance.a": {"instance_type": "m5.large"},
        "data.aws_ami.this": {},
    }


def test_modules_nested_and_repeated_keep_their_addresses(values: Values) -> None:
    files = {
        "envs/prod/main.tf": """\
module "app" {
  source    = "../../modules/app"
  for_each  = { blue = "m5.large", green = "c5.large" }
  type      = each.value
  providers = { aws = aws.west }
  version   = "1.0"
}
resource "aws_eip" "x" { instance = module.app["blue"].id }
resource "aws_ebs_volume" "x" { size = module.app["green"].volume * 2 }
""",
        "modules/app/main.tf": """\
variable "type" { type = string }
module "node" {
  source = "./node"
  count  = 2
  type   = "${var.type}:${count.index}"
}
output "id" { value = module.node[0].id }
output "volume" { value = module.node[1].volume }
""",
        "modules/app/node/main.tf": """\
variable "type" {}
resource "aws_instance" "this" {
  for_each      = toset(["a", "b.c/\\"d"])
  instance_type = "${var.type}-${each.key}"
}
output "id" { value = aws_instance.this["a"].id }
output "volume" { value = 21 }
""",
    }
    found = values(files, "envs/prod")
    assert found['module.app["green"].module.node[1].aws_instance.this["a"]'] == {"instance_type": "c5.large:1-a"}
    assert 'module.app["blue"].module.node[0].aws_instance.this["b.c/\\"d"]' in found
    assert found["aws_eip.x"] == {"instance": ...}
    assert found["aws_ebs_volume.x"] == {"size": 42}
    assert len(found) == 10


def test_blocks_plain_and_dynamic_become_lists_in_order(values: Values) -> None:
    files = {
        "main.tf": """\
resource "aws_instance" "a" {
  for_each = { one = [{ size = 1 }, { size = 2 }] }
  root_block_device {
    volume_type = "gp2"
    kms_key_id  = aws_kms_key.k.arn
  }
  ebs_block_device { volume_size = 0 }
  dynamic "ebs_block_device" {
    for_each = each.value
    iterator = disk
    content {
      volume_size = disk.value.size
      device_name = "${each.key}-${disk.key}"
      dynamic "tag" {
        for_each = toset(["x"])
        content { name = "${tag.value}${disk.value.size}" }
      }
    }
  }
  ebs_block_device { volume_size = 9 }
}
"""
    }
    assert values(files)['aws_instance.a["one"]'] == {
        "root_block_device": [{"volume_type": "gp2"}],
        "ebs_block_device": [
            {"volume_size": 0},
            {"volume_size": 1, "device_name": "one-0", "tag": [{"name": "x1"}]},
            {"volume_size": 2, "device_name": "one-1", "tag": [{"name": "x2"}]},
            {"volume_size": 9},
        ],
    }
    asked = {"aws_instance": ["root_block_device.volume_type", "ebs_block_device.volume_size"]}
    assert values(files, asked=asked)['aws_instance.a["one"]'] == {
        "root_block_device": [{"volume_type": "gp2"}],
        "ebs_block_device": [{"volume_size": n} for n in (0, 1, 2, 9)],
    }


def test_references_are_told_from_what_only_looks_like_them(values: Values) -> None:
    files = {
        "main.tf": """\
locals {
  zones  = { "aws_instance.a.id" = 1 }
  shadow = [for aws_instance in ["x", "y"] : aws_instance]
  object = { aws_instance = 1, "${"aws"}_x" = 2 }
  text   = <<-EOT
    aws_instance.a.id $${aws_instance.a.id}
    %{ for local in ["l"] }${local}%{ endfor }
  EOT
}
resource "aws_instance" "a" {
  a = keys(local.zones)
  b = local.shadow
  c = local.object
  d = local.text
  e = "${aws_instance.b.id}!"
  f = [for v in aws_instance.b[*].volumes : v.size if v.size > 3]
  g = { for k, v in data.aws_subnets.all : k => v }
  h = true ? 1 : length(module.gone.x[aws_instance.b.y])
  i = try(aws_instance.b.x.y[0].z, "fallback")
  j = self.id
  k = ephemeral.random_password.p.result
  l = provider::aws::arn_parse("x").service
}
resource "aws_instance" "b" {}
"""
    }
    found = values(files)["aws_instance.a"]
    assert [found[name] for name in "abc"] == [["aws_instance.a.id"], ["x", "y"], {"aws_instance": 1, "aws_x": 2}]
    assert found["d"] == "aws_instance.a.id ${aws_instance.a.id}\nl\n"
    assert found["h"] == 1
    assert [found[name] for name in "efgijkl"] == [...] * 7


def test_an_expression_that_is_wrong_does_not_hinder_the_others(values: Values) -> None:
    files = {
        "main.tf": """\
resource "aws_instance" "a" {
  one   = "${each.key}${var.none}"
  two   = [1, 2][count.index]
  three = upper("x")
  four  = nosuch("x")
}
"""
    }
    assert values(files) == {"aws_instance.a": {"one": ..., "two": ..., "three": "X", "four": ...}}


def test_what_hangs_on_an_unknown_is_left_out_and_named(frozen: Callable[..., Frozen]) -> None:
    files = {
        "main.tf": """\
resource "aws_subnet" "s" { for_each = toset(data.aws_zones.z.names) }
resource "aws_instance" "a" { instance_type = "m5.large" }
resource "aws_instance" "n" { count = length(aws_subnet.s) }
module "local" {
  source   = "./m"
  for_each = toset(data.aws_zones.z.names)
}
module "remote" { source = "terraform-aws-modules/vpc/aws" }
module "loop" { source = "./loop" }
resource "aws_instance" "b" { instance_type = module.remote.x[module.local["a"].y] }
resource "aws_instance" "c" { instance_type = "a" + 1 }
data "aws_zones" "z" {}
""",
        "m/main.tf": 'output "y" { value = 1 }\nresource "aws_instance" "in" {}\n',
        "loop/main.tf": 'module "again" { source = "../loop" }\n',
    }
    found = frozen(files)
    assert set(found.instances) == {"aws_instance.a", "aws_instance.b", "aws_instance.c", "data.aws_zones.z"}
    assert {str(spot) for spot in found.shadow.left_out} == {
        "aws_subnet.s.for_each",
        "aws_instance.n.count",
        "module.local.for_each",
        "module.remote",
        "module.again in loop",
        "aws_instance.c.instance_type",
    }
    assert found.instances["aws_instance.b"].attributes["instance_type"].unknown == "true"
