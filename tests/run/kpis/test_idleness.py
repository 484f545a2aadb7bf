"""What idleness costs, and what is no longer paid since it was stopped."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from remediator.model import (
    Effect,
    Layer,
    Observation,
    Outcome,
    Plan,
    Route,
    Saving,
    SetAttribute,
    Status,
    Unattributed,
)
from remediator.planfile import dump, to_planfile
from remediator.run.kpis import Kpis, Sum
from tests.changes import change_of
from tests.run.kpis.judged import LAUNCHED, NOW, Judge, dollars, machine


def plan(
    layer: Layer = Layer.USAGE,
    accrued: str | None = "12.50",
    seen: Observation | None = None,
    least: str | None = "204.40",
    **over: object,
) -> Plan:
    """Of something that a Savings Plan may pay for; without a least saving its cost is not known, or paid anyhow."""
    seen = seen or machine("a")
    saving = least and Saving(*map(Decimal, ("730", least, "730")), "USD", "list", "list", date(2026, 7, 20))
    change = change_of(
        seen.resource,
        seen.declared,
        SetAttribute("instance_state", "running", "stopped"),
        rule="idle_gpu",
        concern="running",
        layer=layer,
        title="Stop it",
        reason="idle",
        saving=saving or None,
        accrued=Decimal(accrued) if accrued else None,
        effect=Effect.STOP,
    )
    change = replace(change, **over)
    nothing: dict[str, object] = {"edits": (), "file_hashes": (), "diff": "", "expected": (), "traces": ()}
    return Plan((change,), "infra", "c", Unattributed("none"), route=Route.TICKET, doubts=(), created_at=NOW, **nothing)


def live(of: Plan, since: datetime) -> Outcome:
    known = Outcome(of.id, of.fingerprints, "idle_gpu", "infra", (), (), Route.TICKET, Status.LIVE, "1")
    return replace(known, live_at=since)


@pytest.mark.parametrize(
    ("layer", "monthly", "so_far"),
    [
        (Layer.USAGE, dollars("204.40", "730"), dollars("6.72", "24.00")),
        (Layer.CONFIGURATION, dollars("0", "0"), dollars("0.00", "0.00")),
    ],
)
def test_idle_dollars_are_those_that_accrue_and_those_that_were_stopped(
    judge: Judge, tmp_path: Path, layer: Layer, monthly: Sum, so_far: Sum
) -> None:
    was, open_ = plan(layer), plan(seen=machine("b"))
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / f"{was.id}.json").write_bytes(dump(to_planfile(was)))
    lost = live(plan(seen=machine("c")), NOW)

    found = judge(plans=(open_,), outcomes=(live(was, NOW - timedelta(hours=24)), lost))

    assert found.idle.accrued == dollars("3.50", "12.50")
    assert (found.idle.stopped_monthly, found.idle.stopped_so_far) == (monthly, so_far)
    assert found.idle.stopped_unknown == 1
    assert found.hours_to_finding == 73


def test_a_machine_that_is_younger_than_the_finding_of_its_address_says_nothing_of_how_long_it_took(
    judge: Judge,
) -> None:
    """Terraform replaced it while the request for its address was open."""
    opened = replace(plan(), created_at=LAUNCHED - timedelta(hours=9))

    assert judge(plans=(opened,)).hours_to_finding is None
    assert judge(plans=(opened, plan(seen=machine("b")))).hours_to_finding == 73


def test_what_is_paid_for_either_way_is_in_no_sum(judge: Judge, tmp_path: Path) -> None:
    """A machine in a capacity reservation, or Spot, of which no saving is claimed."""
    reserved, asked = plan(least=None), plan(least=None, accrued=None, actions=(), asks="measure it")
    volume = plan(least=None, accrued="4", prepares=plan().changes[0].saving, saves_nothing=True)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / f"{reserved.id}.json").write_bytes(dump(to_planfile(reserved)))

    found = judge(plans=(reserved, asked, volume), outcomes=(live(reserved, NOW - timedelta(hours=24)),)).idle

    assert (found.accrued, found.accrued_unknown) == (dollars("1.12", "4"), 1)
    assert (found.stopped_monthly, found.stopped_unknown) == (dollars("0", "0"), 1)


def test_a_snapshot_before_a_removal_stops_nothing(judge: Judge, tmp_path: Path) -> None:
    was = plan()
    change = replace(was.changes[0], concern="snapshot before removal", saving=None, effect=Effect.IN_PLACE)
    was = replace(was, changes=(change,))
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / f"{was.id}.json").write_bytes(dump(to_planfile(was)))

    found = judge(outcomes=(live(was, NOW - timedelta(hours=24)),))

    assert (found.idle.stopped_monthly, found.idle.stopped_unknown) == (Sum(), 0)


def test_a_regressed_stop_stops_nothing(judge: Judge) -> None:
    found = judge(outcomes=(replace(live(plan(), NOW), status=Status.REGRESSED),))

    assert found == Kpis()
