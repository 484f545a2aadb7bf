"""What the names in a clone mean."""

import pytest

from remediator.git.refs import resolve, tags


def test_a_tag_comes_before_a_branch_and_a_branch_before_a_commit(repository):
    first = repository.commit({"a": "1"})
    repository.git("tag", "-a", "v1", "-m", "annotated")
    repository.git("branch", "release/1")
    second = repository.commit({"a": "2"})
    repository.git("tag", "both", first)
    repository.git("branch", "both", second)
    clone = repository.sync()

    assert resolve(clone, "v1") == first
    assert resolve(clone, "release/1") == first
    assert resolve(clone, "both") == first
    assert resolve(clone, "main") == second
    assert resolve(clone, second) == second
    assert resolve(clone, first[:9]) == first
    assert tags(clone) == ("both", "v1")


def test_a_tag_that_is_moved_or_taken_back_is_so_here(repository):
    repository.commit({"a": "1"})
    repository.git("tag", "v1")
    repository.git("tag", "v2")
    repository.sync()
    second = repository.commit({"a": "2"})
    repository.git("tag", "--force", "v1")
    repository.git("tag", "--delete", "v2")
    clone = repository.sync()

    assert resolve(clone, "v1") == second
    assert resolve(clone, "v2") is None


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "-h",
        "--all",
        "HEAD",
        "main^{tree}",
        "main~1",
        "@{u}",
        "main:a",
        "a..b",
        "x\n",
        "*",
        "f" * 40,
        "a" * 300,
        "é",
    ],
)
def test_what_is_no_ref_is_none(repository, ref):
    repository.commit({"a": "1"})

    assert resolve(repository.sync(), ref) is None


def test_a_tag_of_a_file_is_no_commit(repository):
    repository.commit({"a": "1"})
    repository.git("tag", "blob", repository.git("rev-parse", "HEAD:a"))

    assert resolve(repository.sync(), "blob") is None
