"""Sources of modules: which repository, folder and ref each means, and what is none of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.config import RepositoryConfig
from remediator.iac.terraform.sources import Address, address_of, meant

HTTPS = RepositoryConfig(name="lib", url="https://github.com/Acme/lib.git")


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("git::https://git.acme.io/a/lib.git//vm/x?ref=v1", Address("git.acme.io", "a/lib", "vm/x", "v1")),
        ("git::https://git.acme.io/a/lib?depth=1&ref=v1", Address("git.acme.io", "a/lib", "", "v1")),
        ("git::https://user@git.acme.io:8443/g/sub/lib.git", Address("git.acme.io", "g/sub/lib", "", None)),
        ("git::ssh://git@git.acme.io:22/a/lib.git//vm", Address("git.acme.io", "a/lib", "vm", None)),
        ("git::git@git.acme.io:a/lib.git//vm?ref=x/y", Address("git.acme.io", "a/lib", "vm", "x/y")),
        ("git@git.acme.io:a/lib.git//vm?ref=v1", Address("git.acme.io", "a/lib", "vm", "v1")),
        ("github.com/a/lib", Address("github.com", "a/lib", "", None)),
        ("github.com/a/lib//vm?ref=v1", Address("github.com", "a/lib", "vm", "v1")),
        ("git::file:///srv/lib.git//vm?ref=v1", Address(None, "/srv/lib", "vm", "v1")),
        ("git::/srv/lib.git", Address(None, "/srv/lib", "", None)),
        ("a/eks/aws", Address(None, "a/terraform-aws-eks", "", None, True)),
        ("a/iam/aws//modules/iam-role", Address(None, "a/terraform-aws-iam", "modules/iam-role", None, True)),
        ("app.terraform.io/a/eks/aws", Address(None, "a/terraform-aws-eks", "", None, True)),
        ("./vm", None),
        ("../vm", None),
        ("s3::https://s3.amazonaws.com/b/vm.zip", None),
        ("hg::https://git.acme.io/a/lib", None),
        ("https://acme.io/vm.zip", None),
        ("git::https://git.acme.io/a/lib//../../etc", None),
        ("git::ext::sh -c id", None),
        ("git::https://git.acme.io/a/lib\n?ref=v1", None),
        ("vm", None),
        ("", None),
    ],
)
def test_a_source_is_a_repository_a_folder_and_a_ref(source: str, address: Address | None) -> None:
    assert address_of(source) == address


@pytest.mark.parametrize(
    ("url", "slug", "source", "same"),
    [
        ("https://github.com/Acme/lib.git", None, "github.com/acme/lib//x", True),
        ("https://github.com/Acme/lib.git", None, "git@github.com:acme/lib.git", True),
        ("https://github.com/Acme/lib.git", None, "git::https://gitlab.com/acme/lib.git", False),
        ("git@git.acme.io:acme/lib.git", None, "git::https://git.acme.io/acme/lib", True),
        ("ssh://git@git.acme.io:7999/acme/lib.git", None, "git::https://git.acme.io/acme/lib", True),
        ("https://git.acme.io/group/sub/lib", None, "git::ssh://git@git.acme.io/group/sub/lib.git", True),
        ("https://git.acme.io/acme/terraform-aws-lib", None, "acme/lib/aws", True),
        ("https://git.acme.io/acme/lib", None, "acme/lib/aws", False),
        ("https://mirror.acme.io/x/y", "acme/terraform-aws-lib", "acme/lib/aws", True),
        ("/srv/lib.git", "acme/lib", "github.com/acme/lib", True),
        ("/srv/lib.git", None, "git::file:///srv/lib.git", True),
        ("/srv/lib.git", None, "github.com/srv/lib", False),
    ],
)
def test_a_repository_is_known_by_its_url_or_its_slug(url: str, slug: str | None, source: str, same: bool) -> None:
    repository = RepositoryConfig(name="lib", url=url, slug=slug)
    address = address_of(source)
    assert address is not None
    assert (meant(address, [repository]) is repository) is same


@given(st.text(max_size=200) | st.from_regex(r"(git::)?([a-z]+://)?[\w.@:/?=%-]{0,60}"))
def test_no_text_is_too_strange(source: str) -> None:
    address = address_of(source)
    if address is not None:
        assert ".." not in address.folder.split("/")
        meant(address, [HTTPS])
