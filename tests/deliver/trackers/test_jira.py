from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from remediator.deliver.delivery import request_states
from remediator.ledger.ledger import open_ledger
from remediator.model import RequestState, Status

OPENING = [
    "POST /rest/api/2/issue",
    "PUT /rest/api/2/issue/FIN-1/properties/remediator",
    "PUT /rest/api/2/issue/FIN-1",
    "POST /rest/api/2/issue/FIN-1/attachments",
]
CREATE = r"/rest/api/2/issue$"


@pytest.fixture
def plan(hub):
    return hub.plan(doubts=("the value comes from another repository",))


def forget(desk) -> None:
    for path in desk.state_dir.glob("ledger.sqlite*"):
        path.unlink()


def test_a_ticket_is_opened_assigned_by_account_id_with_its_plan_file(hub, jira, plan) -> None:
    [done] = hub.deliver(plan)

    assert (done.action, done.reference, done.reason) == ("opened", "FIN-1", None)
    assert done.where == f"{jira.service.url}/browse/FIN-1"
    assert jira.service.writes == OPENING
    fields = jira.issues["FIN-1"]["fields"]
    assert fields["assignee"] == {"accountId": "5b10a"}
    assert fields["components"] == [{"name": "infra"}]
    assert f"remediator-{plan.id}" in fields["labels"]
    assert [a["filename"] for a in fields["attachment"]] == [f"{plan.id}.json"]
    assert "the value comes from another repository" in fields["description"]


def test_data_center_is_searched_its_own_way_and_assigned_by_name(hub, jira, plan) -> None:
    jira.cloud = False
    hub.deliver(plan)
    forget(hub)
    [again] = hub.deliver(plan)

    assert (again.action, list(jira.issues)) == ("kept", ["FIN-1"])
    assert jira.issues["FIN-1"]["fields"]["assignee"] == {"name": "5b10a"}


def test_a_second_run_asks_jira_nothing(hub, jira, plan) -> None:
    hub.deliver(plan)
    jira.service.requests.clear()

    [again] = hub.deliver(plan)

    assert (again.action, again.where) == ("kept", f"{jira.service.url}/browse/FIN-1")
    assert jira.service.requests == []


def test_a_lost_ledger_is_made_up_for_by_the_label(hub, jira, plan) -> None:
    hub.deliver(plan)
    forget(hub)
    jira.service.requests.clear()

    [again] = hub.deliver(plan)

    assert (again.action, again.reference, jira.service.writes) == ("kept", "FIN-1", [])


@pytest.mark.parametrize(("resolution", "status"), [("Won't Do", Status.DECLINED), ("Done", Status.MERGED)])
def test_a_ticket_that_was_answered_is_not_opened_again(hub, jira, plan, resolution: str, status: Status) -> None:
    hub.deliver(plan)
    forget(hub)
    jira.resolve("FIN-1", resolution)

    [again] = hub.deliver(plan)

    assert (again.action, list(jira.issues)) == ("held", ["FIN-1"])
    with open_ledger(None, hub.state_dir) as ledger:
        assert [o.status for o in ledger.outcomes()] == [status]


@pytest.mark.parametrize("lag", [0, 3])
@pytest.mark.parametrize("status", [502, None], ids=["502", "cut"])
def test_a_ticket_created_although_the_answer_was_lost_is_found(hub, jira, plan, status, lag: int) -> None:
    jira.lag = lag
    jira.service.fail("POST", CREATE, status, carried_out=True)

    [done] = hub.deliver(plan)

    assert (done.action, list(jira.issues)) == ("opened", ["FIN-1"])
    assert jira.service.writes == OPENING


def test_an_unclear_answer_is_not_followed_by_a_second_creation_in_the_same_run(hub, jira, plan) -> None:
    jira.service.fail("POST", CREATE, 502)

    [done] = hub.deliver(plan)
    [again] = hub.deliver(plan)

    assert (done.action, again.action) == ("failed", "opened")
    assert list(jira.issues) == ["FIN-1"]


@pytest.mark.parametrize(
    "after", ["3", format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)], ids=["seconds", "date"]
)
def test_a_limit_is_waited_out(hub, jira, plan, after: str) -> None:
    jira.service.fail("POST", CREATE, 429, headers={"Retry-After": after}, times=2)

    [done] = hub.deliver(plan)

    assert (done.action, list(jira.issues)) == ("opened", ["FIN-1"])


def test_an_attachment_whose_answer_was_lost_is_not_sent_twice(hub, jira, plan) -> None:
    jira.service.fail("POST", "attachments", 502, carried_out=True)

    [done] = hub.deliver(plan)

    assert (done.action, done.reason) == ("opened", None)
    assert len(jira.issues["FIN-1"]["fields"]["attachment"]) == 1


def test_a_ticket_cut_short_before_its_file_is_completed(hub, jira, plan) -> None:
    hub.deliver(plan)
    forget(hub)
    jira.issues["FIN-1"]["fields"] |= {"attachment": [], "assignee": None}

    [again] = hub.deliver(plan)

    assert again.action == "kept"
    assert jira.issues["FIN-1"]["fields"]["assignee"] == {"accountId": "5b10a"}
    assert len(jira.issues["FIN-1"]["fields"]["attachment"]) == 1


def test_an_assignee_jira_does_not_know_is_a_note(hub, jira, make_plan) -> None:
    from dataclasses import replace

    plan = hub.plan(doubts=("unsure",))
    owners = (replace(plan.origin.owners[0], jira_assignee="nobody"),)
    [done] = hub.deliver(replace(plan, origin=replace(plan.origin, owners=owners)))

    assert (done.action, done.reason) == ("opened", "could not assign it (Jira answered 400)")


def test_a_component_the_project_lacks_is_left_out(hub, jira, plan) -> None:
    jira.components = []
    [done] = hub.deliver(plan)
    assert (done.action, jira.issues["FIN-1"]["fields"]["components"]) == ("opened", [])


@pytest.mark.parametrize(("status", "said"), [(401, "user_env"), (403, "user_env"), (400, "Jira answered 400")])
def test_a_failure_says_what_to_do(hub, jira, plan, status: int, said: str) -> None:
    jira.service.fail("GET", "search", status, times=99)
    [done] = hub.deliver(plan)

    assert (done.action, jira.issues) == ("failed", {})
    assert said in done.reason


def test_a_server_that_is_not_there_is_named(hub, jira, plan) -> None:
    jira.service.close()
    [done] = hub.deliver(plan)
    assert (done.action, "did not answer" in done.reason) == ("failed", True)


def test_many_tickets_are_asked_after_at_once(hub, jira, make_change) -> None:
    plans = [hub.plan(name, doubts=("unsure",), changes=(make_change(name),)) for name in "abc"]
    hub.deliver(*plans)
    jira.resolve("FIN-1", "Done")
    jira.resolve("FIN-2", "Won't Do")
    jira.service.requests.clear()

    with open_ledger(None, hub.state_dir) as ledger:
        outcomes = ledger.outcomes()
    states = request_states(outcomes, {"infra": (hub.repository, hub.clone())}, hub.places())

    by_key = {o.reference: states[o.plan_id][0] for o in outcomes}
    assert by_key == {"FIN-1": RequestState.MERGED, "FIN-2": RequestState.CLOSED, "FIN-3": RequestState.OPEN}
    asked = [r.path for r in jira.service.requests if "search" in r.path or "issue" in r.path]
    assert asked == ["/rest/api/2/search/jql"]


def test_a_ticket_that_was_deleted_hides_none_of_the_others(hub, jira, make_change) -> None:
    plans = [hub.plan(name, doubts=("unsure",), changes=(make_change(name),)) for name in "ab"]
    hub.deliver(*plans)
    del jira.issues["FIN-1"]

    with open_ledger(None, hub.state_dir) as ledger:
        outcomes = ledger.outcomes()
    states = request_states(outcomes, {"infra": (hub.repository, hub.clone())}, hub.places())

    assert {o.reference: states.get(o.plan_id) for o in outcomes} == {
        "FIN-1": None, "FIN-2": (RequestState.OPEN, False),
    }  # fmt: skip
