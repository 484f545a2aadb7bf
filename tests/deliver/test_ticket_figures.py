"""An open ticket whose saving moves: calm within a fifth, one comment beyond it, and a person's text is theirs."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from remediator.model import Saving
from tests.deliver.volume_plans import NOW

SAVES = Saving(Decimal("100"), Decimal(90), Decimal(110), "EUR", "list price", "table", date(2026, 11, 1))


@pytest.fixture
def run(hub, make_change):
    """A run on a day that would save so much a month."""

    def run(day: int, monthly: str) -> str:
        saving = replace(SAVES, monthly=Decimal(monthly))
        plan = hub.plan(changes=(make_change("a", saving=saving),), doubts=("unsure",))
        return hub.deliver(plan, now=NOW + timedelta(days=day))[0].action

    return run


def comments(jira) -> list[str]:
    return [comment["body"] for comment in jira.comments.get("FIN-1", [])]


def test_ten_days_of_figures_within_a_fifth_write_nothing(run, jira) -> None:
    assert run(0, "100") == "opened"
    jira.service.requests.clear()

    assert {run(day, str(100 + (-1) ** day * 19)) for day in range(1, 11)} == {"kept"}

    assert jira.service.writes == []


def test_beyond_it_the_text_is_written_anew_and_one_comment_says_so(run, jira) -> None:
    run(0, "100")

    assert [run(1, "125"), run(2, "125"), run(3, "200")] == ["refreshed", "kept", "refreshed"]

    assert "Saves *200.00 EUR a month*" in jira.issues["FIN-1"]["fields"]["description"]
    [said] = comments(jira)
    assert "It saves 200.00 EUR a month now; it was 125.00 EUR before." in said


def test_what_a_person_wrote_stays_and_they_are_told(run, jira) -> None:
    run(0, "100")
    jira.issues["FIN-1"]["fields"]["description"] = "We look into it in March."

    assert run(1, "200") == "refreshed"

    assert jira.issues["FIN-1"]["fields"]["description"] == "We look into it in March."
    assert len(comments(jira)) == 1
