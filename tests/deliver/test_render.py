"""What a reviewer and the owner of a ticket read."""

import re
from dataclasses import replace

import pytest

from remediator.deliver.render import pull_request_body, ticket_body
from remediator.model import Effect, Unattributed
from tests.deliver.rendered import IDS, MARKER, body_of, html


def test_a_reviewer_finds_what_a_reviewer_needs(make_plan) -> None:
    body = pull_request_body(make_plan("b"), MARKER, IDS)

    for said in (
        "**Move a gp2 volume to gp3**: gp3 does the same for a fifth less.",
        "Saves **12.40 USD a month** (list price, table of 2026-11-01).",
        "| `aws_ebs_volume.b`<br>vol-b in us-east-1 | `type: gp2 → gp3` | 12.40 | @\u200bacme/ranking |",
        "| `aws_ebs_volume.b`<br>volume\\_ops \\(ops/s\\)<br>14 days to 2026-11-23",
        "12:00, 99.2% of 4032, AWS/EBS | ▁█·▄ | 3 / 40 / 1,234 / 1,500 |",
        "changes the resource in place",
        "| `aws_ebs_volume.b` | update | type |",
        "at `main.tf:6`",
        "created by Alice Moreau on 2026-11-23 in commit cccccccccc, pull request 12 “Add volumes”, written by human",
        "| @\u200bacme/ranking | 90 % | CODEOWNERS: line 3 (0.90) |",
        "Not measured: memory.",
        "**close it**",
        "remediator apply PLAN.json --repo DIR",
    ):
        assert said in body
    assert "alice@acme.io" not in body


@pytest.mark.parametrize("daily", [b"", bytes((0, 254))])
def test_evidence_of_a_day_has_no_empty_column_of_days(make_plan, make_change, daily: bytes) -> None:
    change = make_change(effect=Effect.STOP)
    plan = make_plan(change=replace(change, evidence=(replace(change.evidence[0], peaks=daily),)))

    for template in ("pull_request.md", "ticket.md", "ticket.jira"):
        body = body_of(plan, template)
        assert ("peaks" in body) is bool(daily)
        assert "what instance store holds is lost" in body
    (head,) = re.findall("<tr>(?:(?!</tr>).)*>resource, metric<.*?</tr>", html(body_of(plan, "ticket.md")), re.DOTALL)
    assert head.count("<th") == 2 + bool(daily)


def test_what_is_unknown_is_said(make_plan, make_change) -> None:
    plan = make_plan(change=make_change(saving=None), origin=Unattributed("no code declares it"), traces=())
    body = ticket_body(plan, MARKER, "ticket.md")

    assert "no saving is claimed" in body
    assert "Its origin is not known: no code declares it" in body
    assert "Nobody could be named" in body


@pytest.mark.parametrize("template", ["pull_request.md", "ticket.md", "ticket.jira"])
def test_what_saves_nothing_by_itself_has_no_unknown_price(make_plan, make_change, template: str) -> None:
    plan = make_plan(change=make_change(saving=None, saves_nothing=True))
    body = body_of(plan, template)

    assert "By itself it saves nothing, at whatever price." in body
    assert "not known, so no saving" not in body and "price is not known" not in body


@pytest.mark.parametrize("template", ["ticket.md", "ticket.jira"])
def test_a_ticket_that_asks_for_something_says_what_and_no_change(make_plan, make_change, template: str) -> None:
    wants = "run the agent with its nvidia_gpu section | all the time"
    change = make_change(saving=None, saves_nothing=True, actions=(), asks=wants)
    body = body_of(make_plan(change=change, traces=(), edits=()), template)

    assert "What is asked" in body and "what to do" in body
    assert escaped(wants, template) in body
    assert "It changes nothing of what runs. Risk low, effort low.\n" in body
    assert "→" not in body and "Revert" not in body and "What should change" not in body
    assert "Do it, or close this ticket" in body


def escaped(text: str, template: str) -> str:
    return text.replace("|", "\\|").replace("_", "\\_")


@pytest.mark.parametrize("template", ["pull_request.md", "ticket.md", "ticket.jira"])
def test_whom_history_only_suggests_is_shown_as_such_and_not_as_the_owner(make_plan, template: str) -> None:
    plan = make_plan()
    owner = replace(plan.origin.owners[0], handle="Bo Lind", suggested=True)
    body = body_of(replace(plan, origin=replace(plan.origin, owners=(owner,))), template)

    assert "Bo Lind (only suggested by history)" in body
    assert body.partition("<details>")[0].count("Bo Lind") == 1
    assert "Nobody is known well enough to be asked by name; please assign it." in body
