"""What the README says can be done can be done."""

import re
import shlex
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from remediator.cli.app import app
from remediator.config import parse

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_configuration_loads() -> None:
    config = parse(blocks("toml")[0], ROOT / "config.toml")

    assert config.repositories[0].forge_slug == "acme/infra"
    assert not config.run.deliver


def test_the_configuration_for_gitlab_loads() -> None:
    text = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "gitlab.md").read_text("utf-8"), re.DOTALL)[0]
    config = parse(text, ROOT / "config.toml")

    assert config.repositories[0].forge_slug == "acme/ml/infra"
    assert config.forges["gitlab"].kind == "gitlab"


def commands() -> list[str]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    lines += re.findall(r"^\| `(remediator [^`]*)`", README, re.MULTILINE)
    return sorted({line.partition("#")[0].strip() for line in lines if line.startswith("remediator ")})


@pytest.mark.parametrize("line", commands())
def test_every_command_and_option_exists(line: str) -> None:
    words = shlex.split(re.sub(r"[\[\]]", " ", line.replace("\\|", "|")))
    command = get_command(app).commands[words[1]]  # type: ignore[attr-defined]
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}

    assert {word for word in words if word.startswith("-")} <= known


def test_the_schedules_are_valid_yaml() -> None:
    workflow, job = (yaml.safe_load(block) for block in blocks("yaml"))

    assert workflow["jobs"]["remediator"]["steps"]
    assert job["spec"]["concurrencyPolicy"] == "Forbid"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_every_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


def test_every_make_target_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    for target in re.findall(r"make (\w+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
