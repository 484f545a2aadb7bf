"""What tags may say of the repository and file that a resource comes from."""

import pytest

from remediator.model import Attributes, Resource
from remediator.trace.stamps import Stamp, stamp


def told(**tags: str) -> Stamp | None:
    return stamp(
        Resource("aws", "dev", "us-east-1", "aws_ebs_volume", "vol-1", None, Attributes(), Attributes(tags), None)
    )


def test_the_owner_may_stand_in_a_tag_of_its_own_or_before_the_name() -> None:
    assert told(git_org="acme", git_repo="infra", git_file="a/b.tf") == Stamp("acme/infra", "a/b.tf")
    assert told(git_repo="acme/infra", git_org="acme") == Stamp("acme/infra", None)
    assert told(git_repo="infra") == Stamp("infra", None)
    assert told(git_file="a/b.tf") is None


@pytest.mark.parametrize(
    ("slug", "same"), [("Acme/Infra", True), ("infra", True), ("other/infra", False), ("acme/infra-2", False)]
)
def test_a_repository_is_known_by_owner_and_name(slug: str, same: bool) -> None:
    assert Stamp("acme/infra", None).names(slug) is same


@pytest.mark.parametrize(
    "path", ["../a.tf", "/etc/passwd", "a//b", "-x", "a/./b", "a\nb", "a\\b", "x" * 1000, "a/\u202e"]
)
def test_a_path_that_no_repository_has_is_none(path: str) -> None:
    assert told(git_repo="infra", git_file=path) == Stamp("infra", None)


@pytest.mark.parametrize(
    "name", ["..", "-x", "a b", "ext::sh", "https://x.io/a", "a/../b", "[x](y)", "x" * 1000, "a\n"]
)
def test_a_name_that_no_repository_has_is_none(name: str) -> None:
    assert told(git_repo=name, git_file="a.tf") is None


@pytest.mark.parametrize(("commit", "same"), [("0123456789abcdef" * 2, True), ("main", False), ("-abcdef0", False)])
def test_the_commit_is_taken_where_it_can_be_one(commit: str, same: bool) -> None:
    found = told(git_repo="infra", git_commit=commit)

    assert found is not None
    assert found.commit == (commit if same else None)
