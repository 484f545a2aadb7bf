"""Edits of calls of modules elsewhere, proved by Terraform itself."""

import os
from pathlib import Path

from remediator.edit.drafted import Draft
from remediator.edit.edits import apply_edits
from remediator.iac.terraform.shadow.process import Binary
from remediator.run.codebase import Codebase
from remediator.run.proving import EVALUATED, Asked, Proved, prove

from .mounted import GIT, Estate, Repository, calling, drafted, wanted


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
