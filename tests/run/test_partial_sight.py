"""What a run that saw less leaves as it is: requests of what was not measured, and the dashboard's memory."""

from dataclasses import replace

import pytest

from remediator.registry import load_planners
from remediator.run import Only

from .test_dashboards import dashboard, sections, tick
from .test_settling import pulls


@pytest.fixture
def limited(site):
    site.tables["limits"]["open_per_repo"] = 1
    return site


def silent(*arguments):
    """The rules, of which one finds nothing, as where it has no metrics."""

    def nothing(estate: object, context: object) -> tuple[()]:
        return ()

    return [replace(p, plan=nothing) if p.rule == "ebs_gp3" else p for p in load_planners(*arguments)]


def test_what_a_spend_cap_left_out_is_not_called_gone(site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.run()
    before = pulls(site)
    site.tables["run"]["max_metric_cost"] = 0.000001
    monkeypatch.setattr("remediator.run.load_planners", silent)

    for hour in (1, 2, 3):
        capped = site.run(hour)

    assert "max_metric_cost" in str(capped.notes)
    assert pulls(site) == before


def test_a_narrowed_run_leaves_the_dashboard_as_it_is(limited) -> None:
    limited.run()
    tick(limited, "snooze")
    limited.run(1)
    rebuild = tick(limited, "rebuild")
    before = dashboard(limited)

    limited.tables["limits"]["open_per_repo"] = 5
    assert limited.run(2, only=Only(rule="idle_gpu")).news == ()
    assert limited.run(2.5, only=Only(account=limited.tables["accounts"][0]["name"])).news == ()

    assert dashboard(limited) == before
    assert limited.run(3).news == ()
    assert sections(limited) == ["Open (1)", "Snoozed (1)"]
    assert f"[x] <!-- rebuild={rebuild}" not in dashboard(limited)["body"]


def test_a_run_that_did_not_see_everything_forgets_no_answer(limited, refusing) -> None:
    limited.run()
    snoozed = tick(limited, "snooze")
    limited.run(1)
    rebuild = tick(limited, "rebuild")
    endpoint = limited.tables["accounts"][0]["endpoint_url"]

    limited.tables["accounts"][0]["endpoint_url"] = refusing("UnauthorizedOperation", 403, "DescribeVolumes")
    limited.run(2)

    assert f"wake={snoozed}" in dashboard(limited)["body"]
    assert f"[x] <!-- rebuild={rebuild}" in dashboard(limited)["body"]
    limited.tables["accounts"][0]["endpoint_url"] = endpoint
    limited.tables["limits"]["open_per_repo"] = 5
    assert limited.run(3).news == ()
    assert sections(limited) == ["Open (1)", "Snoozed (1)"]
