"""`remediator apply`: a plan file's edits onto a checkout."""

from pathlib import Path
from typing import Annotated

import typer

from remediator.agents.apply import apply_plan
from remediator.cli.console import Exit, line, set_up_logging, stdout
from remediator.cli.options import LogFormat, Verbose


def apply_command(
    plan: Annotated[Path, typer.Argument(help="The plan file.", metavar="PLAN.json")],
    repo: Annotated[Path, typer.Option(help="The checkout to edit.", metavar="DIR")],
    check: Annotated[bool, typer.Option("--check", help="Check every precondition and write nothing.")] = False,
    log_format: LogFormat = "text",
    verbose: Verbose = False,
) -> Exit:
    """Apply a plan file's edits to a checkout, all or none, after checking every precondition.

    For coding agents and people. Nothing is committed, pushed or run.
    """
    set_up_logging(log_format, verbose)
    changed = apply_plan(plan, repo, check)
    console = stdout()
    for path in changed:
        console.print(f"{'would change' if check else 'changed'} {line(path)}", markup=False)
    if not changed:
        console.print("already applied; nothing to change")
    return Exit.DONE
