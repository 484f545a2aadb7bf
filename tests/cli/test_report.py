"""What a run's report looks like at the widths of terminals, from values alone."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from remediator.cli.markdown import fenced
from remediator.cli.naming import counted
from remediator.cli.report import closing, places
from remediator.model import Failure
from remediator.run.summary import Summary

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def summary(*failures: Failure) -> Summary:
    return Summary(
        started_at=NOW,
        finished_at=NOW,
        delivering=False,
        units=("dev/us-east-1",),
        failures=failures,
        resources=1,
        declared=0,
        plans=(),
        skipped=(),
        outcomes=(),
        calls=(),
    )


def test_nothing_new_is_said_only_of_what_was_seen_whole() -> None:
    assert "Nothing new to do." in closing(summary()).plain
    assert "Nothing new" not in closing(summary(Failure("dev/us-east-1", "it is off"))).plain


def test_numbers_take_their_plural() -> None:
    assert closing(summary()).plain.startswith(
        "Nothing new to do. 1 resource seen, 0 of them declared in code; 0 plans"
    )
    assert [counted(n, "ticket") for n in (0, 1, 1200)] == ["0 tickets", "1 ticket", "1,200 tickets"]


def test_a_path_is_not_broken_at_the_edge_of_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)
    (folder / "plans").mkdir(parents=True)
    out = StringIO()

    Console(file=out, width=40).print(places(folder), soft_wrap=True)

    assert f"Plan files:    {folder}/plans\n" in out.getvalue()
    assert "Tickets" not in out.getvalue()


@pytest.mark.parametrize(("diff", "fence"), [("+a\n", "```"), ("+`a`\n", "```"), ("+````\n", "`````")])
def test_a_fence_is_longer_than_what_it_holds(diff: str, fence: str) -> None:
    assert fenced(diff) == f"{fence}diff\n{diff.rstrip()}\n{fence}"
