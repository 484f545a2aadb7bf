"""What a call of a module from elsewhere means: which repository, which commit of it, and why not."""

import pytest

from remediator.config import Config
from remediator.run.shelf import Reached, Shelf


@pytest.fixture
def library(make_repository):
    found = make_repository("library")
    for number in ("1.0.0", "1.4.0", "2.0.0"):
        found.commit({"vm/main.tf": f"# {number}\n"})
        found.git("tag", f"v{number}")
    found.commit({"vm/main.tf": "# next\n"})
    return found


@pytest.fixture
def shelf(library, tmp_path) -> Shelf:
    repository = {"name": "library", "url": str(library.path), "slug": "acme/terraform-aws-vm"}
    tables = {"run": {"state_dir": str(tmp_path / "kept")}, "repositories": [repository]}
    return Shelf(Config.model_validate(tables), {})


def reached(shelf: Shelf, source: str, version: str | None = None) -> Reached:
    found = shelf.reached((source, version))
    assert isinstance(found, Reached)
    return found


@pytest.mark.parametrize(
    ("version", "ref", "noted"),
    [("1.0.0", "v1.0.0", False), ("~> 1.0", "v1.4.0", True), (None, "v2.0.0", True), (">= 1.0, < 1.4", "v1.0.0", True)],
)
def test_a_version_comes_down_to_a_tag(shelf, library, version, ref, noted) -> None:
    found = reached(shelf, "acme/vm/aws//vm", version)

    assert (found.mount.ref, found.folder) == (ref, "vm")
    assert found.mount.commit == library.git("rev-parse", f"{ref}^{{commit}}")
    assert (found.note is not None) is noted
    assert not found.mount.follows
    assert shelf.called == {"library"}


def test_a_url_without_a_ref_moves_with_the_branch(shelf, library) -> None:
    found = reached(shelf, f"git::file://{library.path}//vm")
    pinned = reached(shelf, f"git::file://{library.path}//vm?ref=v1.0.0")

    assert (found.mount.commit, found.mount.follows) == (library.git("rev-parse", "main"), True)
    assert (pinned.mount.ref, pinned.mount.follows) == ("v1.0.0", False)
    assert found.mount.folder != pinned.mount.folder


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (("acme/vm/aws", ">= 3.0"), "no tag of repository 'library' satisfies >= 3.0; push the tag"),
        (("acme/other/aws", None), "no configured repository is "),
        (("git::https://github.com/acme/other.git", None), "no configured repository is github.com/acme/other"),
    ],
)
def test_what_cannot_be_had_is_said_in_words(shelf, key, said) -> None:
    assert str(shelf.reached(key)).startswith(said)


@pytest.mark.parametrize("ref", ["v9", "-x", "--upload-pack=touch", "a..b", "refs/heads/../x"])
def test_a_ref_that_is_none_is_said_to_be_none(shelf, library, ref: str) -> None:
    said = str(shelf.reached((f"git::file://{library.path}//vm?ref={ref}", None)))

    assert said.startswith("repository 'library' has no tag, branch or commit")


def test_what_is_neither_git_nor_a_registry_is_nothing(shelf) -> None:
    assert shelf.reached(("./vm", None)) is None
    assert shelf.reached(("s3::https://s3.amazonaws.com/b/vm.zip", None)) is None


def test_a_repository_that_the_run_could_not_read_is_not_fetched_again(library, shelf) -> None:
    shelf.unread = ["library"]

    assert shelf.reached(("acme/vm/aws", "1.0.0")) == "repository 'library' could not be read"


def test_one_that_is_gone_is_asked_for_once(library, shelf, tmp_path) -> None:
    library.path.rename(tmp_path / "away")
    first = shelf.reached(("acme/vm/aws", "1.0.0"))
    (tmp_path / "away").rename(library.path)

    assert "there is nothing at" in str(first)
    assert shelf.reached(("acme/vm/aws", "1.0.0")) == first
