"""Units of Terragrunt that take their module from another repository."""

from pathlib import Path

import pytest

from remediator.edit.edits import apply_edits
from remediator.iac.terraform.shadow.process import found as terraform
from remediator.run.proving import Asked, prove

from .mounted import GIT, Estate, Repository, drafted, shown, wanted


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
