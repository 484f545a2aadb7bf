"""What a new ticket is given besides its text, and what is said where the project does not take it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from remediator.config import parse
from remediator.deliver.markers import Marker
from remediator.deliver.protocols import Group, TicketDraft
from remediator.deliver.retry import Retry
from remediator.deliver.trackers.jira.api import Api, judge
from remediator.deliver.trackers.jira.tracker import JiraTracker
from remediator.errors import ConfigError

DRAFT = TicketDraft("FIN", "Stop it", "It idles.", Marker("a" * 16, "idle_gpu", False, ("a" * 16,)),
                    labels=("remediator", f"remediator-{'a' * 16}"))  # fmt: skip

CREATE = r"/rest/api/2/issue$"

CONFIG = """
priorities = { High = 1000, Medium = 100, Low = 0 }
due_days = 14
[trackers.jira.fields]
Team = "FinOps"
customfield_10021 = "CC-7"
Points = "3"
"""


def make(jira, text: str = "", today: date = date(2026, 11, 23)) -> JiraTracker:
    head = f'[trackers.jira]\nkind = "jira"\nurl = "{jira.service.url}"\ntoken_env = "T"\n'
    config = parse(head + text, Path("config.toml")).trackers["jira"]
    api = Api(config.url, "me", "t0ken", Retry(judge, lambda _: None), config.api)
    return JiraTracker(api, config, "jira", lambda: today)


@pytest.mark.parametrize("cloud", [True, False])
def test_a_ticket_is_given_what_the_configuration_says(jira, cloud: bool) -> None:
    jira.cloud = cloud
    draft = replace(DRAFT, monthly_saving=Decimal("1234.5"), epic="FIN-90")

    made = make(jira, CONFIG).ensure_ticket(draft)

    fields = jira.issues[made.reference]["fields"]
    assert made.notes == ()
    assert (fields["priority"], fields["duedate"]) == ({"name": "High"}, "2026-12-07")
    assert (fields["customfield_10020"], fields["customfield_10021"]) == ({"value": "FinOps"}, "CC-7")
    assert fields["customfield_10022"] == 3
    assert fields["parent" if cloud else "customfield_10014"] == ({"key": "FIN-90"} if cloud else "FIN-90")


@pytest.mark.parametrize(("saving", "priority"), [("1000", "High"), ("999.99", "Medium"), ("5", "Low"), (None, None)])
def test_the_saving_decides_the_priority(jira, saving, priority) -> None:
    draft = replace(DRAFT, monthly_saving=None if saving is None else Decimal(saving))
    make(jira, CONFIG).ensure_ticket(draft)
    assert jira.issues["FIN-1"]["fields"].get("priority") == (priority and {"name": priority})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('issue_type = "Taks"', "FIN has no Taks; it has Bug, Epic, Task"),
        ('[trackers.jira.fields]\n"Cost center" = "x"', "did you mean 'Cost centre'?"),
        ('[trackers.jira.fields]\nTeam = "Nobody"', "Team cannot be Nobody; it can be FinOps, Platform"),
        ("priorities = { Hihg = 3 }", "FIN has no priority Hihg; it has High, Low, Medium"),
    ],
)
def test_what_the_project_does_not_have_is_said_before_anything_is_made(jira, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said.replace("?", "[?]")):
        make(jira, text).ensure_ticket(DRAFT)
    assert jira.issues == {}


def test_what_the_project_asks_for_is_named(jira) -> None:
    next(f for f in jira.form if f["name"] == "Cost centre")["required"] = True
    with pytest.raises(ConfigError, match="asks for Cost centre in every Task"):
        make(jira).ensure_ticket(DRAFT)
    make(jira, '[trackers.jira.fields]\n"Cost centre" = "CC-7"').ensure_ticket(DRAFT)
    assert list(jira.issues) == ["FIN-1"]


def test_a_field_that_is_not_on_the_form_is_left_out_and_said(jira) -> None:
    jira.form = [f for f in jira.form if f["fieldId"] != "duedate"]
    made = make(jira, "due_days = 3").ensure_ticket(DRAFT)
    assert made.notes == ("FIN has no field duedate for a Task, so it is not set",)


@pytest.mark.parametrize("cloud", [True, False])
@pytest.mark.parametrize(
    ("who", "assigned"),
    [("alice@acme.io", {"accountId": "5b10a", "name": "alice"}), ("lice@acme.io", None), ("5b10b", "5b10b")],
)
def test_an_assignee_is_somebody_of_exactly_that_address_or_id(jira, tmp_path, cloud, who: str, assigned) -> None:
    jira.cloud = cloud
    path = tmp_path / "plan.json"
    path.write_text("{}")
    made = make(jira).ensure_ticket(replace(DRAFT, assignee=who, attachments=(path,)))

    key = "accountId" if cloud else "name"
    expected = {key: assigned[key] if isinstance(assigned, dict) else assigned} if assigned else None
    assert jira.issues["FIN-1"]["fields"]["assignee"] == expected
    assert bool(made.notes) == (assigned is None)


EXPERIMENT = Group(f"remediator-epic-{'e' * 16}", "Abandoned experiment: workspace sweep-7")


@pytest.mark.parametrize("cloud", [True, False])
def test_tickets_of_one_experiment_have_one_epic(jira, cloud: bool) -> None:
    jira.cloud, jira.lag = cloud, 2 if cloud else 0
    jira.form.append({**jira.form[0], "fieldId": "customfield_10011", "key": "customfield_10011", "name": "Epic Name"})
    jira.form[-1]["required"] = False
    jira.service.fail("POST", CREATE, 502, carried_out=True)
    tracker = make(jira)
    drafts = [replace(DRAFT, group=EXPERIMENT, marker=Marker(f * 16, "abandoned_experiment", False, (f * 16,)),
                      labels=("remediator", f"remediator-{f * 16}")) for f in "bc"]  # fmt: skip

    keys = [tracker.ensure_ticket(draft).reference for draft in drafts]
    again = make(jira).ensure_ticket(replace(drafts[0], marker=DRAFT.marker, labels=DRAFT.labels)).reference

    epic = jira.issues["FIN-1"]["fields"]
    assert (keys, again, len(jira.issues)) == (["FIN-2", "FIN-3"], "FIN-4", 4)
    assert (epic["issuetype"]["name"], epic["labels"]) == ("Epic", [EXPERIMENT.label])
    assert epic["customfield_10011"] == EXPERIMENT.title
    linked = [jira.issues[key]["fields"]["parent" if cloud else "customfield_10014"] for key in keys]
    assert linked == [{"key": "FIN-1"} if cloud else "FIN-1"] * 2


def test_a_project_without_epics_gets_its_tickets_all_the_same(jira) -> None:
    del jira.types["Epic"]
    made = make(jira).ensure_ticket(replace(DRAFT, group=EXPERIMENT))
    assert made.notes == ("it has no epic: trackers.jira.epic_type: FIN has no Epic; it has Bug, Task",)
    assert "parent" not in jira.issues["FIN-1"]["fields"]


@pytest.mark.parametrize(("rule", "epic"), [("idle_gpu", "FIN-90"), ("ebs_gp3", "FIN-91")])
def test_a_campaign_has_an_epic(jira, rule: str, epic: str) -> None:
    draft = replace(DRAFT, marker=replace(DRAFT.marker, rule=rule))
    make(jira, 'epics = { idle_gpu = "FIN-90", "*" = "FIN-91" }').ensure_ticket(draft)
    assert jira.issues["FIN-1"]["fields"]["parent"] == {"key": epic}


def test_documents_are_for_cloud_alone(jira) -> None:
    jira.cloud = False
    with pytest.raises(ConfigError, match="is no Jira Cloud"):
        make(jira, "api = 3").ensure_ticket(DRAFT)


def test_a_token_goes_over_https_only() -> None:
    with pytest.raises(ConfigError, match="https://host"):
        parse('[trackers.jira]\nkind = "jira"\nurl = "http://jira.acme.io"\n', Path("config.toml"))
