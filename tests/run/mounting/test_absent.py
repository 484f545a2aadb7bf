"""Modules that cannot be had: each is refused in words, and costs no other."""

import subprocess

import pytest

from remediator.run.codebase import read_codebase
from remediator.run.mounting import with_mounts

from .mounted import GIT, VM, Estate, Repository, calling, drafted, refusals, wanted


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
