"""The `remediator` command: its subcommands, and the one place where errors become sentences and exit codes."""

import logging
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec

import typer

from remediator.cli import apply, demo, doctor, explain, ledger, plan, planners, run, verify
from remediator.cli.console import Exit, line, stderr
from remediator.errors import ConfigError, RemediatorError

Parameters = ParamSpec("Parameters")

app = typer.Typer(
    name="remediator",
    help="Turn cloud waste into reviewed code: find it, trace it to its line and owner, edit, deliver, verify.",
    epilog="Exit codes: 0 done; 2 usage or configuration error; 3 done, but some units failed; 4 internal error.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def exiting(command: Callable[Parameters, Exit]) -> Callable[Parameters, None]:
    """The command, ending with its exit code."""

    @wraps(command)
    def ended(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        raise typer.Exit(command(*arguments, **options))

    return ended


app.command("run")(exiting(run.run_command))
app.command("plan")(exiting(plan.plan_command))
app.command("explain")(exiting(explain.explain_command))
app.command("verify")(exiting(verify.verify_command))
app.command("doctor")(exiting(doctor.doctor_command))
app.command("apply")(exiting(apply.apply_command))
app.command("planners")(exiting(planners.planners_command))
app.command("demo")(exiting(demo.demo_command))
ledger.ledger_app.command("rebuild")(exiting(ledger.rebuild_command))
app.add_typer(ledger.ledger_app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    sys.exit(execute(sys.argv[1:] if arguments is None else arguments))


def execute(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        app(list(arguments), prog_name="remediator")
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else Exit.DONE
    except BrokenPipeError:
        sys.stderr.close()
    except ConfigError as error:
        return _say(error, Exit.USAGE)
    except RemediatorError as error:
        return _say(error, Exit.INCOMPLETE)
    except Exception as error:
        logging.getLogger("remediator").debug("the traceback", exc_info=True)
        return _say(error, Exit.INTERNAL, f"An unexpected {type(error).__name__}: ", "; run again with -v for the log")
    return Exit.DONE


def _say(error: Exception, code: Exit, before: str = "", after: str = "") -> Exit:
    stderr().print("[bold red]Error:[/] ", end="")
    stderr().print(line(f"{before}{error}{after}"), markup=False)
    return code
