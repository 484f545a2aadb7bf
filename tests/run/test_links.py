"""Symbolic links of a repository: code behind them counts where they lie, everything else behind them is only named."""

import os
import subprocess
from pathlib import Path

from remediator.config import Config
from remediator.run.codebase import read_codebase


def git(folder: Path, *arguments: str) -> None:
    quiet = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, env=quiet)


def test_links_of_a_clone_are_named_and_code_behind_them_counts(tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "dev").mkdir(parents=True)
    (work / "shared.tf").write_text('variable "x" {}\n')
    (work / "real.json").write_text("{}")
    (work / "dev" / "shared.tf").symlink_to("../shared.tf")
    (work / "dev" / "data.json").symlink_to("/etc/passwd")
    (work / "dev" / "folder").symlink_to("..")
    git(work, "init", "-q", "-b", "main")
    git(work, "add", ".")
    git(work, "commit", "-qm", "Begin")
    config = Config.model_validate({
        "run": {"state_dir": str(tmp_path / "state")},
        "repositories": [{"name": "infra", "url": str(work)}],
    })  # fmt: skip

    index = read_codebase(config.repositories[0], config).index

    assert index.symlinks == {"dev/shared.tf", "dev/data.json", "dev/folder"}
    assert set(index.blobs) == {"real.json"}
    assert [file.path for file in index.directory("dev")] == ["shared.tf"]
