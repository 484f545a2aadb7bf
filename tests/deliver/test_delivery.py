import json
from pathlib import Path

import pytest


def test_a_plan_becomes_one_branch_and_one_pull_request(desk, upstream) -> None:
    plan = desk.plan("b")
    [done] = desk.deliver(plan)

    assert (done.action, done.reference) == ("opened", "1")
    branch = f"remediator/ebs-gp3/{plan.id}"
    assert upstream.read(branch).count("gp3") == 1
    assert upstream.read("main").count("gp3") == 0
    pull = json.loads(Path(done.where).read_text())
    assert list(pull) == ["number", "repo", "base", "head", "title", "body", "labels", "assignees", "reviewers",
                          "draft", "state", "plan_ids"]  # fmt: skip
    assert (pull["repo"], pull["base"], pull["head"], pull["state"]) == ("acme/infra", "main", branch, "open")
    assert (pull["assignees"], pull["reviewers"]) == (["@acme/ranking"], ["@acme/ranking", "@bob"])
    assert pull["plan_ids"] == [plan.id]
    assert json.loads((desk.state_dir / "plans" / f"{plan.id}.json").read_text())["plan_id"] == plan.id


def test_github_smoke(hub, github, jira) -> None:
    [done, ticket] = hub.deliver(hub.plan("b"), hub.plan("a", doubts=("unsure",)))
    assert done.action == "opened", done
    assert ticket.action == "opened", ticket
    print(github.service.writes, jira.service.writes, [r.path for r in jira.service.requests])
    print(github.pulls[0]["body"]); print(jira.issues["FIN-1"]["fields"]["description"])
