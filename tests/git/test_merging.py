from pathlib import Path

import pytest

from remediator.config import RepositoryConfig
from remediator.git.clones import sync
from remediator.git.merging import Merge, merged


@pytest.fixture
def clone(make_repository, tmp_path: Path):
    """A clone whose branch `side` changes line 2 of a file, and what the base does then is a test's own."""
    repository = make_repository("infra")
    repository.commit({"a.txt": "1\n2\n3\n4\n5\n"}, "Base")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit({"a.txt": "1\ntwo\n3\n4\n5\n"}, "Side")
    repository.git("checkout", "--quiet", "main")

    def made(text: str):
        if text != repository.git("show", "main:a.txt") + "\n":
            repository.commit({"a.txt": text}, "Base again")
        found = sync(RepositoryConfig(name="infra", url=str(repository.path)), tmp_path / "state")
        return found, repository.git("rev-parse", "side").strip()

    return made


@pytest.mark.parametrize(
    ("base", "merge"),
    [
        ("1\n2\n3\n4\n5\n6\n", Merge.CHANGES),
        ("1\ntwo\n3\n4\nfive\n", Merge.NOTHING),
        ("1\nzwei\n3\n4\n5\n", Merge.CONFLICTS),
    ],
)
def test_what_merging_would_do(clone, base: str, merge: Merge) -> None:
    made, side = clone(base)

    assert merged(made, made.head, side) is merge


def test_a_commit_that_is_not_here_is_not_known(clone) -> None:
    made, _ = clone("1\n2\n3\n4\n5\n6\n")

    assert merged(made, made.head, "a" * 40) is Merge.UNKNOWN
