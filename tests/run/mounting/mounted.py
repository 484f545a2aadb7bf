"""An application that calls a module of a library elsewhere, and what is wanted of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from remediator.config import Config
from remediator.edit.drafted import Draft
from remediator.edit.edits import apply_edits, diff, draft
from remediator.iac.terraform.configuration.code import Code
from remediator.model import Action, Attributes, Change, Layer, Resource, SetAttribute, StateAddress, StateResource
from remediator.run.codebase import Codebase, read_codebase
from remediator.run.mounting import with_mounts
from tests.changes import change_of

VM = """
variable "size" {
  default = "m5.4xlarge"
}

module "inner" {
  source = "./inner"
  size   = var.size
}
"""


INNER = """
variable "size" {}

resource "aws_instance" "this" {
  ami           = "ami-1"
  instance_type = var.size
  user_data     = file("${path.module}/boot.sh")
}
"""


ROOT = """
terraform {
  backend "s3" {
    bucket = "b"
    key    = "k"
  }
}
"""


STATE = "s3://b/k"


class Repository(Protocol):
    path: Path

    def git(self, *arguments: str) -> str: ...

    def commit(self, files: Mapping[str, str | bytes | None]) -> str: ...


@dataclass
class Estate:
    """Configured repositories by name, each with its slug and roots."""

    state_dir: Path
    repositories: list[dict[str, object]]

    def add(self, name: str, made: Repository, slug: str | None = None, roots: tuple[str, ...] = ()) -> None:
        self.repositories.append({
            "name": name, "url": str(made.path), "slug": slug,
            "roots": [{"path": path, "state": STATE} for path in roots],
        })  # fmt: skip

    @property
    def config(self) -> Config:
        return Config.model_validate({"run": {"state_dir": str(self.state_dir)}, "repositories": self.repositories})

    def read(self) -> dict[str, Codebase]:
        config = self.config
        return with_mounts({r.name: read_codebase(r, config) for r in config.repositories}, config)


def calling(source: str, more: str = "") -> str:
    return f'{ROOT}\nmodule "vm" {{\n  source = "{source}"\n{more}}}\n'


GIT = "git::https://git.acme.io/acme/library.git//vm?ref={}"


ADDRESS = "module.vm.module.inner.aws_instance.this"


def wanted(module: str, value: str, *actions: Action, root: str = "") -> Change:
    at = StateAddress("app", root, STATE, "default", "l", 1, module, "managed", "aws_instance", "this", None)
    return change_of(
        Resource("aws", "a", "us-east-1", "aws_instance", "i-1", None, Attributes(), Attributes(), None),
        StateResource(at, "i-1", None, Attributes({"instance_type": value})),
        *actions or (SetAttribute("instance_type", value, "m5.xlarge"),),
        layer=Layer.USAGE,
    )


def drafted(codebase: Codebase, change: Change) -> Draft:
    (root,) = codebase.config.roots
    return draft(change, root, Code(codebase.index, codebase.read, codebase.config.roots, codebase.states))


def shown(codebase: Codebase, made: Draft) -> str:
    assert made.doubts == (), made.doubts
    before = {edit.path: codebase.read(edit.blob) for edit in made.edits}
    text = "".join(diff(path, before[path], content) for path, content in apply_edits(before, made.edits).items())
    lines = [line for line in text.splitlines() if line[:1] in ("+", "-") and line[:3] not in ("+++", "---")]
    return "\n".join(lines)


def refusals(codebase: Codebase) -> tuple[str, ...]:
    return tuple(codebase.index.mounts.refusals.values())
