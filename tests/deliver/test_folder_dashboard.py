"""The dashboard of a monorepo in which folders are let in one by one."""

from dataclasses import replace

import pytest

from tests.deliver.volume_plans import MAIN

from .test_ticks import Side, side  # noqa: F401 - a fixture

LET_IN = {"onboarding": True, "open_per_repo": 1}


@pytest.fixture
def monorepo(upstream):
    """Two teams with a folder each, of which one has let us in."""
    for team in ("ml", "web"):
        (upstream.work / "teams" / team).mkdir(parents=True)
    upstream.commit(
        {
            "teams/ml/main.tf": MAIN,
            "teams/ml/.remediator.toml": "# come in\n",
            "teams/web/main.tf": MAIN,
            "CODEOWNERS": "/teams/ml/ @acme/ml\n/teams/web/ @acme/web\n",
        }
    )
    return upstream


def in_folder(desk, name: str, team: str):
    plan = desk.plan(name)
    return replace(plan, edits=(replace(plan.edits[0], path=f"teams/{team}/main.tf"),))


def test_what_waits_in_a_folder_that_let_us_in_stands_there_and_nothing_of_the_others(side: Side, monorepo) -> None:  # noqa: F811
    ml = [in_folder(side.desk, name, "ml") for name in ("a", "b")]
    web = in_folder(side.desk, "c", "web")

    side.run(*ml, web, limits=LET_IN)

    assert side.sections() == ["Limited (1)", "Open (1)"]
    assert web.id not in side.body

    held = next(plan for plan in ml if f"approve={plan.id}" in side.body)
    side.tick("approve", held)
    assert side.run(*ml, web, limits=LET_IN)[held.id].action == "opened"
    assert side.sections() == ["Open (2)"]

    side.run(limits=LET_IN)
    assert side.sections() == []
