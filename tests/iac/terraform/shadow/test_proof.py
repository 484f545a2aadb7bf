"""Edits proved, refuted or left open by real Terraform."""

from collections.abc import Callable

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.shadow.evaluation import evaluate_edit
from remediator.iac.terraform.shadow.process import Binary
from remediator.iac.terraform.shadow.proof import Proof, Verdict, proved
from remediator.iac.terraform.shadow.sources import Sources
from remediator.model import ExpectedChange

Prove = Callable[..., Proof]

NODE = """\
variable "type" { default = "m5.4xlarge" }
variable "disk" { default = { size = 100 } }
resource "aws_instance" "this" {
  instance_type = var.type
  root_block_device { volume_size = var.disk.size }
}
output "type" { value = aws_instance.this.instance_type }
"""
ROOT = """\
module "trainer" { source = "../../modules/node" }
module "server" {
  source = "../../modules/node"
  type   = "m5.large"
}
"""


@pytest.fixture
def prove(binary: Binary, sources: Callable[[dict[str, str]], Sources]) -> Prove:
    """The proof of an edit that replaces a text in one file; expected changes as address to attributes."""

    def ask(
        files: dict[str, str], path: str, old: str, new: str, expected: dict[str, tuple[str, ...]], root: str = ""
    ) -> Proof:
        assert files[path].count(old) == 1
        edited = {path: files[path].replace(old, new).encode()}
        before, after = evaluate_edit(binary, sources(files), RootConfig(path=root, state="x"), None, edited)
        changes = [
            ExpectedChange(address, names if names in (("create",), ("delete",)) else ("update",), names)
            for address, names in expected.items()
        ]
        return proved(before, after, changes)

    return ask


def test_an_edit_that_changes_just_what_it_should_is_proved(prove: Prove) -> None:
    files = {"envs/dev/main.tf": ROOT, "modules/node/main.tf": NODE}
    wanted = {"module.server.aws_instance.this": ("instance_type",)}
    assert prove(files, "envs/dev/main.tf", "m5.large", "m5.small", wanted, "envs/dev") == Proof(Verdict.PROVED)


def test_an_edit_that_reaches_a_sibling_is_caught(prove: Prove) -> None:
    files = {"envs/dev/main.tf": ROOT, "modules/node/main.tf": NODE}
    wanted = {"module.trainer.aws_instance.this": ("root_block_device",)}
    found = prove(files, "modules/node/main.tf", "100", "50", wanted, "envs/dev")
    assert found.verdict == Verdict.DIFFERS
    assert found.reasons == ("module.server.aws_instance.this: root_block_device differs, which was not expected",)


def test_an_edit_of_the_wrong_root_changes_nothing_here(prove: Prove) -> None:
    trainer = 'resource "aws_instance" "trainer" { instance_type = "p4d.24xlarge" }\n'
    files = {"envs/dev/main.tf": trainer, "envs/prod/main.tf": trainer}
    wanted = {"aws_instance.trainer": ("instance_type",)}
    right = prove(files, "envs/prod/main.tf", "p4d.24xlarge", "g5.xlarge", wanted, "envs/prod")
    wrong = prove(files, "envs/dev/main.tf", "p4d.24xlarge", "g5.xlarge", wanted, "envs/prod")
    assert right == Proof(Verdict.PROVED)
    assert wrong == Proof(
        Verdict.DIFFERS, ("aws_instance.trainer: instance_type was expected to differ, but does not",)
    )


def test_one_entry_of_a_map_changes_one_instance(prove: Prove) -> None:
    files = {
        "main.tf": """\
locals { sizes = jsondecode(file("sizes.json")) }
resource "aws_instance" "a" {
  for_each      = local.sizes
  instance_type = each.value
  subnet_id     = aws_subnet.s[each.key].id
}
resource "aws_eip" "a" {
  for_each = local.sizes
  instance = aws_instance.a[each.key].id
}
""",
        "sizes.json": '{"gpu": "p3.2xlarge", "cpu": "m5.large"}',
    }
    wanted = {'aws_instance.a["gpu"]': ("instance_type",)}
    assert prove(files, "sizes.json", "p3.2xlarge", "g5.xlarge", wanted) == Proof(Verdict.PROVED)
    assert prove(files, "sizes.json", ', "cpu": "m5.large"', "", wanted).verdict == Verdict.DIFFERS
    gone = {'aws_instance.a["cpu"]': ("delete",), 'aws_eip.a["cpu"]': ("delete",)}
    assert prove(files, "sizes.json", ', "cpu": "m5.large"', "", gone).verdict != Verdict.DIFFERS
    files["main.tf"] += 'resource "x" "y" {\n for_each = local.sizes\n z = "${each.value} ${data.a.b.c}"\n}\n'
    found = prove(files, "sizes.json", "p3.2xlarge", "g5.xlarge", wanted)
    reason = 'x.y["gpu"]: z hangs on what only the provider knows, and the edit reaches it'
    assert found == Proof(Verdict.UNPROVABLE, (reason,))


def test_what_the_edit_may_reach_unseen_is_not_proved(prove: Prove) -> None:
    files = {
        "main.tf": """\
variable "size" { default = 8 }
resource "aws_instance" "a" { cpu = var.size }
resource "aws_instance" "unknown" { user_data = "${aws_eip.x.id} ${var.size}" }
""",
        "n/main.tf": """\
variable "size" { default = 8 }
resource "aws_instance" "a" { cpu = var.size }
resource "aws_instance" "some" {
  count = length(data.aws_zones.all.names)
  cpu   = var.size
}
""",
        "m/main.tf": """\
locals { size = 8 }
resource "aws_instance" "a" { cpu = local.size }
module "remote" {
  source = "terraform-aws-modules/vpc/aws"
  size   = local.size
}
""",
        "l/main.tf": """\
module "a" { source = "../k" }
module "b" {
  source = "../k"
  count  = length(data.aws_zones.all.names)
}
""",
        "k/main.tf": 'resource "aws_instance" "a" { cpu = 8 }\n',
    }
    wanted = {"aws_instance.a": ("cpu",)}
    for path, root, reason, expected in (
        ("main.tf", "", "aws_instance.unknown: user_data hangs on", wanted),
        ("n/main.tf", "n", "aws_instance.some.count in n is left out", wanted),
        ("m/main.tf", "m", "module.remote in m is left out", wanted),
        ("k/main.tf", "l", "module.b.count in l is left out", {"module.a.aws_instance.a": ("cpu",)}),
    ):
        found = prove(files, path, "= 8", "= 4", expected, root)
        assert found.verdict == Verdict.UNPROVABLE, path
        assert found.reasons[0].startswith(reason)


def test_what_is_unknown_but_untouched_does_not_hinder(prove: Prove) -> None:
    files = {
        "main.tf": """\
resource "aws_instance" "a" {
  instance_type = "m5.large"
  subnet_id     = aws_subnet.s.id
}
resource "aws_eip" "a" { instance = aws_instance.a.id }
resource "aws_instance" "some" { count = length(data.aws_zones.all.names) }
module "remote" {
  source = "terraform-aws-modules/vpc/aws"
  id     = aws_instance.a.id
}
variable "required" {}
resource "aws_instance" "b" { ami = var.required }
"""
    }
    wanted = {"aws_instance.a": ("instance_type",)}
    assert prove(files, "main.tf", "m5.large", "m5.small", wanted) == Proof(Verdict.PROVED)


def test_an_attribute_that_another_resource_reads_is_followed(prove: Prove) -> None:
    files = {
        "main.tf": """\
resource "aws_instance" "a" { instance_type = "m5.large" }
resource "aws_instance" "b" { instance_type = aws_instance.a.instance_type }
"""
    }
    found = prove(files, "main.tf", "m5.large", "m5.small", {"aws_instance.a": ("instance_type",)})
    assert found == Proof(
        Verdict.UNPROVABLE,
        ("aws_instance.b: instance_type hangs on what only the provider knows, and the edit reaches it",),
    )


def test_a_value_in_a_variable_file_counts(prove: Prove) -> None:
    files = {
        "main.tf": 'variable "n" {}\nresource "aws_instance" "a" {\n count = var.n\n x = data.aws_x.y.z\n}\n',
        "terraform.tfvars": "n = 2\n",
    }
    assert prove(files, "terraform.tfvars", "2", "1", {"aws_instance.a[1]": ("delete",)}).verdict != Verdict.DIFFERS
    found = prove(files, "terraform.tfvars", "2", "1", {})
    assert found.reasons[0] == "aws_instance.a[1]: the edit removes it, which was not expected"


def test_an_added_resource_is_expected_or_not(prove: Prove) -> None:
    files = {"main.tf": 'resource "aws_instance" "a" {}\n# here\n'}
    state = 'resource "aws_ec2_instance_state" "a" {\n  instance_id = aws_instance.a.id\n  state = "stopped"\n}\n'
    wanted = {"aws_ec2_instance_state.a": ("create",)}
    assert prove(files, "main.tf", "# here\n", state, wanted) == Proof(Verdict.PROVED)
    assert prove(files, "main.tf", "# here\n", state, {}).verdict == Verdict.DIFFERS
    assert prove(files, "main.tf", "# here", "# there", wanted).verdict == Verdict.UNPROVABLE
    assert prove(files, "main.tf", "# here", "# there", {}) == Proof(Verdict.PROVED)


def test_a_removed_resource_is_expected_but_its_data_source_may_go_along(prove: Prove) -> None:
    data = 'data "aws_ami" "a" {\n  owners = ["self"]\n}\n'
    gone = 'resource "aws_instance" "a" {\n  ami = data.aws_ami.a.id\n}\n' + data
    files = {"main.tf": gone + 'resource "aws_instance" "b" {}\n'}
    assert prove(files, "main.tf", gone, "", {"aws_instance.a": ("delete",)}) == Proof(Verdict.PROVED)
    assert prove(files, "main.tf", gone, "", {}).verdict == Verdict.DIFFERS
