"""Which types the machines of a group had, as far as runs saw it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from remediator.config import AccountConfig, RunConfig
from remediator.model import Attributes, Resource
from remediator.observe.listing import Listing, Unit
from remediator.run.membership import RECENT_TYPES, with_recent_types

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
UNIT = Unit(AccountConfig(name="ml", regions=("us-east-1",)), "us-east-1")
CLIENTS = None
"""Nothing is asked of the account here."""


def resource(kind: str, id_: str, member_of: str | None = None, **spec: str) -> Resource:
    return Resource("aws", "ml", "us-east-1", kind, id_, None, Attributes(spec), Attributes(), NOW, member_of)


GROUP = resource("aws_autoscaling_group", "web", steady="yes")


@pytest.fixture
def seen(tmp_path):
    """A run that sees a group with these machines, by their types, and what it says of the group's types."""

    def run(days_ago: float, machines: Mapping[str, str], group: Resource = GROUP) -> tuple[str, ...] | None:
        members = [resource("aws_instance", id_, "web", instance_type=type_) for id_, type_ in machines.items()]
        listing = Listing(UNIT, CLIENTS, (group, *members), frozenset(), (), ())
        config = RunConfig(state_dir=tmp_path, lookback_days=14)
        [found] = with_recent_types([listing], config, NOW - timedelta(days=days_ago))
        assert found.resources[1:] == tuple(members)
        assert replace(found.resources[0], spec=Attributes()) == replace(group, spec=Attributes())
        spec = found.resources[0].spec
        return spec.texts(RECENT_TYPES) if RECENT_TYPES in spec else None

    return run


def test_machines_of_one_type_that_replace_each_other_every_night(seen) -> None:
    told = [seen(day, {f"i-{day}": "m5.xlarge"}) for day in range(16, -1, -1)]

    assert told[-1] == ("m5.xlarge",)
    assert told[:13] == [None] * 13  # not seen for all of the two weeks


def test_a_machine_of_another_type_before_it_is_told(seen) -> None:
    for day in range(19, 4, -1):
        seen(day, {"i-1": "m5.4xlarge"})
    told = [seen(day, {"i-2": "m5.2xlarge"}) for day in range(4, -1, -1)]

    assert told == [("m5.2xlarge", "m5.4xlarge")] * 5


def test_a_group_that_had_the_same_machines_all_the_time_needs_no_history(seen) -> None:
    assert [seen(day, {"i-1": "m5.xlarge"}) for day in range(16, -1, -1)] == [None] * 17


def test_runs_too_far_apart_may_have_missed_a_machine(seen) -> None:
    days = [*range(16, 9, -1), *range(5, -1, -1)]
    told = [seen(day, {f"i-{day}": "m5.xlarge"}) for day in days]

    assert told[-1] is None


def test_of_a_group_that_may_scale_nothing_is_kept(seen) -> None:
    free = replace(GROUP, spec=Attributes({"steady": ""}))
    told = [seen(day, {f"i-{day}": "m5.xlarge"}, free) for day in range(16, -1, -1)]

    assert set(told) == {None}
    assert seen(0, {"i-0": "m5.xlarge"}) is None


def test_a_group_of_the_same_name_in_another_account_is_another(seen) -> None:
    other = replace(GROUP, account="prod")
    for day in range(16, 0, -1):
        seen(day, {f"i-{day}": "m5.xlarge"})

    assert seen(0, {}, other) is None


def test_a_history_that_cannot_be_kept_changes_nothing(seen, tmp_path) -> None:
    (tmp_path / "cache").write_text("not a folder")

    assert seen(0, {"i-0": "m5.xlarge"}) is None
