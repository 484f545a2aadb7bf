"""Modules from other repositories: followed at the ref that a call pins, changed at the call, and refused in words."""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from remediator.config import Config
from remediator.edit.drafted import Draft
from remediator.edit.edits import apply_edits, diff, draft
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.shadow.process import Binary
from remediator.iac.terraform.shadow.process import found as terraform
from remediator.model import (
    Action,
    Attributes,
    Change,
    Effect,
    Layer,
    Level,
    Origin,
    RemoveResource,
    Resource,
    SetAttribute,
    StateAddress,
    StateResource,
)
from remediator.run.codebase import NO_ROOT, Codebase, read_codebase
from remediator.run.mounting import with_mounts
from remediator.run.proving import EVALUATED, Asked, Proved, prove
from remediator.trace.origins import trace_origins

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


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return Estate(tmp_path / "kept", [])


@pytest.fixture
def library(make_repository: Callable[[str], Repository]) -> Repository:
    """A library whose tag v1 has another default than v2, which its branch has left behind as well."""
    made = make_repository("library")
    made.commit({"vm/main.tf": VM, "vm/inner/main.tf": INNER, "vm/inner/boot.sh": "true\n"})
    made.git("tag", "v1.0.0")
    made.commit({"vm/main.tf": VM.replace("m5.4xlarge", "m5.8xlarge")})
    made.git("tag", "v2.0.0")
    made.commit({"vm/main.tf": VM.replace("m5.4xlarge", "m5.large")})
    return made


def calling(source: str, more: str = "") -> str:
    return f'{ROOT}\nmodule "vm" {{\n  source = "{source}"\n{more}}}\n'


GIT = "git::https://git.acme.io/acme/library.git//vm?ref={}"
ADDRESS = "module.vm.module.inner.aws_instance.this"


def wanted(module: str, value: str, *actions: Action, root: str = "") -> Change:
    at = StateAddress("app", root, STATE, "default", "l", 1, module, "managed", "aws_instance", "this", None)
    return Change(
        rule="r", concern="c", layer=Layer.USAGE,
        resource=Resource("aws", "a", "us-east-1", "aws_instance", "i-1", None, Attributes(), Attributes(), None),
        declared=StateResource(at, "i-1", None, Attributes({"instance_type": value})),
        title="t", reason="r", actions=actions or (SetAttribute("instance_type", value, "m5.xlarge"),),
        evidence=(), missing=(), doubts=(), saving=None, accrued=None, risk=Level.LOW, effort=Level.LOW,
        effect=Effect.IN_PLACE, confidence=0.9,
    )  # fmt: skip


def drafted(codebase: Codebase, change: Change) -> Draft:
    (root,) = codebase.config.roots
    return draft(change, root, Code(codebase.index, codebase.read, codebase.config.roots, codebase.states))


def shown(codebase: Codebase, made: Draft) -> str:
    assert made.doubts == (), made.doubts
    before = {edit.path: codebase.read(edit.blob) for edit in made.edits}
    text = "".join(diff(path, before[path], content) for path, content in apply_edits(before, made.edits).items())
    lines = [line for line in text.splitlines() if line[:1] in ("+", "-") and line[:3] not in ("+++", "---")]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("source", "more", "value", "at"),
    [
        (GIT.format("v1.0.0"), "", "m5.4xlarge", "v1.0.0"),
        (GIT.format("v2.0.0"), "", "m5.8xlarge", "v2.0.0"),
        ("git@git.acme.io:acme/library.git//vm?ref=v1.0.0", "", "m5.4xlarge", "v1.0.0"),
        ("git::ssh://git@git.acme.io:2222/acme/library.git//vm?ref=v1.0.0", "", "m5.4xlarge", "v1.0.0"),
        ("github.com/acme/library//vm?ref=v2.0.0", "", "m5.8xlarge", "v2.0.0"),
        (GIT.format("main"), "", "m5.large", "main"),
        (GIT.removesuffix("?ref={}"), "", "m5.large", "main"),
    ],
)
def test_the_value_is_that_of_the_pinned_ref_and_changes_at_the_call(
    estate: Estate, library: Repository, repository: Repository, source: str, more: str, value: str, at: str
) -> None:
    repository.commit({"main.tf": calling(source, more)})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]

    made = drafted(app, wanted("module.vm.module.inner", value))

    assert shown(app, made) == '+  size   = "m5.xlarge"'
    (trace,) = made.traces
    assert trace.value == value
    assert [(p.spot, p.repository, p.ref) for p in trace.locations][-1] == (
        f"library@{at}:vm/main.tf:3", "library", at,
    )  # fmt: skip
    assert trace.locations[-1].commit == library.git("rev-parse", f"{at}^{{commit}}")


def test_a_library_needs_no_root(estate: Estate, library: Repository, repository: Repository) -> None:
    repository.commit({"main.tf": calling(GIT.format("v1.0.0"))})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))

    read = estate.read()

    assert [f.reason for f in read["library"].failures] == []
    estate.repositories.pop()
    assert [f.reason for f in estate.read()["library"].failures] == [NO_ROOT]


def refusals(codebase: Codebase) -> tuple[str, ...]:
    return tuple(codebase.index.mounts.refusals.values())


@pytest.mark.parametrize(
    ("version", "value", "note"),
    [
        (None, "m5.8xlarge", "acme/terraform-aws-library was read at v2.0.0, its newest tag"),
        ("~> 1.0", "m5.4xlarge", "was read at v1.0.0, the newest tag that satisfies ~> 1.0"),
        (">= 1.0.0, != 2.0.0", "m5.4xlarge", "was read at v1.0.0"),
    ],
)
@pytest.mark.parametrize("source", ["acme/library/aws//vm", "modules.acme.io/acme/library/aws//vm"])
def test_a_registry_version_is_the_newest_tag_that_satisfies_it_and_a_reader_is_told(
    estate: Estate, library: Repository, repository: Repository, source: str, version: str | None, value: str, note: str
) -> None:
    more = f'  version = "{version}"\n' if version else ""
    repository.commit({"main.tf": calling(source, more)})
    estate.add("library", library, "acme/terraform-aws-library")
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]

    made = drafted(app, wanted("module.vm.module.inner", value))

    assert 'size = "m5.xlarge"' in shown(app, made).replace("   ", " ").replace("  ", " ")
    (condition,) = made.traces[0].conditions
    assert note in condition
    assert "which version is installed is written nowhere" in condition


def test_where_no_argument_can_say_it_the_module_is_to_be_released(
    estate: Estate, library: Repository, repository: Repository
) -> None:
    library.commit({"vm/main.tf": VM.replace("var.size", '"m5.4xlarge"')})
    library.git("tag", "fixed")
    repository.commit({"main.tf": calling(GIT.format("fixed"))})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]

    made = drafted(app, wanted("module.vm.module.inner", "m5.4xlarge"))

    assert made.edits == ()
    assert made.doubts == (
        "the value is written in library at fixed, vm/main.tf:8; change it there, release and bump the call at "
        "main.tf:9 (module.vm)",
    )
    gone = drafted(app, wanted("module.vm.module.inner", "", SetAttribute("monitoring", None, True)))
    assert "is written in library at fixed, vm/inner/main.tf:4" in gone.doubts[0]


def test_a_removal_takes_the_call_and_never_what_is_in_the_module(
    estate: Estate, library: Repository, repository: Repository
) -> None:
    library.commit({"vm/more.tf": 'resource "aws_ebs_volume" "data" {\n  size = 1\n}\n'})
    library.git("tag", "v3.0.0")
    repository.commit({"main.tf": calling(GIT.format("v1.0.0"))})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))
    removed = wanted("module.vm.module.inner", "m5.4xlarge", RemoveResource())
    app = estate.read()["app"]

    assert '-module "vm" {' in shown(app, drafted(app, removed))

    repository.commit({"main.tf": calling(GIT.format("v3.0.0"))})
    made = drafted(estate.read()["app"], removed)
    assert made.edits == ()
    assert "release and bump the call at main.tf:9 (module.vm)" in made.doubts[0]


def test_a_caller_elsewhere_with_a_pin_is_no_sibling(
    estate: Estate, library: Repository, repository: Repository
) -> None:
    code = calling(GIT.format("v1.0.0"))
    repository.commit({"a/main.tf": code, "b/main.tf": code})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=("a", "b"))
    app = estate.read()["app"]
    change = wanted("module.vm.module.inner", "m5.4xlarge", root="a")

    made = draft(change, app.config.roots[0], Code(app.index, app.read, app.config.roots))

    assert made.doubts == ()
    assert {edit.path for edit in made.edits} == {"a/main.tf"}


@pytest.mark.parametrize(("ref", "follows"), [("", True), ("?ref=main", True), ("?ref=v2.0.0", False)])
def test_callers_that_follow_the_branch_of_a_module_keep_it_from_being_edited(
    estate: Estate,
    make_repository: Callable[[str], Repository],
    repository: Repository,
    library: Repository,
    ref: str,
    follows: bool,
) -> None:
    library.commit({"main.tf": ROOT + 'module "vm" {\n  source = "./vm"\n}\n'})
    repository.commit({"main.tf": calling(f"git::https://git.acme.io/acme/library.git//vm{ref}")})
    estate.add("library", library, "acme/library", roots=(".",))
    estate.add("app", repository, roots=(".",))
    own = estate.read()["library"]
    fixed = 'variable "size" {}\n\nresource "aws_instance" "this" {\n  instance_type = "m5.4xlarge"\n}\n'
    library.commit({"vm/inner/main.tf": fixed})

    own = estate.read()["library"]
    made = drafted(own, wanted("module.vm.module.inner", "m5.4xlarge"))

    if follows:
        assert made.edits == ()
        assert "would also change app: main.tf:9 (module.vm), which follows its branch" in made.doubts[0]
    else:
        assert made.doubts == ()


def test_a_mounted_module_calls_another_repository_and_its_own_folders(
    estate: Estate, make_repository: Callable[[str], Repository], library: Repository, repository: Repository
) -> None:
    outer = make_repository("outer")
    outer.commit({"main.tf": calling(GIT.format("v1.0.0")).replace(ROOT, "")})
    outer.git("tag", "1.0.0")
    repository.commit({"main.tf": calling("git::https://git.acme.io/acme/outer?ref=1.0.0")})
    estate.add("library", library, "acme/library")
    estate.add("outer", outer, "acme/outer")
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]

    made = drafted(app, wanted("module.vm.module.vm.module.inner", "m5.4xlarge"))

    assert made.doubts[0] == (
        "the value is written in library at v1.0.0, vm/main.tf:3; change it there, release and bump the call at "
        "main.tf:9 (module.vm)"
    )


def test_repositories_that_call_each_other_in_a_circle_come_to_an_end(
    estate: Estate, make_repository: Callable[[str], Repository]
) -> None:
    one, two = make_repository("one"), make_repository("two")
    call = 'module "x" {{\n  source = "github.com/acme/{}"\n}}\n'
    one.commit({"main.tf": ROOT + call.format("two")})
    two.commit({"main.tf": call.format("one")})
    estate.add("one", one, "acme/one", roots=(".",))
    estate.add("two", two, "acme/two")
    app = estate.read()["one"]

    evaluated = Code(app.index, app.read, app.config.roots).root(app.config.roots[0])

    assert set(app.index.mounts.at) == {".git/modules/one@main", ".git/modules/two@main"}
    assert any("calls the module that it stands in" in why for why in evaluated.gaps.values())


@pytest.mark.parametrize(
    ("source", "more", "reason"),
    [
        (
            GIT.format("v9"),
            "",
            "no tag, branch or commit 'v9' that could be fetched; push it, or correct the call",
        ),
        (GIT.format("--upload-pack=x"), "", "has no tag, branch or commit '--upload-pack=x'"),
        (GIT.format("v1.0.0%5E%7Btree%7D"), "", "has no tag, branch or commit 'v1.0.0^{tree}'"),
        (GIT.format("a" * 40), "", "has no tag, branch or commit"),
        (GIT.replace("//vm", "//no").format("v1.0.0"), "", "library at v1.0.0 has no module in no; correct the call"),
        ("acme/library/aws", '  version = "~> 7.0"\n', "no tag of repository 'library' satisfies ~> 7.0"),
        ("acme/library/aws", '  version = "latest"\n', "'latest' is no version constraint; write one such as ~> 1.2"),
    ],
)
def test_what_cannot_be_had_has_its_reason(
    estate: Estate, library: Repository, repository: Repository, source: str, more: str, reason: str
) -> None:
    repository.commit({"main.tf": calling(source, more)})
    estate.add("library", library, "acme/terraform-aws-library" if "aws" in source else "acme/library")
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]

    (why,) = refusals(app)
    made = drafted(app, wanted("module.vm.module.inner", "m5.4xlarge"))

    assert reason in why
    assert made.doubts == (f'module.vm (main.tf:9) comes from "{source}", not this repository: {why}',)


def test_a_repository_that_is_not_configured_stays_unknown(estate: Estate, repository: Repository) -> None:
    repository.commit({"main.tf": calling(GIT.format("v1"))})
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]

    made = drafted(app, wanted("module.vm", "m5.4xlarge"))

    assert made.doubts == (
        f'module.vm (main.tf:9) comes from "{GIT.format("v1")}", not this repository: no configured repository is '
        "git.acme.io/acme/library; add it to have the module followed",
    )


def test_local_calls_do_not_leave_a_mount_nor_enter_one(
    estate: Estate, library: Repository, repository: Repository
) -> None:
    library.commit({"vm/main.tf": 'module "inner" {\n  source = "../../../../secret"\n}\n'})
    library.git("tag", "bad")
    hostile = '\nmodule "x" {\n  source = "./.git/modules/library@bad/vm"\n}\n'
    secret = 'resource "aws_instance" "this" {\n  instance_type = "m5.4xlarge"\n}\n'
    repository.commit({"main.tf": calling(GIT.format("bad")) + hostile, "secret/main.tf": secret})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]

    assert all(".git/modules" not in why for why in refusals(app))
    for module in ("module.vm.module.inner", "module.x.module.inner"):
        (doubt,) = drafted(app, wanted(module, "m5.4xlarge")).doubts
        assert "not this repository" in doubt


@pytest.fixture
def binary() -> Binary:
    found = terraform()
    if found is None:
        pytest.skip("there is no Terraform on PATH")
    return found


def called(estate: Estate, library: Repository, repository: Repository) -> tuple[Codebase, Draft]:
    """A repository that calls the library's module, and the edit of its size at the call."""
    repository.commit({"main.tf": calling(GIT.format("v1.0.0"))})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]
    return app, drafted(app, wanted("module.vm.module.inner", "m5.4xlarge"))


def proved_by(binary: Binary, app: Codebase, made: Draft, folder: Path) -> Proved:
    contents = apply_edits({edit.path: app.read(edit.blob) for edit in made.edits}, made.edits)
    return prove(binary, app, made.edits, contents, (Asked(app.config.roots[0], made.evaluated),), folder)


def test_terraform_itself_confirms_the_edit(
    binary: Binary, estate: Estate, library: Repository, repository: Repository, tmp_path: Path
) -> None:
    app, made = called(estate, library, repository)

    proved = proved_by(binary, app, made, tmp_path / "proofs")

    assert proved.doubts == ()
    assert proved.proofs[0] == f"{EVALUATED}."
    assert "shows the same" in proved.proofs[1]


def test_a_verdict_is_kept_until_another_terraform_is_installed(
    binary: Binary, estate: Estate, library: Repository, repository: Repository, tmp_path: Path
) -> None:
    app, made = called(estate, library, repository)
    log, script = tmp_path / "log", tmp_path / "terraform"

    def calls(more: str) -> int:
        script.write_text(f'#!/bin/sh\n{more}echo x >> {log}\nexec {binary.command[0]} "$@"\n')
        script.chmod(0o755)
        os.utime(script, ns=(1, 1))
        proved_by(Binary((str(script),)), app, made, tmp_path / "proofs")
        return len(log.read_text().splitlines())

    first = calls("")
    assert first > 0
    assert calls("") == first
    assert calls("# another version\n") == 2 * first


def test_the_history_is_that_of_the_call(estate: Estate, library: Repository, repository: Repository) -> None:
    sha = repository.commit({"main.tf": calling(GIT.format("v1.0.0"))})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]
    change = wanted("module.vm.module.inner", "m5.4xlarge")
    made = drafted(app, change)

    asked = [(change, app.config.roots[0], made.locations)]
    (origin,) = trace_origins(app.clone, app.index, asked, estate.config, None)

    assert isinstance(origin, Origin)
    assert origin.created is not None
    assert origin.created.sha == sha
    assert [place.spot for place in origin.call_chain] == [
        "main.tf:9", "library@v1.0.0:vm/main.tf:6", "library@v1.0.0:vm/inner/main.tf:4",
    ]  # fmt: skip


def test_fifty_modules_at_different_refs_are_mounted(
    estate: Estate, library: Repository, repository: Repository
) -> None:
    for n in range(50):
        library.commit({"vm/main.tf": VM.replace("m5.4xlarge", f"size-{n}")})
        library.git("tag", f"r{n}")
    calls = "".join(f'module "vm{n}" {{\n  source = "{GIT.format(f"r{n}")}"\n}}\n' for n in range(50))
    repository.commit({"main.tf": ROOT + calls})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]

    made = drafted(app, wanted("module.vm7.module.inner", "size-7"))

    assert len(app.index.mounts.at) == 50
    assert made.doubts == ()


@pytest.mark.parametrize("source", [GIT, "git::ssh://git@git.acme.io/acme/library.git//vm?ref={}"])
def test_a_terragrunt_unit_takes_its_module_from_another_repository(
    estate: Estate, library: Repository, repository: Repository, tmp_path: Path, source: str
) -> None:
    unit = 'locals {{\n  ref = "v1.0.0"\n}}\n\nterraform {{\n  source = "{}"\n}}\n\ninputs = {{\n  name = "x"\n}}\n'
    repository.commit({"dev/terragrunt.hcl": unit.format(source.format("${local.ref}"))})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=("dev",))
    app = estate.read()["app"]
    change = wanted("module.inner", "m5.4xlarge", root="dev")

    made = drafted(app, change)

    assert shown(app, made) == '+  size = "m5.xlarge"'
    assert {edit.path for edit in made.edits} == {"dev/terragrunt.hcl"}
    binary = terraform()
    if binary is not None:
        contents = apply_edits({edit.path: app.read(edit.blob) for edit in made.edits}, made.edits)
        asked = (Asked(app.config.roots[0], made.evaluated),)
        proved = prove(binary, app, made.edits, contents, asked, tmp_path / "proofs")
        assert "shows the same" in proved.proofs[1]


def test_a_terragrunt_unit_may_name_a_registry(estate: Estate, library: Repository, repository: Repository) -> None:
    unit = 'terraform {\n  source = "tfr:///acme/library/aws//vm?version=1.0.0"\n}\n'
    repository.commit({"dev/terragrunt.hcl": unit})
    estate.add("library", library, "acme/terraform-aws-library")
    estate.add("app", repository, roots=("dev",))
    app = estate.read()["app"]

    made = drafted(app, wanted("module.inner", "m5.4xlarge", root="dev"))

    assert made.traces[0].value == "m5.4xlarge"
    assert made.doubts == ()
    assert {edit.path for edit in made.edits} == {"dev/terragrunt.hcl"}


@pytest.mark.parametrize("lost", ["tree", "blob"])
def test_a_tag_whose_objects_are_missing_costs_only_its_own_module(
    estate: Estate, library: Repository, repository: Repository, lost: str
) -> None:
    library.commit({"vm/main.tf": VM.replace("m5.4xlarge", "m5.12xlarge")})
    library.git("tag", "v3.0.0")
    name = library.git("rev-parse", "v3.0.0^{tree}" if lost == "tree" else "v3.0.0:vm/main.tf")
    library.git("reset", "--quiet", "--hard", "HEAD^")
    (library.path / ".git" / "objects" / name[:2] / name[2:]).unlink()
    other = f'module "other" {{\n  source = "{GIT.format("v3.0.0")}"\n}}\n'
    repository.commit({"main.tf": calling(GIT.format("v1.0.0")) + other})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))

    for _ in range(2):
        app = estate.read()["app"]

        assert [mount.ref for mount in app.index.mounts.at.values()] == ["v1.0.0"]
        assert refusals(app) == (
            "repository 'library' has no tag, branch or commit 'v3.0.0' that could be fetched; "
            "push it, or correct the call",
        )
        assert drafted(app, wanted("module.vm.module.inner", "m5.4xlarge")).doubts == ()


def test_what_is_lost_of_a_ref_in_our_own_clone_costs_only_its_module(
    estate: Estate, library: Repository, repository: Repository
) -> None:
    other = f'module "other" {{\n  source = "{GIT.format("v2.0.0")}"\n}}\n'
    repository.commit({"main.tf": calling(GIT.format("v1.0.0")) + other})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))
    codebases = {r.name: read_codebase(r, estate.config) for r in estate.config.repositories}
    clone = codebases["library"].clone.path
    packs = list((clone / "objects" / "pack").glob("*.pack"))
    for pack in packs:
        moved = pack.rename(clone / pack.name)
        with moved.open("rb") as stream:
            subprocess.run(["git", f"--git-dir={clone}", "unpack-objects", "-q"], stdin=stream, check=True)
    name = library.git("rev-parse", "v2.0.0^{tree}")
    (clone / "objects" / name[:2] / name[2:]).unlink()

    app = with_mounts(codebases, estate.config)["app"]

    assert not any("modules from elsewhere" in failure.unit for failure in app.failures)
    (why,) = refusals(app)
    assert why.startswith("repository 'library' at v2.0.0 cannot be read: ")
    assert drafted(app, wanted("module.vm.module.inner", "m5.4xlarge")).doubts == ()


@pytest.mark.parametrize("name", ["main_override.tf", "a_override.tf"])
def test_an_override_file_says_where_a_module_comes_from(
    estate: Estate, library: Repository, repository: Repository, name: str
) -> None:
    override = f'module "vm" {{\n  source = "{GIT.format("v2.0.0")}"\n}}\n'
    repository.commit({"main.tf": calling("./vm"), name: override, "vm/main.tf": "", "vm/inner/main.tf": INNER})
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]

    assert [mount.ref for mount in app.index.mounts.at.values()] == ["v2.0.0"]
    made = drafted(app, wanted("module.vm.module.inner", "m5.8xlarge"))
    assert shown(app, made).splitlines()[-1] == '+  size   = "m5.xlarge"'
    assert [edit.path for edit in made.edits] == ["main.tf"]


@pytest.mark.parametrize("name", ["main_override.tf", "a_override.tf"])
def test_an_override_file_without_a_source_leaves_the_call_where_it_is(
    estate: Estate, library: Repository, repository: Repository, name: str
) -> None:
    files = {"main.tf": calling(GIT.format("v1.0.0")), name: 'module "vm" {\n  size = "m5.2xlarge"\n}\n'}
    repository.commit(files)
    estate.add("library", library, "acme/library")
    estate.add("app", repository, roots=(".",))
    app = estate.read()["app"]

    made = drafted(app, wanted("module.vm.module.inner", "m5.2xlarge"))

    assert [edit.path for edit in made.edits] == [name], made.doubts
