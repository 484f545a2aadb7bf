"""Roots of every shape, evaluated by real Terraform without their providers."""

from collections.abc import Callable
from pathlib import Path

import pytest

from remediator.errors import RemediatorError
from remediator.iac.terraform.shadow.frozen import Frozen
from remediator.iac.terraform.shadow.modules import read_module
from remediator.iac.terraform.shadow.process import Binary, found
from remediator.iac.terraform.shadow.sources import Sources

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


def test_values_of_variables_come_in_terraform_s_order(values: Values) -> None:
    names = ("default", "named", "json", "auto", "first", "last")
    files: dict[str, str] = {
        "main.tf": "".join(
            f'variable "{n}" {{ default = "default" }}\nresource "aws_instance" "{n}" {{ instance_type = var.{n} }}\n'
            for n in names
        ),
        "terraform.tfvars": "".join(f'{n} = "named"\n' for n in names[1:]),
        "terraform.tfvars.json": '{"json": "json", "auto": "json", "first": "json", "last": "json"}',
        "b.auto.tfvars": 'auto = "auto"\nfirst = "auto"\n',
        "a.auto.tfvars": 'auto = "less"\n',
        "vars/1.tfvars": 'first = "first"\nlast = "first"\n',
        "vars/2.tfvars": 'last = "last"\nundeclared = 1\n',
    }
    found = values(files, var_files=("vars/1.tfvars", "./vars/2.tfvars"))
    assert {n: found[f"aws_instance.{n}"]["instance_type"] for n in names} == {n: n for n in names}


def test_the_environment_counts_below_every_file(values: Values) -> None:
    files = {
        "main.tf": """\
variable "text" { type = string }
variable "list" { type = list(string) }
variable "filed" {}
resource "aws_instance" "a" {
  instance_type = var.text
  tags          = var.list
  ami           = var.filed
}
""",
        "terraform.tfvars": 'filed = "file"\n',
    }
    environment = {"TF_VAR_text": '["${x}"]', "TF_VAR_list": '["one"]', "TF_VAR_filed": "env", "TF_VAR_other": "x"}
    found = values(files, environment=environment)["aws_instance.a"]
    assert found == {"instance_type": '["${x}"]', "tags": ["one"], "ami": "file"}


def test_a_variable_without_a_value_is_unknown(values: Values) -> None:
    files = {
        "main.tf": """\
variable "given" {}
variable "size" { type = object({ type = string, count = optional(number, 3) }) }
resource "aws_instance" "a" { instance_type = var.given }
resource "aws_instance" "b" { cpu_core_count = var.size.count }
""",
        "terraform.tfvars": 'size = { type = "x" }\n',
    }
    assert values(files) == {"aws_instance.a": {"instance_type": ...}, "aws_instance.b": {"cpu_core_count": 3}}


def test_the_workspace_is_the_configured_one(values: Values) -> None:
    files = {"main.tf": 'resource "aws_instance" "a" { instance_type = { prod = "big" }[terraform.workspace] }\n'}
    assert values(files, workspace="prod")["aws_instance.a"] == {"instance_type": "big"}


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


def test_files_of_the_repository_are_read(values: Values) -> None:
    files = {
        "root/main.tf": """\
locals {
  sizes = jsondecode(file("./sizes.json"))
  more  = yamldecode(file("${path.module}/../shared/more.yaml"))
}
resource "aws_instance" "a" {
  for_each      = { for f in fileset("${path.module}/hosts", "*.json") : f => jsondecode(file("hosts/${f}")) }
  instance_type = each.value.type
  cpu           = local.sizes.cpu + local.more.cpu
  user_data = templatefile(
    # who
    "${path.root}/t.tftpl", { name = each.key })
  there         = [fileexists("sizes.json"), fileexists("none.json")]
}
module "m" { source = "./m" }
""",
        "root/sizes.json": '{"cpu": 40}',
        "shared/more.yaml": "cpu: 2\n",
        "root/hosts/x.json": '{"type": "m5.large"}',
        "root/t.tftpl": "hello ${name}\n%{ if true }yes%{ endif }",
        "root/m/main.tf": 'resource "aws_instance" "m" { t = chomp(file("${path.module}/f.txt")) }\n',
        "root/m/f.txt": "inner\n",
    }
    assert values(files, "root") == {
        'aws_instance.a["x.json"]': {
            "instance_type": "m5.large",
            "cpu": 42,
            "user_data": "hello x.json\nyes",
            "there": [True, False],
        },
        "module.m.aws_instance.m": {"t": "inner"},
    }


def test_json_and_override_files_count_as_terraform_counts_them(values: Values) -> None:
    files = {
        "main.tf": """\
variable "x" { default = 1 }
locals { l = "base" }
resource "aws_instance" "a" {
  instance_type = "m5.large"
  ami           = "ami-1"
  root_block_device { volume_size = 1 }
}
""",
        "main_override.tf": """\
variable "x" { default = 2 }
locals { l = "over" }
resource "aws_instance" "a" {
  instance_type = "m5.small${var.x}${local.l}"
  root_block_device { volume_size = 7 }
}
""",
        "more.tf.json": """\
{"//": "a comment", "locals": {"j": "${upper(\\"j\\")}", "o": {"k": ["${var.x}", 1, null, true]}},
 "resource": {"aws_instance": {"j": [{"count": 2, "//": "x", "instance_type": "a-${local.j}-\\"$${n}\\"-${count.index}",
   "tags": {"${local.j}": "${local.o.k[0]}"}, "root_block_device": {"volume_size": 3},
   "dynamic": {"ebs_block_device": {"for_each": [5], "content": {"volume_size": "${ebs_block_device.value}"}}}}]}}}
""",
        ".hidden.tf": "not terraform {",
    }
    found = values(files)
    assert found["aws_instance.a"] == {
        "instance_type": "m5.small2over",
        "ami": "ami-1",
        "root_block_device": [{"volume_size": 7}],
    }
    assert found["aws_instance.j[1]"] == {
        "instance_type": 'a-J-"${n}"-1',
        "tags": {"J": 2},
        "root_block_device": {"volume_size": 3},
        "ebs_block_device": [{"volume_size": 5}],
    }


def test_opentofu_s_files_hide_their_twins(sources: Callable[..., Sources]) -> None:
    files = {"a.tf": 'resource "x" "old" {}\n', "a.tofu": 'resource "x" "new" {}\n', "b.tf": 'resource "x" "b" {}\n'}
    repository = sources(files)
    assert set(read_module(repository, "", opentofu=True).resources) == {"x.new", "x.b"}
    assert set(read_module(repository, "").resources) == {"x.old", "x.b"}


@pytest.mark.parametrize("name", ["a.tofu", "m/b.tofu.json"])
def test_terraform_does_not_judge_what_only_opentofu_reads(frozen: Callable[..., Frozen], name: str) -> None:
    files = {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/x.tf": 'resource "x" "y" {}\n', name: "{}"}
    if name == "a.tofu":
        files[name] = ""

    with pytest.raises(RemediatorError, match=f"{name}: it is for OpenTofu, and Terraform does not read it"):
        frozen(files)


def test_opentofu_is_asked_first_about_code_for_it(tmp_path: Path) -> None:
    for name in ("terraform", "tofu"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)

    assert found(str(tmp_path)) == Binary((str(tmp_path / "terraform"),))
    assert found(str(tmp_path), opentofu=True) == Binary((str(tmp_path / "tofu"),), opentofu=True)
    (tmp_path / "tofu").unlink()
    assert found(str(tmp_path), opentofu=True) == Binary((str(tmp_path / "terraform"),))
    assert found(str(tmp_path / "none")) is None


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


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"main.tf": "resource {"}, "does not parse"),
        ({"main.tf": 'locals { a = local.b\n b = local.a }\nresource "x" "y" { z = local.a }\n'}, "Cycle"),
        ({"main.tf": 'resource "x" "y" {}\n', "main2.tf": 'resource "x" "y" {}\n'}, "twice"),
        ({"main.tf.json": '{"resource": '}, "main.tf.json"),
        ({"main.tf": "", "terraform.tfvars": "x = {"}, "terraform.tfvars"),
    ],
)
def test_a_root_that_cannot_be_evaluated_says_why(
    frozen: Callable[..., Frozen], files: dict[str, str], reason: str
) -> None:
    with pytest.raises(RemediatorError, match=reason):
        frozen(files)


def test_a_variable_file_that_is_missing_is_named(frozen: Callable[..., Frozen]) -> None:
    with pytest.raises(RemediatorError, match=r"\.\./\.\./x\.tfvars is not in the repository"):
        frozen({"main.tf": ""}, var_files=("../../x.tfvars",))


@pytest.mark.parametrize("hidden", [False, True])
def test_why_terraform_gives_up_shows_no_sensitive_value(frozen: Callable[..., Frozen], hidden: bool) -> None:
    mark = "  sensitive = true\n" if hidden else ""
    files = {
        "main.tf": f"""\
variable "n" {{
{mark}  default = "hunter2"
}}
resource "aws_instance" "a" {{
  cpu_core_count = tonumber(var.n)
}}
"""
    }
    (why,) = frozen(files).shadow.given_up.values()

    assert why.startswith("Terraform says: Invalid function argument")
    assert ("hunter2" in why) is not hidden
