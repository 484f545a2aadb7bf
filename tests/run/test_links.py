"""Symbolic links of a repository: code behind them counts where they lie, everything else behind them is only named."""

import os
import subprocess
from pathlib import Path

import pytest

from remediator.config import Config, RootConfig
from remediator.iac.terraform.configuration.inputs import variable_files
from remediator.iac.terraform.configuration.module import module_of
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.scopes import scopes
from remediator.run.codebase import read_codebase


def git(folder: Path, *arguments: str) -> None:
    quiet = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, env=quiet)


def indexed(tmp_path: Path, work: Path) -> RepositoryIndex:
    git(work, "init", "-q", "-b", "main")
    git(work, "add", ".")
    git(work, "commit", "-qm", "Begin")
    config = Config.model_validate({
        "run": {"state_dir": str(tmp_path / "state")},
        "repositories": [{"name": "infra", "url": str(work)}],
    })  # fmt: skip
    return read_codebase(config.repositories[0], config).index


def test_links_of_a_clone_are_named_and_code_behind_them_counts(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "dev").mkdir(parents=True)
    (work / "shared.tf").write_text('variable "x" {}\n')
    (work / "real.json").write_text("{}")
    (work / "dev" / "shared.tf").symlink_to("../shared.tf")
    (work / "dev" / "data.json").symlink_to("/etc/passwd")
    (work / "dev" / "folder").symlink_to("..")

    index = indexed(tmp_path, work)

    assert index.symlinks == {"dev/shared.tf", "dev/data.json", "dev/folder"}
    assert set(index.blobs) == {"real.json"}
    assert [file.path for file in index.directory("dev")] == ["shared.tf"]


def test_a_linked_file_goes_by_the_name_of_the_link(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "dev").mkdir(parents=True)
    (work / "vars").mkdir()
    (work / "vars" / "dev.tfvars").write_text('x = "linked"\n')
    (work / "vars" / "common.tf").write_text('resource "a" "b" {\n  x = 2\n}\n')
    (work / "dev" / "main.tf").write_text('resource "a" "b" {\n  x = 1\n}\n')
    (work / "dev" / "terraform.tfvars").symlink_to("../vars/dev.tfvars")
    (work / "dev" / "override.tf").symlink_to("../vars/common.tf")

    index = indexed(tmp_path, work)

    assert [file.path for file in variable_files(index, RootConfig(path="dev", state="s"))] == ["vars/dev.tfvars"]
    assert module_of(index, "dev").resources["a.b"].settings["x"].attribute.text == "2"


@pytest.mark.parametrize("target", ["../nowhere.tf", "/etc/passwd", "../data.txt"])
def test_code_behind_a_link_that_leads_to_no_code_is_unread(tmp_path: Path, target: str) -> None:
    work = tmp_path / "work"
    (work / "dev").mkdir(parents=True)
    (work / "data.txt").write_text('resource "a" "b" {}\n')
    (work / "dev" / "main.tf").symlink_to(target)

    (unread,) = module_of(indexed(tmp_path, work), "dev").unread

    assert "a symbolic link to" in (unread.source.problem or "")


def test_modules_called_through_a_linked_folder_are_seen(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "modules" / "x").mkdir(parents=True)
    (work / "modules" / "y").mkdir()
    (work / "prod").mkdir()
    (work / "modules" / "x" / "main.tf").write_text('module "y" {\n  source = "../y"\n}\n')
    (work / "modules" / "y" / "main.tf").write_text('resource "a" "b" {}\n')
    (work / "prod" / "main.tf").write_text('module "x" {\n  source = "./modules/x"\n}\n')
    (work / "prod" / "modules").symlink_to("../modules")
    (work / "modules" / "circle").symlink_to("..")

    index = indexed(tmp_path, work)

    assert set(index.folders) == {"modules/x", "modules/y", "prod", "prod/modules/x", "prod/modules/y"}
    assert index.folders_of("modules/y/main.tf") == ("modules/y", "prod/modules/y")
    (scope,) = scopes(index, (RootConfig(path="prod", state="s"),), "prod/modules/y").known
    assert scope.path == ("x", "y")
