"""A ticket in Jira's wiki markup as a person sees it, read by a parser of that markup that is not ours."""

import re

import cmarkgfm
import pytest
from jira2markdown import convert

from remediator.deliver.disclosure import Shown
from remediator.deliver.markers import Marker
from remediator.deliver.render import ticket_body

SHOWN = Shown(resource_ids=True, net_rates=True, people=True)


@pytest.fixture
def page(make_plan) -> str:
    """The ticket of a plain plan, as HTML."""
    plan = make_plan(doubts=("the value comes from another repository",))
    body = ticket_body(plan, Marker(plan.id, "ebs_gp3", False, plan.fingerprints), "ticket.jira", SHOWN)
    return cmarkgfm.github_flavored_markdown_to_html(convert(body))


def test_tables_are_whole_and_headings_are_headings(page: str) -> None:
    tables = re.findall(r"<table>(.*?)</table>", page, re.DOTALL)
    widths = [{row.count("<t") - 1 for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)} for table in tables]
    assert widths == [{3}, {3}, {3}]
    assert re.findall(r"<h3>(.*?)</h3>", page) == [
        "Why there is no pull request", "What should change", "Where to look", "Evidence", "Who owns it",
        "What to do with it",
    ]  # fmt: skip


def test_nothing_of_the_markup_is_left_and_what_follows_a_table_is_not_in_it(page: str) -> None:
    seen = re.sub(r"<code>.*?</code>", "", page)
    assert not re.search(r"\|\||^h3\.|\{\{|\{noformat\}", seen, re.MULTILINE)
    assert "<p>Bars are the peaks of days" in page
    assert "<strong>12.40 USD a month</strong>" in page
