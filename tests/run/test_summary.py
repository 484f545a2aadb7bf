"""The file that each run leaves for other programs."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from remediator.deliver.standing import Delivered
from remediator.model import CallCount, Failure, Outcome, Plan, Route, Status
from remediator.run.summary import Summary, document, write_summary

AT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
EMPTY = Summary(
    started_at=AT,
    finished_at=AT + timedelta(seconds=3),
    delivering=False,
    units=("dev/us-east-1", "dev/us-east-10", "infra", "dev"),
    failures=(),
    resources=0,
    declared=0,
    plans=(),
    skipped=(),
    outcomes=(),
    calls=(),
)


def fates(summary: Summary) -> dict[str, tuple[str, str | None]]:
    return {u["unit"]: (u["fate"], u["reason"]) for u in document(summary)["units"]}


def test_the_file_is_named_by_the_time_in_utc_and_whole(tmp_path: Path) -> None:
    east = AT.astimezone(timezone(timedelta(hours=5)))

    path = write_summary(replace(EMPTY, started_at=east), tmp_path)

    assert path == tmp_path / "runs" / "20260301T123000000000Z.json"
    assert json.loads(path.read_bytes())["finished_at"] == "2026-03-01T12:30:03+00:00"
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_the_names_of_files_sort_as_the_runs_were(tmp_path: Path) -> None:
    times = [AT + timedelta(microseconds=1), AT, AT + timedelta(days=300)]
    names = [write_summary(replace(EMPTY, started_at=at), tmp_path).name for at in times]

    assert sorted(names) == [names[1], names[0], names[2]]


@pytest.mark.parametrize(
    ("part", "belongs_to"),
    [
        ("dev/us-east-1", "dev/us-east-1"),
        ("dev/us-east-1 metrics", "dev/us-east-1"),
        ("infra/envs/prod", "infra"),
        ("infra: main.tf", "infra"),
        ("planner idle_gpu", None),
    ],
)
def test_a_unit_of_which_a_part_failed_is_not_done(part: str, belongs_to: str | None) -> None:
    found = fates(replace(EMPTY, failures=(Failure(part, "it is closed; open it"),)))

    assert {unit for unit, fate in found.items() if fate[0] == "failed"} == {part, belongs_to or part}
    assert found[part] == ("failed", "it is closed; open it")
    assert {reason for fate, reason in found.values() if fate == "done"} == {None}


def test_what_its_calls_cost_is_exact() -> None:
    calls = (
        CallCount("cloudwatch", "GetMetricData", 3, Decimal("0.00012")),
        CallCount("ec2", "DescribeVolumes", 1, Decimal(0)),
    )

    assert document(replace(EMPTY, calls=calls))["cost_of_calls"] == "0.00012"


def test_an_outcome_is_listed_for_each_address_with_its_latest_time() -> None:
    outcome = Outcome(
        "p1", ("p1", "p2"), "ebs_gp3", "infra", ("a.b[0]", "a.b[1]"), (), Route.PULL_REQUEST, Status.LIVE, "7",
        opened_at=AT, merged_at=AT + timedelta(days=1), live_at=AT + timedelta(days=2),
    )  # fmt: skip

    found = document(replace(EMPTY, outcomes=(outcome,)))["outcomes"]

    assert [o["address"] for o in found] == ["a.b[0]", "a.b[1]"]
    assert {(o["plan_id"], o["outcome"], o["at"]) for o in found} == {("p1", "live", "2026-03-03T12:30:00+00:00")}


def test_plans_are_counted_by_how_the_commit_that_made_them_was_written(site) -> None:
    text = (site.upstream.path / "main.tf").read_text()
    site.upstream.git("rm", "-q", "main.tf")
    site.upstream.commit({}, "Away")
    features, _, cache = text.partition('resource "aws_ebs_volume" "cache"')
    site.upstream.commit({"main.tf": features}, "Features")
    tool = "Cache\n\nCo-authored-by: Claude <noreply@anthropic.com>"
    site.upstream.commit({"cache.tf": f'resource "aws_ebs_volume" "cache"{cache}'}, tool)

    summary = site.run()

    assert {kind: count for kind, (count, _) in summary.made_by.items()} == {
        "human": 1,
        "human with an AI tool": 1,
        "no known commit": 1,
    }
    assert sum(saving for _, saving in summary.made_by.values()) == summary.monthly_saving
    assert document(summary)["made_by"]["human"]["plans"] == 1


def test_savings_of_two_currencies_are_not_added() -> None:
    def plan(saving: str | None, currency: str) -> Plan:
        found = None if saving is None else Decimal(saving)
        return cast(Plan, SimpleNamespace(monthly_saving=found, currency=currency))

    delivered = cast(Delivered, SimpleNamespace(action="held"))
    plans = tuple((plan(*one), delivered) for one in (("10", "USD"), ("70", "CNY"), ("5", "USD"), (None, "USD")))
    summary = replace(EMPTY, plans=plans)

    assert summary.savings == {"CNY": Decimal(70), "USD": Decimal(15)}
    assert summary.monthly_saving == Decimal(15)
    assert EMPTY.savings == {}
