"""Hostile text in all that is posted is but text."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.deliver import dashboard, escape, saying
from remediator.deliver.dashboard import NO_ANSWERS, Entry, Section
from remediator.deliver.markers import read_marker
from remediator.deliver.render import (
    account_body,
    commit_message,
    onboarding_body,
    pull_request_body,
    pull_request_title,
    ticket_body,
)
from remediator.model import PassedOver, Plan
from tests.deliver.rendered import MARKER, assert_harmless, body_of, html, rendered


@pytest.mark.parametrize("template", ["pull_request.md", "ticket.md"])
def test_nothing_hostile_survives_in_markdown(hostile, template: str) -> None:
    body = body_of(hostile, template)

    seen = rendered(body)
    assert_harmless(seen)
    assert seen.inputs == (1 if template == "pull_request.md" else 0)
    assert read_marker(body) == MARKER
    assert body.count("<!--") == (2 if template == "pull_request.md" else 1)  # the marker, and a box of ours
    assert "{{" not in body and "{%" not in body
    assert "a@evil.example" not in body and "123456789012" not in body
    assert not re.search("[\u202a-\u202e\x00-\x09\x0b-\x1f]", body)
    assert [line for line in body.splitlines() if line.startswith("#")] == [
        line for line in body.splitlines() if re.fullmatch(r"### [A-Z][a-z ]+", line)
    ]


def test_nothing_hostile_survives_in_wiki_markup(hostile) -> None:
    body = ticket_body(hostile, MARKER, "ticket.jira")

    assert not re.search(r"(?<!\\)\[|://|(?<!\\)@\w|<", body)
    assert not re.search(r"(?<!\\)!|(?<!\\)\{(?:code|color|html|noformat)", body)
    assert "a@evil.example" not in body and "123456789012" not in body
    assert [line for line in body.splitlines() if line.startswith("h")] == re.findall(r"(?m)^h3\. [A-Z].*$", body)


def test_titles_and_commits_are_plain_and_forge_no_trailer(hostile) -> None:
    title, message = pull_request_title(hostile), commit_message(hostile)

    subject, blank, *_, last = message.rstrip("\n").split("\n")
    assert (len(title) <= 130, len(subject) <= 80, blank) == (True, True, "")
    assert not re.search(r"@\w|#\d|://", title + message)
    assert last.startswith("Remediator-Plan: ")
    assert message.rstrip("\n").rpartition("\n\n")[2] == last


@given(st.text(max_size=60))
def test_any_text_is_one_paragraph_of_text(text: str) -> None:
    seen = rendered(escape.markdown(text))
    assert seen.tags <= {"p"}
    assert_harmless(seen)


@given(st.text(max_size=60))
def test_any_text_is_one_code_span(text: str) -> None:
    seen = rendered(f"a {escape.markdown_code(text)} b")
    assert seen.tags <= {"p", "code"}
    assert seen.text.strip() in ("a  b", "a b")


@given(st.text(max_size=60))
def test_any_text_is_one_cell(text: str) -> None:
    for shown in (escape.markdown(text), escape.cell(escape.markdown_code(text))):
        table = html(f"| a | b |\n|---|---|\n| {shown} | end |\n")
        assert table.count("<td>") == 2
        assert "<td>end</td>" in table


ATTACKS = (
    "@everyone",
    "@acme/owners please approve",
    "![x](https://evil.example/pixel.png)",
    "<img src=https://evil.example/p onerror=alert(1)>",
    "<details><summary>x</summary>",
    "fixes #1, closes acme/infra#2, resolves GH-3",
    "[~admin] [~accountid:5b10a]",
    "{include:page=Secrets} {jira:FIN-1} {html}<b>{html} {color:red}x{color}",
    "!https://evil.example/p.png! h1. head || a | b ||",
    "{{ config }} {% import os %} {# note #}",
    "safe \u202egnp.exe \u2066x\u2069",
    "/close\n/merge\n/assign @root",
    "``` ~~~ <!-- --> ]]> </details>",
    "www.evil.example http://evil.example mail@evil.example xmpp:a@evil.example",
    "ghp_" + "a" * 36,
    "arn:aws:iam::123456789012:role/Deploy123456789012",
    "| a | b |\n|---|---|",
    "x" * 100_000,
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda text: text[:20])
def test_an_attack_is_but_text_on_a_forge(make_plan, make_change, attack: str) -> None:
    body = pull_request_body(attacked(make_plan, make_change, attack), MARKER)
    calm = rendered(pull_request_body(attacked(make_plan, make_change, "calm"), MARKER))
    seen = rendered(body)

    assert_harmless(seen)
    assert (seen.tags, seen.inputs) == (calm.tags, calm.inputs)
    assert not re.search(r"^/|[\u202a-\u202e\u2066-\u2069]", body, re.MULTILINE)
    assert not re.search(r"ghp_a|123456789012|mail@evil", body)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda text: text[:20])
def test_an_attack_is_but_text_in_all_else_that_is_posted(make_plan, make_change, attack: str) -> None:
    plan = attacked(make_plan, make_change, attack)
    marker = replace(MARKER, rule="onboarding")
    entry = Entry(Section.ERRORED, plan.id, attack, reference=attack, where=attack, note=attack)
    posted = {
        "onboarding": onboarding_body([plan], ".remediator.toml", attack.replace("\n", " ")[:80], 5, marker),
        "account": account_body([plan], attack, marker, "ticket.md"),
        "dashboard": dashboard.render([entry], NO_ANSWERS, 0.2),
        "comment": saying.doubted([attack]),
    }

    for where, body in posted.items():
        seen = rendered(body)
        assert_harmless(seen)
        assert "a" not in seen.tags and "img" not in seen.tags, where
        assert not re.search(r"^/|[\u202a-\u202e\u2066-\u2069]", body, re.MULTILINE), where
        assert not re.search(r"ghp_a|123456789012|mail@evil", body), where


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda text: text[:20])
def test_an_attack_is_but_text_in_jira(make_plan, make_change, attack: str) -> None:
    body = ticket_body(attacked(make_plan, make_change, attack), MARKER, "ticket.jira")
    calm = ticket_body(attacked(make_plan, make_change, "calm"), MARKER, "ticket.jira")

    for macro in (
        r"(?<!\\)\[",
        r"(?<!\\)\{",
        r"(?<!\\)!",
        r"(?<!\\)\|",
        r"^h\d\.",
        r"(?<!\\)@\w",
        r"://",
        r"[<\u202a-\u202e]",
    ):
        own, others = (len(re.findall(macro, text, re.MULTILINE)) for text in (calm, body))
        assert others == own, macro
    assert not re.search(r"ghp_a|123456789012|mail@evil", body)


def attacked(make_plan, make_change, text: str) -> Plan:
    """A plan with the text in every place where a repository, a tag or a person may have put it."""
    change = make_change(title=text, reason=text, missing=(text,))
    change = replace(
        change, resource=replace(change.resource, id=text), actions=(replace(change.actions[0], live=text),)
    )
    plan = make_plan(change=change, doubts=())
    commit = replace(plan.origin.created, author_name=text, subject=text)
    origin = replace(plan.origin, created=commit, passed_over=(PassedOver(text, text),))
    return replace(plan, origin=origin, traces=(replace(plan.traces[0], siblings=(text,)),))
