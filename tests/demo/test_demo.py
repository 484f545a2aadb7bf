"""The demo, run twice as a person would, then a third time after an answer."""

import contextlib
import io
import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import Mock

import jsonschema
import pytest

from remediator.cli.app import execute
from remediator.demo.estate import served

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Demo:
    folder: Path
    first: str
    second: str
    after_first: dict[str, bytes]
    after_second: dict[str, bytes]

    @property
    def state_dir(self) -> Path:
        return self.folder / ".remediator"

    def documents(self, kind: str) -> list[dict[str, object]]:
        return [json.loads(p.read_text()) for p in sorted((self.state_dir / "outbox" / kind).glob("*.json"))]

    def body(self, title: str) -> str:
        return next(str(d["body"]) for d in self.documents("pulls") if title in str(d["title"]))


def run_demo(folder: Path) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "160")
        assert execute(["demo", "--dir", str(folder)]) == 0
    return out.getvalue()


def files(folder: Path) -> dict[str, bytes]:
    kept = ("outbox", "plans", "repositories")
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and set(kept) & set(p.parts)}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo") / "estate"
    first = run_demo(folder)
    after_first = files(folder)
    second = run_demo(folder)
    yield Demo(folder, first, second, after_first, files(folder))


def test_what_it_finds(demo: Demo) -> None:
    titles = {str(d["title"]) for d in demo.documents("pulls")}
    tickets = {str(d["summary"]) for d in demo.documents("tickets")}

    assert titles == {
        "Stop idle GPU instance aws_instance.notebook",
        "Stop idle GPU group aws_autoscaling_group.sweep",
        "Resize module.feature_store.aws_instance.this from m5.4xlarge to m5.2xlarge",
        "Move aws_ebs_volume.features from gp2 to gp3",
        "Move aws_ebs_volume.scratch from gp2 to gp3",
        "Move aws_ebs_volume.data from gp2 to gp3",
        "Take a final snapshot of unattached volume aws_ebs_volume.old_checkpoints before its removal",
    }
    assert len(tickets) == 5
    assert not any("embedding" in title for title in titles | tickets)


def test_every_ticket_says_why_there_is_no_pull_request(demo: Demo) -> None:
    reasons = {str(d["summary"]): str(d["description"]) for d in demo.documents("tickets")}
    stopped = next(text for title, text in reasons.items() if "aws_instance.protein" in title)
    shared = next(text for title, text in reasons.items() if "ranking_trainer" in title)
    unmeasured = next(text for title, text in reasons.items() if "aws_instance.vision" in title)

    assert all("no pull request" in text for text in reasons.values())
    assert "3.39.0" in stopped
    assert "embedding\\_trainer" in shared
    assert "CloudWatch agent" in unmeasured


def test_the_history_is_told_right(demo: Demo) -> None:
    notebook = demo.body("aws_instance.notebook")
    features = demo.body("aws_ebs_volume.features")
    sweep = demo.body("aws_autoscaling_group.sweep")

    assert "created by Ada Ferreira" in notebook
    assert "github-actions" not in notebook.split("created by")[1].splitlines()[0]
    assert "Claude Code" in features
    assert "pull request 23" in features
    assert "created by Ben Okafor" in sweep
    assert "pull request 14" in sweep
    assert "@\u200bacme/ranking" in sweep
    assert "acme.example" not in notebook + features + sweep


def test_the_branches_hold_just_the_edits(demo: Demo) -> None:
    pull = next(d for d in demo.documents("pulls") if "scratch" in str(d["title"]))
    repository = demo.folder / "repositories" / "ml-platform.git"

    changed = subprocess.run(
        ["git", "-C", str(repository), "diff", "--unified=0", f"{pull['base']}...{pull['head']}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = [line for line in changed.splitlines() if re.match(r"[+-][^+-]", line)]

    assert lines == [
        '-scratch_type = "gp2"',
        '+scratch_type = "gp3"',
        "+  iops              = 3600",
        "+  throughput        = 250",
    ]


def test_the_diff_in_the_readme_is_real(demo: Demo) -> None:
    shown = re.findall(r"```diff\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    plans = [json.loads(path.read_text()) for path in (demo.state_dir / "plans").glob("*.json")]

    assert shown[0] in [plan["diff"]["untrusted"] for plan in plans]


def test_every_plan_file_is_valid_and_applies(demo: Demo, tmp_path: Path) -> None:
    schema = json.loads((ROOT / "docs" / "plan.schema.json").read_text())
    plans = sorted((demo.state_dir / "plans").glob("*.json"))
    pull = next(d for d in demo.documents("pulls") if "feature_store" in str(d["title"]))
    plan = demo.state_dir / "plans" / f"{pull['plan_ids'][0]}.json"
    checkout = tmp_path / "checkout"
    subprocess.run(
        ["git", "clone", "-q", str(demo.folder / "repositories" / "ml-platform.git"), str(checkout)], check=True
    )

    assert len(plans) == 12
    for path in plans:
        jsonschema.validate(json.loads(path.read_text()), schema)
    assert execute(["apply", str(plan), "--repo", str(checkout), "--check"]) == 0
    assert execute(["apply", str(plan), "--repo", str(checkout)]) == 0
    assert 'instance_type = "m5.2xlarge" # sized for' in (checkout / "envs/dev/features.tf").read_text()


def test_the_second_run_finds_nothing_new_and_says_so(demo: Demo) -> None:
    assert "Nothing new to do" in demo.second
    assert "Nothing new to do" not in demo.first
    assert demo.after_second == demo.after_first


def test_the_second_run_asks_for_no_metric(demo: Demo) -> None:
    runs = sorted((demo.state_dir / "runs").glob("*.json"))
    calls = [{c["operation"] for c in json.loads(path.read_text())["calls"]} for path in runs]

    assert "GetMetricData" not in calls[-1]


def test_the_output_shows_owner_money_and_diffs(demo: Demo) -> None:
    assert "@acme/ranking" in demo.first
    assert "767.96" in demo.first
    assert '+scratch_type = "gp3"' in demo.first
    assert "outbox/pulls" in demo.first


def test_a_declined_request_stays_declined(demo: Demo) -> None:
    path = next(
        p
        for p in (demo.state_dir / "outbox" / "pulls").glob("*.json")
        if "notebook" in json.loads(p.read_text())["title"]
    )
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"state": "closed"}))

    third = run_demo(demo.folder)

    assert "Nothing new to do" in third
    assert "declined" in third
    assert json.loads(path.read_text())["state"] == "closed"


def test_explain_prints_the_whole_chain(
    demo: Demo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    with served(demo.folder) as estate:
        # Its machines are measured up to the hour of its building, and a quarter of a day ends every six hours.
        monkeypatch.setattr("remediator.cli.explain.datetime", Mock(now=lambda _: estate.now))
        assert (
            execute(["explain", "module.feature_store.aws_instance.this", "--config", str(demo.folder / "config.toml")])
            == 0
        )
        chain = " ".join(capsys.readouterr().out.split())
        assert execute(["explain", "i-0", "--config", str(demo.folder / "config.toml")]) == 3

    assert "module.feature_store.aws_instance.this in ml-platform:envs/dev" in chain
    assert "envs/dev/features.tf:1" in chain
    assert "modules/server/main.tf" in chain
    assert "Chloe Lindqvist" in chain
    assert "@acme/ml-infra" in chain
    assert '+ instance_type = "m5.2xlarge"' in chain
