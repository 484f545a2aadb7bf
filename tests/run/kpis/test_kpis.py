"""All figures of a run, as its file has them and people see them."""

from dataclasses import replace
from decimal import Decimal

from remediator.cli.kpis import figures
from remediator.run.kpis import DeviceUse, ExperimentCost, Idleness, Kpis
from remediator.run.summary import document
from tests.run.kpis.judged import dollars
from tests.run.test_summary import EMPTY


def test_the_runs_file_has_all_of_them_and_people_the_largest() -> None:
    found = Kpis(
        gpus=(DeviceUse("ranking", "dev", 9, 5, 50.04), DeviceUse(None, None, 1, 0, None)),
        experiments=tuple(ExperimentCost(f"e{n}", 1, Decimal(9 - n), Decimal(1)) for n in range(7)),
        idle=Idleness(dollars("3.5", "12.5"), 2, dollars("730", "730"), dollars("24", "24"), 1),
        hours_to_finding=25.04,
    )

    assert list(figures(found)) == [
        "GPU utilisation: ranking in dev 50 % of 9 GPUs, 4 not measured; "
        "no team in no known environment has 1 GPU, not measured.",
        "Experiments: e0 9.00 USD a month; e1 8.00 USD a month; e2 7.00 USD a month; e3 6.00 USD a month; "
        "e4 5.00 USD a month; and 2 more.",
        "Idle: 3.50 to 12.50 USD accrued by what is open (2 of unknown cost); 730.00 USD a month stopped (1 of unknown "
        "cost), 24.00 USD so far.",
        "From launch to finding: 25 hours (median).",
    ]
    assert list(figures(Kpis())) == []
    written = document(replace(EMPTY, kpis=found))["kpis"]
    assert written["gpus"][0] == {
        "team": "ranking",
        "environment": "dev",
        "gpus": 9,
        "measured": 5,
        "percent": 50.0,
    }
    assert (written["idle_accrued_least"], written["idle_accrued"], written["idle_unknown"]) == ("3.5", "12.5", 2)
    assert len(written["experiments"]) == 7 and written["hours_to_finding"] == 25.0
