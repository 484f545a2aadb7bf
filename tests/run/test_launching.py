"""How many launch records a run asks for, and of which resources."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from remediator.config import Config
from remediator.model import Attributes, Resource, Untold
from remediator.run.launching import Launches, launches
from remediator.trace.addresses import Key, key_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def made(account: str, number: int) -> Resource:
    born = NOW - timedelta(days=3)
    nothing = Attributes()
    return Resource(
        "aws", account, "us-east-1", "aws_ebs_volume", f"vol-{account}{number}", None, nothing, nothing, born
    )


def waiting(found: Launches) -> set[Key]:
    return {key for key, launch in found.known.items() if isinstance(launch, Untold) and launch.passing}


@pytest.fixture
def config(server, trail, refusing, tmp_path) -> Config:
    endpoints = {"dev": server, "prod": server, "denied": refusing("AccessDeniedException", 400, "LookupEvents")}
    accounts = [{"name": n, "regions": ["us-east-1"], "endpoint_url": url} for n, url in endpoints.items()]
    run = {"state_dir": tmp_path, "max_launch_lookups": 6}
    return Config.model_validate({"accounts": accounts, "run": run})


def test_each_account_has_its_share_and_one_that_is_denied_starves_none(config: Config) -> None:
    several = [made("denied", n) for n in range(9)] + [made("dev", n) for n in range(7)] + [made("prod", 0)]

    unread = [waiting(launches(several, config, NOW)) for _ in range(4)]

    # First one is of `prod`, and two of `dev`; then half are of `dev`, the first ones first, till it has no more.
    assert [sorted(key[2][-4:] for key in keys if key[0] == "dev") for keys in unread] == [
        ["dev2", "dev3", "dev4", "dev5", "dev6"],
        ["dev5", "dev6"],
        [],
        [],
    ]
    assert all(key_of(made("prod", 0)) not in keys for keys in unread)
    assert all(key_of(made("denied", n)) in unread[-1] for n in range(9))


def test_why_nobody_is_named_is_told(config: Config) -> None:
    old = replace(made("prod", 1), created_at=NOW - timedelta(days=91))
    new = replace(made("prod", 2), created_at=NOW - timedelta(minutes=5))
    other = replace(made("prod", 3), kind="acme_thing")
    several = [made("denied", 0), old, new, other, made("prod", 4)]

    known = launches(several, config, NOW).known

    assert [known[key_of(one)] for one in several] == [
        Untold.UNREAD,
        Untold.OLD,
        Untold.LATE,
        Untold.KIND,
        Untold.ABSENT,
    ]


def test_a_failure_names_the_account_and_its_cap_is_a_note(config: Config) -> None:
    found = launches([made("denied", n) for n in range(9)], config, NOW)

    assert [failure.unit for failure in found.failures] == ["denied/us-east-1 launch records"]
    assert found.notes == (
        "CloudTrail was not asked who launched the cheapest 3 of what no state holds, since [run] max_launch_lookups = "
        "6 is reached; the next runs ask.",
    )
    config = config.model_copy(update={"run": config.run.model_copy(update={"max_launch_lookups": 0})})
    assert launches([made("dev", 0)], config, NOW).failures == ()
    assert launches([made("dev", 0)], config, NOW).known == {key_of(made("dev", 0)): Untold.LEFT}


def test_for_whom_not_all_calls_were_read_is_counted_by_account_and_region(config: Config, trail) -> None:
    several = [made("dev", 0), made("dev", 1), made("prod", 0)]
    trail["vol-dev0"] = trail["vol-dev1"] = [{}] * 1001

    for _ in range(2):  # the second time from what is kept
        assert launches(several, config, NOW).notes == (
            "dev/us-east-1: CloudTrail has more calls than the newest 1,000 that are read for each question, and who "
            "made 2 of what no state holds is not among those.",
        )
