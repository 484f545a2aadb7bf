"""The plan file in a body: folded up to the limit, left out whole beyond it."""

import json
import re
from dataclasses import replace

import pytest

from remediator.config.own import parse_own
from remediator.deliver.boxes import boxes, is_ticked
from remediator.deliver.markers import read_marker
from remediator.deliver.render import PULL_LIMIT, TICKET_LIMIT, pull_request_body
from remediator.model import Plan
from remediator.planfile import dump, load, to_planfile
from tests.deliver.rendered import IDS, MARKER, body_of


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
