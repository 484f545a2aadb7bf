"""Requests that merge themselves, what was proved on their commits, and what a plan server says of them."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.deliver.grouped import grouped
from tests.deliver.volume_plans import MAIN, NOW

AUTO = {"by": None, "auto_merge": ("ebs_gp3",)}
AROUND = MAIN.replace('"a" {\n', '"a" {\n  size = 1\n', 1)
CONTEXT = "atlantis/apply: envs/dev/default"


def only(done) -> tuple[str, str | None]:
    [(_, delivered)] = done
    return delivered.action, delivered.reason


@pytest.mark.parametrize("where", ["hub", "lab"])
def test_a_proved_request_is_asked_to_merge_once(where: str, request) -> None:
    desk = request.getfixturevalue(where)
    fake = request.getfixturevalue("github" if where == "hub" else "gitlab")
    plan = desk.plan(proved=True)
    if where == "lab":  # its pipeline starts after the request is there
        action, reason = only(grouped(desk, [plan], **AUTO))
        assert (action, "no pipeline under way" in reason) == ("opened", True)
        fake.requests[0]["pipeline"] = {"id": 7, "status": "running"}
        assert only(grouped(desk, [plan], **AUTO)) == ("kept", None)
        assert fake.requests[0]["merge_when_pipeline_succeeds"]
        fake.requests[0]["merge_when_pipeline_succeeds"] = False
    else:
        assert only(grouped(desk, [plan], **AUTO)) == ("opened", None)
        assert fake.pulls[0]["auto_merge"]
        fake.pulls[0]["auto_merge"] = None
    writes = len(fake.service.writes)

    assert only(grouped(desk, [plan], **AUTO)) == ("kept", None)

    assert len(fake.service.writes) == writes, "whoever took it back is not overruled"


@pytest.mark.parametrize(
    ("proved", "rules", "draft"),
    [(False, ("ebs_gp3",), False), (True, ("idle_gpu",), False), (True, ("ebs_gp3",), True)],
)
def test_nothing_else_merges_itself(hub, github, proved: bool, rules: tuple[str, ...], draft: bool) -> None:
    grouped(hub, [hub.plan(proved=proved)], by=None, auto_merge=rules, draft=draft)

    assert github.pulls[0]["auto_merge"] is None


def test_several_findings_never_merge_themselves(hub, github) -> None:
    grouped(hub, [hub.plan("a", proved=True), hub.plan("b", proved=True)], by="root", auto_merge=("ebs_gp3",))

    assert [pull["auto_merge"] for pull in github.pulls] == [None]


def test_a_forge_that_does_not_merge_loses_no_request(hub, github) -> None:
    github.auto_merges = False

    action, reason = only(grouped(hub, [hub.plan(proved=True)], **AUTO))

    assert (action, reason.startswith("auto-merge was not taken")) == ("opened", True)
    assert len(github.pulls) == 1


@pytest.mark.parametrize("proved", [True, False])
def test_what_was_proved_stands_on_the_commit(hub, github, upstream, proved: bool) -> None:
    grouped(hub, [hub.plan(proved=proved)], by=None, status=True)

    head = upstream.branches()[github.pulls[0]["head"]["ref"]]
    [status] = github.statuses
    assert (status["sha"], status["context"], status["state"]) == (head, "remediator/proof", "success")
    assert status["description"].startswith("Terraform, before and after" if proved else "The code, before and after")


def test_a_label_keeps_a_plan_server_away(desk) -> None:
    [(_, done)] = grouped(desk, [desk.plan()], by=None, disable_autoplan_label="no-autoplan")

    assert "no-autoplan" in json.loads(Path(done.where).read_text())["labels"]


@pytest.mark.parametrize("where", ["desk", "hub", "lab"])
@pytest.mark.parametrize("state", ["success", "pending"])
def test_what_a_plan_server_applied_is_not_moved(where: str, state: str, request, upstream) -> None:
    desk = request.getfixturevalue(where)
    desk.deliver(desk.plan())
    forge = desk.places().forge(desk.repository, desk.clone())
    forge.set_status(
        desk.repository.forge_slug, forge.review(desk.repository.forge_slug, "1").head, CONTEXT, state, "1/1"
    )
    before = upstream.branches()
    upstream.commit({"main.tf": AROUND})

    [done] = desk.deliver(conflicting(desk), now=NOW + timedelta(days=1))

    held = state == "success"
    assert done.action == ("kept" if held else "rebuilt"), done
    assert ("says that it is applied" in (done.reason or "")) is held
    moved = {name for name, sha in upstream.branches().items() if before.get(name) != sha} - {"main"}
    assert bool(moved) is not held


def conflicting(desk):
    """The plan anew, after the code around its edit became other code."""
    source = AROUND.encode()
    plan, blob = desk.plan(), hashlib.sha1(b"blob %d\0" % len(source) + source).hexdigest()
    shift = len("  size = 1\n")
    [edit] = plan.edits
    return replace(plan, edits=(replace(edit, blob=blob, start=edit.start + shift, end=edit.end + shift),))
