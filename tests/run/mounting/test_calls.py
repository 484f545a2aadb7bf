"""Modules from other repositories: followed at the ref that a call pins, and changed at the call."""

import pytest

from remediator.model import (
    Origin,
    RemoveResource,
    SetAttribute,
)
from remediator.run.codebase import NO_ROOT
from remediator.trace.origins import trace_origins

from .mounted import GIT, ROOT, VM, Estate, Repository, calling, drafted, shown, wanted


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
