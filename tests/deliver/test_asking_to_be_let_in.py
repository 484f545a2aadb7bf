"""What the request that asks to be let in says: what it comes to, once, and what the file that it adds can say."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from remediator.config.own import parse_own
from remediator.deliver import onboarding
from remediator.deliver.markers import Marker
from remediator.deliver.render import account_body, onboarding_body
from remediator.model import Evidence, Saving

from .test_render import body_of

MARKER = Marker("a" * 16, "onboarding", False, ("a" * 16,))
SAVES = Saving(Decimal("12.40"), Decimal(10), Decimal(13), "USD", "list price", "table", date(2026, 11, 1))


def saving(make_plan, make_change, name: str, monthly: str, currency: str = "USD"):
    saves = replace(SAVES, monthly=Decimal(monthly), currency=currency)
    return make_plan(name, changes=(make_change(name, saving=saves),))


def body(plans, template: str) -> str:
    if template == "onboarding":
        return onboarding_body(plans, ".remediator.toml", "", 5, MARKER)
    return account_body(plans, "123456789012", MARKER, template)


@pytest.mark.parametrize("template", ["onboarding", "ticket.md", "ticket.jira"])
def test_it_says_what_all_comes_to_in_each_currency(template: str, make_plan, make_change) -> None:
    plans = [saving(make_plan, make_change, name, "12.40") for name in ("a", "b")]

    assert "24.80 USD a month" in body(plans, template)
    assert "24.80 USD and 3.00 EUR a month" in body([*plans, saving(make_plan, make_change, "c", "3", "EUR")], template)


def test_without_any_price_it_says_no_sum(make_plan, make_change) -> None:
    assert "Together" not in body([make_plan("a", changes=(make_change("a", saving=None),))], "onboarding")


def test_a_name_that_the_title_says_is_not_said_again(make_plan, make_change) -> None:
    address = "aws_ebs_volume.a"
    titled = make_plan("a", changes=(make_change("a", title=f"Move {address} to gp3"),))
    bare = make_plan("a", changes=(make_change("a", title="Move it"),))

    assert [row.count("aws\\_ebs\\_volume.a") for row in _rows(body([titled, bare], "onboarding"))] == [1, 1]


def test_what_it_adds_shows_what_it_can_say() -> None:
    shown = onboarding._CONTENT.decode().partition("widen it:\n")[2]
    text = re.sub(r"^# ?", "", shown, flags=re.MULTILINE)

    assert parse_own(onboarding._CONTENT, "x") == parse_own(b"", "x")
    own = parse_own(text.encode(), "x")
    assert (own.limits.open_per_repo, own.off, len(own.exceptions), own.requests.draft) == (2, {"ebs_gp3"}, 1, True)


@pytest.mark.parametrize("template", ["pull_request.md", "ticket.jira"])
def test_evidence_that_says_the_same_is_said_once(template: str, make_plan) -> None:
    plan = make_plan()
    told = tuple(Evidence(source, "changed it", weight) for source, weight in (("file", 0.5), ("around", 0.25)))
    owner = replace(plan.origin.owners[0], evidence=(*told, Evidence("tag", "names it", 0.8)))

    said = body_of(replace(plan, origin=replace(plan.origin, owners=(owner,))), template).replace("\\", "")

    assert "file (0.50), around (0.25): what history tells, not shown here" in said
    assert "tag: names it (0.80)" in said


def _rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("| Move")]
