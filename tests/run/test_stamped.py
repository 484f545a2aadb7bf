"""Where the repository, file and commit lead that tags name."""

import pytest

from remediator.config import Config
from remediator.model import Attributes, Resource
from remediator.run.codebase import read_code
from remediator.run.stamped import Stamped, stamped

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def repositories(make_repository):
    found = {name: make_repository(name) for name in ("infra", "other")}
    for name, one in found.items():
        one.commit({"web.tf": f"# {name}\n"}, "Create (#7)", "Bo Lind <bo@acme.io>")
    return found


@pytest.fixture
def told(repositories, tmp_path):
    def stamp(**tags: str) -> Stamped | None:
        given = [{"name": n, "url": str(r.path), "slug": f"{n}-team/infra"} for n, r in repositories.items()]
        config = Config.model_validate({"run": {"state_dir": str(tmp_path / "kept")}, "repositories": given})
        codebases = {one.name: read_code(one, config) for one in config.repositories}
        nothing = Attributes()
        seen = Resource("aws", "dev", "us-east-1", "aws_instance", "i-1", None, nothing, Attributes(tags), None)
        return stamped(seen, codebases, config)

    return stamp


def test_the_commit_tells_which_of_two_repositories_it_is_and_who(told, repositories) -> None:
    assert "may be any of infra, other" in told(git_repo="infra", git_file="web.tf").sentence
    sha = repositories["other"].git("rev-parse", "HEAD")

    found = told(git_repo="infra", git_file="web.tf", git_commit=sha)

    assert found.codebase.config.name == "other"
    assert found.sentence == (
        "its tags say that it comes from other:web.tf, and no state of other holds it; "
        f"it was last changed there in {sha[:12]} (#7)"
    )
    assert (found.commit.author_name, found.by) == ("Bo Lind", "other")


def test_who_changed_a_file_that_is_gone_is_told(told, repositories) -> None:
    sha = repositories["infra"].git("rev-parse", "HEAD")
    repositories["infra"].commit({"web.tf": None})

    found = told(git_org="infra-team", git_repo="infra", git_file="web.tf", git_commit=sha)

    assert found.codebase is None
    assert found.sentence.endswith(f"has no such file now; it was last changed there in {sha[:12]} (#7)")


def test_a_commit_that_no_repository_has_tells_nothing(told) -> None:
    assert "may be any of" in told(git_repo="infra", git_file="web.tf", git_commit=SHA).sentence
    assert "last changed" not in told(git_org="infra-team", git_repo="infra", git_commit=SHA).sentence
