"""`remediator doctor` as a person and a script meet it; each check is tested where it is made."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from remediator.cli.app import execute
from remediator.cli.console import Exit
from remediator.config import parse
from remediator.ledger.ledger import open_ledger
from remediator.model.checks import Verdict
from remediator.run import doctor
from remediator.run.doctor import examine

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WHOLE = """
[run]
state_dir = "{state}"
[[repositories]]
name = "infra"
url = "{url}"
branch = "{branch}"
forge = "files"
tracker = "files"
roots = [{{ path = "envs/dev", state = "{at}" }}]
[forges.files]
kind = "local"
[trackers.files]
kind = "local"
"""


@pytest.fixture
def write(tmp_path: Path, make_repository):
    """A configuration of files alone, and a repository that it names."""
    upstream = make_repository("infra")
    upstream.commit({"main.tf": "# nothing\n"}, "Begin")

    def write(branch: str = "main", state: str = "state", at: str | None = None) -> Path:
        there = tmp_path / "terraform.tfstate"
        there.write_text('{"version": 4}')
        path = tmp_path / "config.toml"
        path.write_text(WHOLE.format(url=upstream.path, branch=branch, state=tmp_path / state, at=at or there))
        return path

    return write


def told(config: Path, *options: str) -> int:
    return execute(["doctor", "--config", str(config), *options])


def test_all_is_well(write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(write()) == Exit.DONE

    said = capsys.readouterr().out
    assert "clone: git reaches it, and it has main" in said
    assert "read: the state of workspace default can be read" in said
    assert "0 failed" not in said
    assert not (tmp_path / "state").exists()


def test_what_fails_is_said_with_how_to_mend_it(write, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(write(branch="trunk", at="/none/terraform.tfstate"), "--format", "json") == Exit.INCOMPLETE

    checks = json.loads(capsys.readouterr().out)
    assert {(c["unit"], c["what"]) for c in checks if c["verdict"] == "failed"} == {
        ("repository infra", "clone"),
        ("state of infra/envs/dev", "answer"),
    }
    assert next(c["fix"] for c in checks if c["what"] == "clone") == "set branch to the one that is applied from"


def test_every_workspace_is_read_once_whatever_becomes_of_the_others(write, tmp_path: Path) -> None:
    text = write().read_text()
    (tmp_path / "terraform.tfstate.d" / "prod").mkdir(parents=True)
    (tmp_path / "terraform.tfstate.d" / "prod" / "terraform.tfstate").write_text('{"version": 4}')
    (line,) = [line for line in text.splitlines() if line.startswith("roots")]
    root = line.removeprefix("roots = [{").removesuffix("}]")
    three = ", ".join(f'{{{root}, workspace = "{name}" }}' for name in ("dev", "prod", "qa"))

    checks = examine(parse(text.replace(line, f"roots = [{three}]"), tmp_path / "config.toml"), NOW)

    verdicts = [check.verdict for check in checks if check.unit == "state of infra/envs/dev"]
    assert verdicts == [Verdict.FAILED, Verdict.OK, Verdict.FAILED]


def test_a_configuration_that_cannot_be_read_is_an_error_of_usage(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[run]\nlookback = 3\n")
    assert told(tmp_path / "config.toml") == Exit.USAGE


def test_a_rule_that_does_not_exist_is_named(write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write()
    path.write_text(path.read_text() + '[[exceptions]]\nrule = "idle_gpus"\nresource = "x"\nreason = "ours"\n')
    assert told(path) == Exit.INCOMPLETE
    assert "idle_gpu" in capsys.readouterr().out


def test_a_secret_that_is_not_set_hides_nothing_else(write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write()
    path.write_text(
        path.read_text().replace(
            '[forges.files]\nkind = "local"', '[forges.files]\nkind = "github"\ntoken_env = "NOT_SET"'
        )
    )
    assert told(path) == Exit.INCOMPLETE
    said = capsys.readouterr().out
    assert "environment variable NOT_SET, which is not set" in said
    assert "tickets are files in the outbox" in said


@pytest.mark.parametrize(
    ("number", "verdicts", "words"),
    [
        ("2.31.9", [Verdict.FAILED], "is too old, since it cannot be kept from reading its user's configuration"),
        ("2.34.1", [Verdict.WARNING, Verdict.WARNING], "has holes that a hostile repository can use"),
        ("2.39.5", [Verdict.OK], "git 2.39.5"),
    ],
)
def test_of_git_is_said_what_a_run_would_say(tmp_path: Path, monkeypatch, number: str, verdicts, words: str) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho git version {number}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))

    checks = [check for check in examine(parse("", tmp_path / "config.toml"), NOW) if check.unit == "git"]

    assert [check.verdict for check in checks] == verdicts
    assert words in checks[0].said


def test_a_ledger_is_opened_where_there_is_one(write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write()
    open_ledger(None, tmp_path / "state").close()
    told(path)
    assert "it holds 0 outcomes" in capsys.readouterr().out


def test_what_does_not_answer_in_time_is_said_and_not_waited_for(write, monkeypatch: pytest.MonkeyPatch) -> None:
    told = threading.Event()
    waited_for = threading.Event()

    def slow() -> tuple[()]:
        told.wait(100)
        waited_for.set()
        return ()

    monkeypatch.setattr(doctor, "_git", slow)
    path = write()
    checks = examine(parse(path.read_text(), path), NOW, seconds=0.5)
    assert not waited_for.is_set()
    told.set()
    assert [c.said for c in checks if c.unit == "git"] == ["it has not answered within 0 seconds"]
    assert next(c for c in checks if c.unit == "git").verdict is Verdict.FAILED
