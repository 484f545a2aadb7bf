"""A request of several findings keeps still while figures move, with its ledger and without."""

import shutil
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from remediator.deliver.rebuilding import rebuild
from remediator.ledger.ledger import open_ledger
from tests.deliver.grouped import grouped
from tests.deliver.volume_plans import NOW

RUNS = range(1, 6)


def measured(desk, name: str, share: float, hour: int = 0):
    """The plan of a volume whose saving is a share of what it was at first, and whose metrics are of another hour."""
    plan = desk.plan(name)
    change = plan.changes[0]
    saving = replace(change.saving, monthly=round(change.saving.monthly * Decimal(str(share)), 2))
    [metric] = change.evidence
    end = metric.end + timedelta(hours=hour)
    moved = replace(
        metric, end=end, p50=metric.p50 + hour, p95=metric.p95 + 3 * hour, maximum=metric.maximum + 9 * hour
    )
    return replace(plan, changes=(replace(change, saving=saving, evidence=(moved,)),), created_at=NOW)


def lose(desk) -> None:
    """The disk is gone, and the run fills the ledger from the platform."""
    shutil.rmtree(desk.state_dir)
    with open_ledger(None, desk.state_dir) as ledger:
        assert rebuild({"infra": (desk.repository, desk.clone())}, desk.config, desk.places(), ledger, NOW).whole


def written(service) -> int:
    """How often anything was written; questions of GraphQL are asked by POST, too."""
    return sum(not write.endswith("/graphql") for write in service.writes)


@pytest.fixture(params=["hub", "lab"])
def place(request):
    """A desk, what its forge holds, and its service."""
    desk = request.getfixturevalue(request.param)
    fake = request.getfixturevalue("github" if request.param == "hub" else "gitlab")
    return desk, (fake.pulls if request.param == "hub" else fake.requests), fake.service


@pytest.mark.parametrize("disk", ["kept", "lost"])
def test_figures_that_move_within_a_fifth_write_nothing(place, upstream, disk: str) -> None:
    desk, requests, service = place
    grouped(desk, [measured(desk, name, 1) for name in "abc"])
    branches, writes = upstream.branches(), written(service)

    for run in RUNS:
        if disk == "lost":
            lose(desk)
        shares = (1 + 0.03 * run, 1 - 0.02 * run, 1 + 0.19 * (run % 2))
        plans = [measured(desk, name, share, run) for name, share in zip("abc", shares, strict=True)]
        done = grouped(desk, plans, NOW + timedelta(days=run))
        assert {d.action for _, d in done} == {"kept"}

    assert (upstream.branches(), written(service), len(requests)) == (branches, writes, 1)


def test_a_sum_that_moves_further_is_written_once_and_its_branch_not(place, upstream) -> None:
    desk, requests, service = place
    grouped(desk, [measured(desk, name, 1) for name in "abc"])
    branches, writes = upstream.branches(), written(service)

    for run in RUNS:
        plans = [measured(desk, name, 1.5 + 0.02 * run, run) for name in "abc"]
        done = grouped(desk, plans, NOW + timedelta(days=run))
        assert {d.action for _, d in done} == {"refreshed" if run == 1 else "kept"}

    assert (upstream.branches(), written(service), len(requests)) == (branches, writes + 1, 1)


def test_members_that_come_and_go_for_a_run_move_nothing(place, upstream) -> None:
    desk, requests, service = place
    grouped(desk, [measured(desk, name, 1) for name in "abc"])
    branches, writes = upstream.branches(), written(service)

    for run, names in zip(RUNS, ("ab", "abcd", "abc", "bcd", "abcd"), strict=True):
        plans = [measured(desk, name, 1 + 0.01 * run, run) for name in names]
        grouped(desk, plans, NOW + timedelta(days=run), sure=False)

    assert (upstream.branches(), written(service), len(requests)) == (branches, writes, 1)


@pytest.mark.parametrize("names", ["abcd", "ab"])
def test_a_count_that_is_lost_with_each_disk_begins_anew_and_makes_nothing_twice(place, upstream, names: str) -> None:
    """Three runs on end are counted in the ledger alone: without it who comes waits, and who left stays."""
    desk, requests, service = place
    grouped(desk, [measured(desk, name, 1) for name in "abc"])
    branches, writes = upstream.branches(), written(service)

    for run in RUNS:
        lose(desk)
        done = grouped(desk, [measured(desk, name, 1, run) for name in names], NOW + timedelta(days=run))
        assert {d.action for _, d in done} <= {"kept", "held"}

    assert (upstream.branches(), written(service), len(requests)) == (branches, writes, 1)


def test_a_count_that_was_lost_once_is_three_from_there(place, upstream) -> None:
    desk, requests, _ = place
    grouped(desk, [measured(desk, name, 1) for name in "abc"])
    actions = []

    for run in RUNS:
        if run == 3:
            lose(desk)
        done = grouped(desk, [measured(desk, name, 1, run) for name in "abcd"], NOW + timedelta(days=run))
        actions.append(sorted({d.action for _, d in done}))

    assert actions == [["held", "kept"]] * 4 + [["rebuilt"]]
    assert len(requests) == 1
    [branch] = set(upstream.branches()) - {"main"}
    assert upstream.read(branch).count("gp3") == 4
