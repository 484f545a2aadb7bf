"""One repository read by itself: its roots, their states, and what is left where one of those cannot be read."""

import json

import pytest

from remediator.config import Config, RepositoryConfig
from remediator.errors import RemediatorError
from remediator.model import Standing
from remediator.run.codebase import NO_ROOT, Codebase, read_code, read_codebase

BLOCK = 'resource "aws_instance" "web" {}\n'
LOCAL = 'terraform {\n  backend "local" {}\n}\n'


def state(*instances: dict[str, object]) -> str:
    head = {"mode": "managed", "type": "aws_instance", "name": "web", "provider": "aws", "instances": instances}
    return json.dumps({"version": 4, "serial": 1, "lineage": "l", "resources": [head]})


@pytest.fixture
def read(repository, tmp_path):
    config = Config.model_validate({"run": {"state_dir": str(tmp_path / "kept")}})

    def codebase(*roots: dict[str, str], code: bool = False) -> Codebase:
        given = {"name": "infra", "url": str(repository.path), "roots": roots}
        return (read_code if code else read_codebase)(RepositoryConfig.model_validate(given), config)

    return codebase


def test_one_state_that_cannot_be_read_leaves_the_other_roots(read, repository, tmp_path) -> None:
    repository.commit({"a/main.tf": BLOCK, "b/main.tf": BLOCK})
    good = tmp_path / "a.tfstate"
    good.write_text(state({"attributes": {"id": "i-1"}}))

    found = read({"path": "a", "state": str(good)}, {"path": "b", "state": str(tmp_path / "none")})

    assert [entry.id for entry in found.states] == ["i-1"]
    assert [root.path for root in found.read_roots] == ["a"]
    (failure,) = found.failures
    assert failure.unit == "infra/b"
    assert "cannot be read" in failure.reason


def test_what_the_next_apply_destroys_is_kept_apart(read, repository, tmp_path) -> None:
    repository.commit({"main.tf": BLOCK})
    place = tmp_path / "s.tfstate"
    deposed = {"deposed": "00000001", "attributes": {"id": "i-old"}}
    place.write_text(state({"attributes": {"id": "i-new"}}, deposed))

    found = read({"path": ".", "state": str(place)})

    assert [entry.id for entry in found.states] == ["i-new"]
    assert [(entry.id, entry.standing) for entry in found.deposed] == [("i-old", Standing.DEPOSED)]
    (entry,) = found.states
    assert found.root(entry.at) is found.config.roots[0]


def test_without_configured_roots_they_are_found_and_a_repository_without_any_says_so(read, repository) -> None:
    repository.commit({"a/main.tf": BLOCK + LOCAL, "a/terraform.tfstate": state({"attributes": {"id": "i-1"}})})
    found = read()
    assert [(root.path, root.state) for root in found.config.roots] == [("a", "git:a/terraform.tfstate")]
    assert [entry.id for entry in found.states] == ["i-1"]
    assert read(code=True).config == found.config
    assert (read(code=True).states, read(code=True).failures) == ((), ())

    repository.commit({"a/main.tf": BLOCK, "a/terraform.tfstate": None})
    assert [(failure.unit, failure.reason) for failure in read().failures] == [("infra", NO_ROOT)]


def test_a_committed_state_that_is_gone_is_named(read, repository) -> None:
    repository.commit({"main.tf": BLOCK})

    (failure,) = read({"path": ".", "state": "git:gone.tfstate"}).failures

    assert failure.reason.startswith("no file gone.tfstate is committed at ")


def test_a_file_that_is_no_code_fails_by_itself(read, repository, tmp_path) -> None:
    repository.commit({"a/main.tf": BLOCK, "a/broken.tf": 'resource "x" {{{', "a/tool.hcl": "{{{"})
    place = tmp_path / "s.tfstate"
    place.write_text(state({"attributes": {"id": "i-1"}}))

    found = read({"path": "a", "state": str(place)})

    assert [failure.unit for failure in found.failures] == ["infra: a/broken.tf"]
    assert len(found.states) == 1


def test_a_repository_that_is_not_there_is_an_error(read, repository, tmp_path) -> None:
    repository.commit({"main.tf": BLOCK})
    repository.path.rename(tmp_path / "away")

    with pytest.raises(RemediatorError, match="repository 'infra': there is nothing at "):
        read()
