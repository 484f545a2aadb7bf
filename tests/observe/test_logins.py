"""Who is logged in on machines, as Session Manager tells it, held to botocore's model of Systems Manager."""

from datetime import UTC, datetime, timedelta

import pytest

from remediator.config import AccountConfig
from remediator.model import LAST_SESSION, NO_SESSION, Attributes, Resource
from remediator.observe.logins import LoggedIn, with_logins
from remediator.observe.sessions import open_clients
from tests.aws_service import Error, ScriptedAws

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def machine(id_: str, state: str = "running", kind: str = "aws_instance") -> Resource:
    spec = Attributes({"instance_state": state})
    return Resource("aws", "dev", "us-east-1", kind, id_, None, spec, Attributes(), NOW)


def session(target: str, began: float, ended: float | None = None, **more: object) -> dict[str, object]:
    """A session by the hours since it began and ended."""
    found: dict[str, object] = {"Target": target, "StartDate": NOW - timedelta(hours=began), "Owner": "arn:somebody"}
    return found | ({} if ended is None else {"EndDate": NOW - timedelta(hours=ended)}) | more


@pytest.fixture
def read(scripted_aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    def run(*resources: Resource) -> LoggedIn:
        account = AccountConfig(name="dev", regions=("us-east-1",), endpoint_url=scripted_aws.url)
        return with_logins(open_clients(account, "us-east-1", "dev"), resources, NOW, "dev/us-east-1")

    return run


def told(found: LoggedIn) -> dict[str, str | None]:
    return {resource.id: resource.spec.text(LAST_SESSION) for resource in found.resources}


def script(aws: ScriptedAws, active: list[dict[str, object]], history: list[dict[str, object]]) -> None:
    aws.compute(
        "ssm", "DescribeSessions", lambda asked: {"Sessions": active if asked["State"] == "Active" else history}
    )


def test_an_open_session_and_one_of_the_last_day_are_told_in_two_listings(scripted_aws: ScriptedAws, read) -> None:
    history = [session("i-2", 30, 2), session("i-2", 40, 20), session("i-3", 40, 25), session("i-4", 3)]
    script(scripted_aws, [session("i-1", 90, Status="Connected")], history)

    found = read(*(machine(f"i-{n}") for n in range(1, 6)), machine("i-6", "stopped"))

    assert told(found) == {
        "i-1": "2026-11-20T12:00:00+00:00",
        "i-2": "2026-11-20T10:00:00+00:00",
        "i-3": NO_SESSION,  # over for more than a day
        "i-4": "2026-11-20T09:00:00+00:00",  # over, and it is not told since when
        "i-5": NO_SESSION,
        "i-6": None,
    }
    assert found.notes == ()
    assert scripted_aws.asked("DescribeSessions") == [
        {"State": "Active"},
        # what ended within a day began within two
        {"State": "History", "Filters": [{"key": "InvokedAfter", "value": "2026-11-18T12:00:00Z"}]},
    ]


def test_however_many_machines_there_are_it_is_the_same_two_listings(scripted_aws: ScriptedAws, read) -> None:
    script(scripted_aws, [], [])

    read(*(machine(f"i-{n}") for n in range(500)))

    assert len(scripted_aws.calls) == 2


def test_pages_are_followed(scripted_aws: ScriptedAws, read) -> None:
    pages = [{"Sessions": [session("i-1", 5, 4)]}, {"Sessions": [session("i-2", 5, 3)]}]
    scripted_aws.pages("ssm", "DescribeSessions", pages)

    assert NO_SESSION not in told(read(machine("i-1"), machine("i-2"))).values()


def test_a_refusal_leaves_it_unknown_and_says_so(scripted_aws: ScriptedAws, read) -> None:
    scripted_aws.answer("ssm", "DescribeSessions", Error("AccessDeniedException"))

    found = read(machine("i-1"))

    assert told(found) == {"i-1": None}
    assert found.notes == (
        "dev/us-east-1: access to ssm:DescribeSessions is denied; grant the role the policy in "
        "remediator/observe/data/iam-policy.json, which allows just what is needed. Whether somebody is logged in on "
        "a machine is not known.",
    )


def test_nothing_is_asked_where_no_machine_runs(scripted_aws: ScriptedAws, read) -> None:
    assert told(read(machine("i-1", "stopped"), machine("vol-1", kind="aws_ebs_volume"))) == {
        "i-1": None,
        "vol-1": None,
    }
    assert scripted_aws.calls == []
