"""Lists in a sentence: what stands between their items is read as it is meant, in every markup."""

from dataclasses import replace

import pytest

from remediator.deliver.disclosure import Shown
from remediator.deliver.markers import Marker
from remediator.deliver.render import pull_request_body, ticket_body
from remediator.model import PassedOver

SHOWN = Shown(resource_ids=True, people=True)


@pytest.fixture(params=["pull request", "ticket.md", "ticket.jira"])
def body(request, make_plan, make_change) -> str:
    plan = make_plan(change=make_change(missing=("memory", "logins")), doubts=("unsure",))
    trace = replace(plan.traces[0], siblings=("x.one", "x.two"), conditions=("var.a", "var.b"))
    passed = (PassedOver("@ann", "left"), PassedOver("@ben", "is a bot"))
    plan = replace(plan, traces=(trace,), origin=replace(plan.origin, passed_over=passed))
    marker = Marker(plan.id, "ebs_gp3", False, plan.fingerprints)
    if request.param == "pull request":
        return pull_request_body(plan, marker, SHOWN)
    return ticket_body(plan, marker, request.param, SHOWN)


def test_words_and_signs_between_items_keep_their_spaces(body: str) -> None:
    plain = body.replace("{{", "`").replace("}}", "`").replace("\u200b", "").replace("\\", "")

    assert "Not measured: memory; logins." in plain
    assert "also reaches `x.one`, `x.two`" in plain
    assert "This way is taken while `var.a` and `var.b`" in plain
    assert "Passed over: @ann, left; @ben, is a bot" in plain
