"""Override files that say where a module comes from."""

import pytest

from .mounted import GIT, INNER, Estate, Repository, calling, drafted, shown, wanted


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
