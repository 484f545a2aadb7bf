"""`remediator verify`: what became of what was delivered."""

from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text

from remediator.cli.console import Exit, line, set_up_logging, stdout
from remediator.cli.options import DEFAULT_CONFIG, ConfigPath, LogFormat, TextOrJson, Verbose
from remediator.cli.progress import progressing
from remediator.cli.report import print_failures, print_json
from remediator.cli.run import exit_code
from remediator.config import load
from remediator.model import Outcome
from remediator.run import verify


def verify_command(
    config: ConfigPath = DEFAULT_CONFIG,
    output: TextOrJson = "text",
    log_format: LogFormat = "text",
    verbose: Verbose = False,
) -> Exit:
    """Follow what was delivered: merged, applied, live. Opens and changes nothing."""
    set_up_logging(log_format, verbose)
    with progressing(plain=log_format == "json") as progress:
        summary = verify(load(config), now=datetime.now(UTC), progress=progress)
    console = stdout()
    if output == "json":
        print_json(summary, console)
    else:
        console.print(_table(summary.outcomes) if summary.outcomes else "Nothing has been delivered yet.")
        print_failures(summary, console)
    return exit_code(summary)


def _table(outcomes: tuple[Outcome, ...]) -> Table:
    table = Table("What", "Rule", "Where", "Status", "Opened", "Merged", "Live")
    for outcome in outcomes:
        times = (outcome.opened_at, outcome.merged_at, outcome.live_at)
        table.add_row(
            Text(line(", ".join(outcome.addresses))),
            Text(line(outcome.rule)),
            Text(line(f"{outcome.route} {outcome.reference or ''}")),
            outcome.status,
            *(f"{at:%Y-%m-%d %H:%M}" if at else "" for at in times),
        )
    return table
