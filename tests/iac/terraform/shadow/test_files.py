"""Which files of a repository count, and what code reads of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from remediator.errors import RemediatorError
from remediator.iac.terraform.shadow.frozen import Frozen
from remediator.iac.terraform.shadow.modules import read_module
from remediator.iac.terraform.shadow.process import Binary, found
from remediator.iac.terraform.shadow.sources import Sources

Values = Callable[..., dict[str, dict[str, object]]]


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
