"""A saving that its readers may not see is said to be not shown, and one that nobody knows to be not known."""

from dataclasses import replace
from decimal import Decimal

import pytest

from remediator.deliver.composing import worth
from remediator.deliver.disclosure import NOTHING, Shown
from remediator.deliver.markers import Marker
from remediator.deliver.render import account_body, onboarding_body, pull_request_body, ticket_body
from remediator.model import Group

NET = Shown(net_rates=True, resource_ids=True)
SAID = "not shown here"


def marker_of(plan) -> Marker:
    return Marker(plan.id, "ebs_gp3", False, plan.fingerprints)


@pytest.fixture
def net(make_plan, make_change):
    """A plan of a saving after discounts, and one without a price."""
    saving = replace(make_change().saving, basis="net of commitments")
    return (
        make_plan("a", change=make_change("a", saving=saving)),
        make_plan("b", change=make_change("b", saving=None)),
    )


def bodies(plan) -> dict[str, str]:
    marker = marker_of(plan)
    return {
        "request": pull_request_body(plan, marker, NOTHING),
        "ticket.md": ticket_body(plan, marker, "ticket.md", NOTHING),
        "ticket.jira": ticket_body(plan, marker, "ticket.jira", NOTHING),
        "onboarding": onboarding_body([plan], ".remediator.toml", "", 5, marker, NOTHING),
        "account.jira": account_body([plan], "dev", marker, "ticket.jira", NOTHING),
        "account.md": account_body([plan], "dev", marker, "ticket.md", NOTHING),
    }


@pytest.mark.parametrize("where", ["request", "ticket.md", "ticket.jira", "onboarding", "account.jira", "account.md"])
def test_one_that_is_masked_is_not_called_unknown(net, where: str) -> None:
    masked, unknown = (bodies(plan)[where] for plan in net)

    assert SAID in masked and "price is not known" not in masked and "not known |" not in masked
    assert "12.40" not in masked and "|not known|" not in masked
    assert SAID not in unknown and "not known" in unknown


def test_of_several_each_says_its_own(net) -> None:
    plan = replace(
        net[0],
        changes=tuple(c for p in net for c in p.changes),
        parts=tuple(sorted(net, key=worth)),
        group=Group("a" * 16, "b" * 16, "the root module"),
    )
    body = pull_request_body(plan, marker_of(plan), NOTHING)

    cells = [row.split("|") for row in body.splitlines() if row.startswith(("| 1 | ", "| 2 | "))]
    rows = {row[2].split("`")[1]: row[4].strip() for row in cells}
    assert rows == {"aws_ebs_volume.a": SAID, "aws_ebs_volume.b": "not known"}
    assert "12.40" not in body


def test_whoever_may_see_it_is_told(net) -> None:
    assert "12.40" in pull_request_body(net[0], marker_of(net[0]), NET)


def test_what_commitments_leave_of_a_list_saving_is_net(make_plan, make_change) -> None:
    basis = "list; at least 7.31, which is what AWS Compute Optimizer counts after commitments"
    saving = replace(make_change().saving, low=Decimal("7.31"), basis=basis, net_low=True)
    plan = make_plan("a", change=make_change("a", saving=saving))

    for where, body in bodies(plan).items():
        assert "7.31" not in body, where
        assert "12.40" in body and (where not in ("request", "ticket.md") or SAID in body)
    assert "7.31" in pull_request_body(plan, marker_of(plan), NET)
