"""`remediator plan`: findings, diffs and plan files, delivering nothing."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from remediator.cli.console import Exit, set_up_logging, stdout
from remediator.cli.options import (
    DEFAULT_CONFIG,
    ConfigPath,
    LogFormat,
    OnlyAccount,
    OnlyRepository,
    OnlyRule,
    OutputFormat,
    Verbose,
)
from remediator.cli.progress import progressing
from remediator.cli.report import print_summary
from remediator.cli.run import check_names, exit_code
from remediator.config import load
from remediator.run import Only, run


def plan_command(
    config: ConfigPath = DEFAULT_CONFIG,
    out: Annotated[Path | None, typer.Option(help="Also copy the plan files here.", metavar="DIR")] = None,
    only: OnlyRule = None,
    account: OnlyAccount = None,
    repo: OnlyRepository = None,
    output: OutputFormat = "text",
    log_format: LogFormat = "text",
    verbose: Verbose = False,
) -> Exit:
    """Find, trace, plan and edit; print the findings and diffs; deliver nothing."""
    set_up_logging(log_format, verbose)
    settings = load(config)
    check_names(settings, account, repo)
    with progressing(plain=log_format == "json") as progress:
        summary = run(settings, now=datetime.now(UTC), deliver=False, only=Only(only, account, repo), progress=progress)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for plan, _ in summary.plans:
            shutil.copy(settings.run.state_dir / "plans" / f"{plan.id}.json", out)
    print_summary(summary, settings.run.state_dir, stdout(), output)
    return exit_code(summary)
