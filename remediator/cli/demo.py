"""`remediator demo`: the whole job on an embedded estate."""

import logging
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from remediator.cli.console import Exit, set_up_logging, stdout
from remediator.cli.options import LogFormat, OutputFormat, Verbose
from remediator.cli.progress import progressing
from remediator.cli.report import print_summary
from remediator.cli.run import exit_code
from remediator.demo.estate import served
from remediator.run import run
from remediator.run.summary import Summary


def demo_command(
    folder: Annotated[Path, typer.Option("--dir", help="Where the demo's estate is kept.")] = Path("remediator-demo"),
    output: OutputFormat = "text",
    log_format: LogFormat = "text",
    verbose: Verbose = False,
) -> Exit:
    """Run the whole job on an embedded estate: no account, no token, no network. Run it twice."""
    set_up_logging(log_format, verbose)
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    with progressing(plain=log_format == "json") as progress:
        progress(f"serving the demo's cloud from {folder}")
        with served(folder.absolute()) as demo:
            summary = run(demo.config, now=demo.now, progress=progress)
    console = stdout()
    print_summary(summary, demo.config.run.state_dir, console, output)
    if output == "text":
        console.print(_next(folder, summary), markup=False)
    return exit_code(summary)


def _next(folder: Path, summary: Summary) -> str:
    program = "remediator" if shutil.which("remediator") else sys.argv[0]
    if not summary.news:
        return (
            "The estate is as the last run left it, so there was nothing to open.\n"
            f'Answer as a person would: set "state" of {folder}/.remediator/outbox/pulls/1.json to "closed", run again.'
        )
    edited = next((plan for plan, _ in summary.plans if plan.edits), None)
    lines = ["What to try next:", f"  read a pull request   less {folder}/.remediator/outbox/pulls/1.md"]
    if edited is not None:
        repository = f"{folder}/repositories/{edited.repository}.git"
        lines += [
            f"  apply a plan yourself git clone {repository} checkout",
            f"                        {program} apply {folder}/.remediator/plans/{edited.id}.json --repo checkout",
            f"  see the branches      git -C {repository} log --oneline --all --graph",
        ]
    return "\n".join([*lines, f"  run it again          {program} demo   (it finds nothing new to do)"])
