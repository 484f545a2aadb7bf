"""`remediator ledger`: what the ledger can be told to do."""

from datetime import UTC, datetime

import typer

from remediator.cli.console import Exit, line, set_up_logging, stdout
from remediator.cli.naming import counted
from remediator.cli.options import DEFAULT_CONFIG, ConfigPath, LogFormat, Verbose
from remediator.config import load
from remediator.run import rebuild_ledger

ledger_app = typer.Typer(
    name="ledger",
    help="The record of what was delivered and what became of it.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)


def rebuild_command(
    config: ConfigPath = DEFAULT_CONFIG, log_format: LogFormat = "text", verbose: Verbose = False
) -> Exit:
    """Make the ledger anew from the requests and tickets on the platform, declines included.

    A run does this by itself when its ledger is empty. What the ledger knows already stays; nothing is written
    anywhere else.
    """
    set_up_logging(log_format, verbose)
    rebuilt = rebuild_ledger(load(config), now=datetime.now(UTC))
    console = stdout()
    found = f"{counted(rebuilt.requests, 'request')} and {counted(rebuilt.tickets, 'ticket')} of ours"
    known = "the ledger knew them all" if not rebuilt.fresh else f"{rebuilt.fresh} of them were new to the ledger"
    console.print(f"Found {found}; {known}." if rebuilt.requests or rebuilt.tickets else f"Found {found}.")
    for failure in rebuilt.failures:
        console.print(line(f"{failure.unit}: {failure.reason}"), markup=False)
    return Exit.INCOMPLETE if rebuilt.failures else Exit.DONE
