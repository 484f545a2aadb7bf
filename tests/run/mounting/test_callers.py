"""Who calls a module of another repository, and what a mounted module calls itself."""

from collections.abc import Callable

import pytest

from remediator.edit.edits import draft
from remediator.iac.terraform.configuration.code import Code

from .mounted import GIT, ROOT, Estate, Repository, calling, drafted, refusals, wanted


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
