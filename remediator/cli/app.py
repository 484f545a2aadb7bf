"""The `remediator` command: its subcommands, and the one place where errors become sentences and exit codes."""

import logging
import sys
from collections.abc import Sequence

import click
import typer

from remediator.cli import apply, demo, explain, plan, planners, run, verify
from remediator.cli.console import Exit, stderr
from remediator.errors import ConfigError, RemediatorError

app = typer.Typer(
    name="remediator",
    help="Turn cloud waste into reviewed code: find it, trace it to its line and owner, edit, deliver, verify.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
app.command("run")(run.run_command)
app.command("plan")(plan.plan_command)
app.command("explain")(explain.explain_command)
app.command("verify")(verify.verify_command)
app.command("apply")(apply.apply_command)
app.command("planners")(planners.planners_command)
app.command("demo")(demo.demo_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    sys.exit(execute(sys.argv[1:] if arguments is None else arguments))


def execute(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        code = app(list(arguments), standalone_mode=False, prog_name="remediator")
    except click.ClickException as error:
        error.show()
        return Exit.USAGE
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        stderr().print("Stopped. Nothing is half-delivered; the next run goes on from here.")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return Exit.DONE
    except ConfigError as error:
        return _say(error, Exit.USAGE)
    except RemediatorError as error:
        return _say(error, Exit.INCOMPLETE)
    except Exception as error:
        logging.getLogger("remediator").debug("the traceback", exc_info=True)
        return _say(error, Exit.INTERNAL, f"An unexpected {type(error).__name__}: ", "; run again with -v for the log")
    return code if isinstance(code, int) else Exit.DONE


def _say(error: Exception, code: Exit, before: str = "", after: str = "") -> Exit:
    stderr().print("[bold red]Error:[/] ", end="")
    stderr().print(f"{before}{error}{after}", markup=False)
    return code
