"""The command line as a person and a script meet it; what needs an estate is in tests/demo."""

import json
from pathlib import Path

import pytest

from remediator.cli.app import execute
from remediator.cli.console import Exit
from remediator.cli.run import interval
from remediator.errors import ConfigError

EMPTY = """
[run]
state_dir = "state"
"""


@pytest.fixture
def config(tmp_path: Path) -> str:
    path = tmp_path / "config.toml"
    path.write_text(EMPTY)
    return str(path)


@pytest.mark.parametrize("command", ["run", "plan", "explain", "verify", "apply", "planners", "demo", "doctor"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute([command, "--help"]) == Exit.DONE
    assert "Usage: remediator " + command in capsys.readouterr().out


def test_a_run_over_nothing_is_done(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["run", "--config", config]) == Exit.DONE

    assert "Nothing new to do" in capsys.readouterr().out


def test_json_is_alone_on_standard_output(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["plan", "--config", config, "--format", "json"]) == Exit.DONE

    document = json.loads(capsys.readouterr().out)
    assert document["delivering"] is False
    assert document["counts"] == {"resources": 0, "declared": 0}


def test_a_missing_configuration_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["run", "--config", str(tmp_path / "none.toml")]) == Exit.USAGE

    captured = capsys.readouterr()
    assert "config.example.toml" in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "--only", "idle_gpuu"], "did you mean 'idle_gpu'?"),
        (["run", "--account", "prod"], "--account prod is not configured"),
        (["plan", "--repo", "infra"], "--repo infra is not configured"),
        (["run", "--every", "often"], "--every often: not an interval"),
        (["run", "--format", "xml"], "xml"),
        (["apply", "plan.json"], "--repo"),
    ],
)
def test_a_wrong_word_is_named(
    arguments: list[str], sentence: str, config: str, capsys: pytest.CaptureFixture[str]
) -> None:
    extra = [] if arguments[0] == "apply" else ["--config", config]

    assert execute([*arguments, *extra]) == Exit.USAGE
    assert sentence in " ".join(capsys.readouterr().err.split())


def test_a_resource_that_was_not_seen_is_a_sentence(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["explain", "i-0", "--config", config]) == Exit.INCOMPLETE
    assert "i-0 was not seen" in capsys.readouterr().err


def test_failed_units_are_named_and_the_exit_code_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "config.toml"
    path.write_text(EMPTY + '[[repositories]]\nname = "infra"\nurl = "nowhere.git"\n')

    assert execute(["run", "--config", str(path)]) == Exit.INCOMPLETE
    assert "Failed: infra: " in capsys.readouterr().out


def test_the_planners_are_listed_with_their_settings(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["planners", "--config", config, "--format", "json"]) == Exit.DONE

    rules = {row["rule"]: row for row in json.loads(capsys.readouterr().out)}
    assert {"ebs_gp3", "idle_gpu", "idle_endpoint", "rightsize_instance", "unattached_volume"} <= set(rules)
    assert rules["idle_gpu"]["settings"]["gpu_percent"] == 1.0
    assert (rules["idle_gpu"]["environments"], rules["idle_gpu"]["off"]) == ({}, [])


def test_the_settings_of_environments_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    path = tmp_path / "config.toml"
    path.write_text(
        "[planners.idle_gpu]\ngpu_percent = 2\n[planners.idle_gpu.dev]\ncpu_percent = 9\n"
        "[planners.idle_gpu.prod]\nenabled = false\n"
    )

    assert execute(["planners", "--config", str(path), "--format", "json"]) == Exit.DONE
    [row] = [row for row in json.loads(capsys.readouterr().out) if row["rule"] == "idle_gpu"]
    assert row["environments"] == {"dev": {**row["settings"], "cpu_percent": 9.0}}
    assert row["off"] == ["prod"]
    assert execute(["planners", "--config", str(path)]) == Exit.DONE
    shown = capsys.readouterr().out
    assert "dev.cpu_percent = 9.0" in shown
    assert "dev.gpu_percent" not in shown
    assert "off in prod" in shown


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("30m", 1800), ("1h", 3600), ("2d", 172800)])
def test_intervals(text: str, seconds: int) -> None:
    assert seconds == interval(text).total_seconds()


@pytest.mark.parametrize("text", ["", "0m", "-1h", "1w", "h"])
def test_what_is_no_interval(text: str) -> None:
    with pytest.raises(ConfigError):
        interval(text)


TOKENS = """
[[repositories]]
name = "infra"
url = "nowhere.git"
forge = "gh"
tracker = "j"
[forges.gh]
kind = "github"
token_env = "FORGE_SECRET"
[trackers.j]
kind = "jira"
url = "https://a.example"
user_env = "JIRA_PERSON"
token_env = "JIRA_SECRET"
"""


@pytest.mark.parametrize("missing", ["FORGE_SECRET", "JIRA_PERSON", "JIRA_SECRET"])
def test_a_missing_token_stops_a_delivery_before_it_begins(
    missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(EMPTY + TOKENS)
    for name in {"FORGE_SECRET", "JIRA_PERSON", "JIRA_SECRET"} - {missing}:
        monkeypatch.setenv(name, "x")
    monkeypatch.delenv(missing, raising=False)

    assert execute(["run", "--deliver", "--config", str(path)]) == Exit.USAGE
    assert f"environment variable {missing}, which is not set" in " ".join(capsys.readouterr().err.split())
    assert execute(["run", "--config", str(path)]) == Exit.INCOMPLETE


def test_a_value_that_should_be_a_list_is_said_in_the_words_of_toml(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(EMPTY + '[[accounts]]\nname = "dev"\nregions = "us-east-1"\n')

    assert execute(["run", "--config", str(path)]) == Exit.USAGE
    assert "accounts.0.regions: write a list, in brackets" in " ".join(capsys.readouterr().err.split())


def test_a_failed_unit_is_named_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(EMPTY + '[[accounts]]\nname = "dev"\nregions = ["us-east-1"]\nprofile = "nobody"\n')
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    assert execute(["run", "--config", str(path)]) == Exit.INCOMPLETE
    assert capsys.readouterr().out.count("dev/us-east-1") == 1
