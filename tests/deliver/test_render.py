import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given
from hypothesis import strategies as st

from remediator.config.own import parse_own
from remediator.deliver import dashboard, escape, saying
from remediator.deliver.boxes import boxes, is_ticked
from remediator.deliver.dashboard import NO_ANSWERS, Entry, Section
from remediator.deliver.disclosure import Shown
from remediator.deliver.markers import Marker, read_marker
from remediator.deliver.render import (
    PULL_LIMIT,
    TICKET_LIMIT,
    account_body,
    commit_message,
    onboarding_body,
    pull_request_body,
    pull_request_title,
    ticket_body,
)
from remediator.model import Effect, Evidence, PassedOver, Plan, Unattributed
from remediator.planfile import dump, load, to_planfile

IDS = Shown(resource_ids=True)
MARKER = Marker("a" * 16, "ebs_gp3", False, ("a" * 16,))
FORGED = f"<!-- remediator: plan={'f' * 16} rule=x removes=no fingerprints={'f' * 16} -->"
HOSTILE = (
    "@everyone "
    "<script>alert(1)</script> [click](https://evil.example) ![i](http://evil.example/x.png) www.evil.example "
    f"<https://evil.example> {{{{7*7}}}} {{% raw %}} {FORGED} | cell | `code` ``` ~~~ **bold** _x_ # h fixes #1 GH-2 "
    "GL-4 acme/infra#3 a@evil.example 123456789012 "
    "$x$ &lt;b&gt; \u202ertl\u200b\x1b[31m\n# heading\n- item\n- [x] <!-- rebuild --> now\n\n<img src=x>"
)
TEXT = {"p", "strong", "table", "thead", "tbody", "tr", "th", "td", "h3", "ul", "li", "code", "br", "em"}
ALLOWED = TEXT | {"details", "summary", "pre", "input"}  # the last of the box that is ours


class Seen(HTMLParser):
    """The tags, the boxes, and the text that is no code, of rendered Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.text, self.inputs, self._code = set(), "", 0, 0

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        self._code += tag == "code"
        self.inputs += tag == "input"

    def handle_endtag(self, tag) -> None:
        self._code -= tag == "code"

    def handle_data(self, data) -> None:
        self.text += "" if self._code else data


def rendered(body: str) -> Seen:
    """As GitHub's own renderer reads it, before its sanitizer takes anything away."""
    seen = Seen()
    seen.feed(html(body))
    return seen


def html(body: str) -> str:
    return cmarkgfm.github_flavored_markdown_to_html(body, options=Options.CMARK_OPT_UNSAFE)


def assert_harmless(seen: Seen) -> None:
    assert seen.tags <= ALLOWED, seen.tags - ALLOWED
    assert not re.search(r"@\w", seen.text)
    assert not re.search(r"https?://|www\.\w", seen.text)
    assert not re.search(r"#\d|\bG[HL]-\d", seen.text)


def body_of(plan, template: str) -> str:
    return pull_request_body(plan, MARKER) if template == "pull_request.md" else ticket_body(plan, MARKER, template)


@pytest.fixture
def hostile(make_plan, make_change):
    """A plan in which everything from outside is hostile."""
    plan = make_plan()
    change = make_change(title=HOSTILE, reason=HOSTILE, missing=(HOSTILE,), after=HOSTILE)
    change = replace(
        change,
        resource=replace(change.resource, id=HOSTILE),
        declared=replace(change.declared, at=replace(change.declared.at, index_key=HOSTILE)),
        actions=(replace(change.actions[0], live=HOSTILE),),
        evidence=(replace(change.evidence[0], name=HOSTILE, source=HOSTILE),),
    )
    commit = replace(plan.origin.created, author_name=HOSTILE, subject=HOSTILE, tool=HOSTILE)
    owner = replace(
        plan.origin.owners[0], handle=HOSTILE, evidence=(Evidence(HOSTILE, HOSTILE, 0.5),), escalation=HOSTILE
    )
    origin = replace(plan.origin, created=commit, owners=(owner,), passed_over=(PassedOver(HOSTILE, HOSTILE),))
    trace = replace(plan.traces[0], siblings=(HOSTILE,))
    return replace(plan, changes=(change,), origin=origin, traces=(trace,), doubts=(HOSTILE,))


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


@pytest.mark.parametrize(
    ("template", "limit"), [("pull_request.md", PULL_LIMIT), ("ticket.md", TICKET_LIMIT), ("ticket.jira", TICKET_LIMIT)]
)
def test_a_body_stays_below_the_limit(make_plan, make_change, template: str, limit: int) -> None:
    changes = tuple(make_change(f"{n}", reason=f"{n}" * 2000, missing=("x" * 900 + str(n),)) for n in range(300))
    plan = make_plan(changes=changes)
    body = body_of(plan, template)

    assert len(body) <= limit
    assert "more, which the plan file names" in body
    assert_whole(body)


def assert_whole(body: str) -> None:
    """No table, block or fold of it was cut."""
    lines = body.splitlines()
    for head in [n for n, line in enumerate(lines) if line.startswith("|---")]:
        rows = [line for line in lines[head + 1 :][: lines[head + 1 :].index("")] if line]
        assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {len(re.findall(r"\|", lines[head]))}
    assert body.count("<details>") == body.count("</details>")
    assert len([line for line in lines if line.startswith("```")]) % 2 == 0
    assert body.count("{noformat}") % 2 == 0


def grown(make_plan, size: int) -> Plan:
    """A plan whose diff makes the body longer by `size`, give or take nothing."""
    return make_plan(diff="x" * size)


def test_the_plan_file_is_folded_up_to_the_limit_and_left_out_whole_beyond_it(make_plan) -> None:
    room = PULL_LIMIT - len(pull_request_body(grown(make_plan, 0), MARKER))
    fits, beyond = (pull_request_body(grown(make_plan, room + more), MARKER) for more in (0, 1))

    assert len(fits) == PULL_LIMIT
    assert "<details>" not in beyond
    assert beyond == fits[: fits.index("<details>")].rstrip("\n") + "\n"
    for body in (fits, beyond):
        assert_whole(body)


def test_what_is_folded_is_the_plan_file(make_plan) -> None:
    block = pull_request_body(make_plan(), MARKER, IDS).partition("```json\n")[2].partition("\n```")[0]

    assert dump(load(block.encode(), "the body")) == dump(to_planfile(make_plan()))


def test_what_is_folded_is_inert_and_valid_where_all_of_it_is_hostile(hostile) -> None:
    body = pull_request_body(hostile, MARKER)
    block = body.partition("```json\n")[2].partition("\n```")[0]

    assert json.loads(block)["plan_id"] == hostile.id
    assert load(block.encode(), "the body").edits == to_planfile(hostile).edits
    assert "123456789012" not in block
    assert "@" not in block and "<" not in block and block.isascii()


@pytest.mark.parametrize("template", ["pull_request.md", "ticket.md", "ticket.jira"])
@pytest.mark.parametrize("letter", ["<", "\\", "|", "𝔘", "`"])
def test_text_that_grows_as_it_is_escaped_stays_below_the_limit(make_plan, make_change, template, letter) -> None:
    """100 kB in every field that a stranger can fill."""
    long = letter * 100_000
    change = make_change(title=long, reason=long, missing=(long,) * 25, after=long)
    change = replace(change, resource=replace(change.resource, id=long), actions=change.actions * 12)
    plan = make_plan(changes=tuple(replace(change, concern=f"{n}") for n in range(12)), doubts=(long,) * 25)
    body = body_of(plan, template)

    assert len(body) <= (PULL_LIMIT if template == "pull_request.md" else TICKET_LIMIT)
    assert_whole(body)
    assert not template.endswith("md") or read_marker(body) == MARKER


def test_the_body_says_how_to_keep_it_as_it_is_in_words_that_are_read(make_plan) -> None:
    body = pull_request_body(make_plan(), MARKER)

    line = next(line for line in body.splitlines() if line.startswith("- To keep"))
    own = parse_own(line.split("`")[3].encode(), ".remediator.toml")

    assert own.exceptions[0].resource == "aws_ebs_volume.a"


def test_a_box_in_hostile_text_is_none_of_ours(hostile) -> None:
    assert [box.verb for box in boxes(pull_request_body(hostile, MARKER))] == ["rebuild"]
    assert not is_ticked(pull_request_body(hostile, MARKER), "rebuild")


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
    body = pull_request_body(_attacked(make_plan, make_change, attack), MARKER)
    calm = rendered(pull_request_body(_attacked(make_plan, make_change, "calm"), MARKER))
    seen = rendered(body)

    assert_harmless(seen)
    assert (seen.tags, seen.inputs) == (calm.tags, calm.inputs)
    assert not re.search(r"^/|[\u202a-\u202e\u2066-\u2069]", body, re.MULTILINE)
    assert not re.search(r"ghp_a|123456789012|mail@evil", body)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda text: text[:20])
def test_an_attack_is_but_text_in_all_else_that_is_posted(make_plan, make_change, attack: str) -> None:
    plan = _attacked(make_plan, make_change, attack)
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
    body = ticket_body(_attacked(make_plan, make_change, attack), MARKER, "ticket.jira")
    calm = ticket_body(_attacked(make_plan, make_change, "calm"), MARKER, "ticket.jira")

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


def _attacked(make_plan, make_change, text: str) -> Plan:
    """A plan with the text in every place where a repository, a tag or a person may have put it."""
    change = make_change(title=text, reason=text, missing=(text,))
    change = replace(
        change, resource=replace(change.resource, id=text), actions=(replace(change.actions[0], live=text),)
    )
    plan = make_plan(change=change, doubts=())
    commit = replace(plan.origin.created, author_name=text, subject=text)
    origin = replace(plan.origin, created=commit, passed_over=(PassedOver(text, text),))
    return replace(plan, origin=origin, traces=(replace(plan.traces[0], siblings=(text,)),))
