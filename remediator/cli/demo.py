"""`remediator demo`: the whole job on an embedded estate."""

import logging
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from remediator.cli.console import Exit, line, set_up_logging, stdout
from remediator.cli.options import LogFormat, OutputFormat, Verbose
from remediator.cli.progress import progressing
from remediator.cli.report import print_summary
from remediator.cli.run import exit_code
from remediator.demo.estate import served
from remediator.run import run
from remediator.run.summary import Summary

DEFAULT_FOLDER = Path("remediator-demo")


def demo_command(
    folder: Annotated[Path, typer.Option("--dir", help="Where the demo's estate is kept.")] = DEFAULT_FOLDER,
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
        console.print(_next(folder, summary), markup=False, soft_wrap=True)
    return exit_code(summary)


def _next(folder: Path, summary: Summary) -> str:
    """What a person may try after a run; commands as a shell takes them."""
    called = [sys.executable, "-m", "remediator"] if sys.argv[0].endswith(".py") else sys.argv[:1]
    program, kept = line(shlex.join(called)), shlex.quote(line(str(folder)))
    again = f"{program} demo" + ("" if folder == DEFAULT_FOLDER else f" --dir {kept}")
    if not summary.news:
        return (
            "The estate is as the last run left it, so there was nothing to open. What to try next:\n"
            f'  decline a request      set "state" to "closed" in {kept}/.remediator/outbox/pulls/1.json\n'
            f"  and run it again       {again}\n"
            f"  begin anew             rm -r {kept}"
        )
    edited = next((plan for plan, _ in summary.plans if plan.edits), None)
    lines = ["What to try next:", f"  read a pull request    less {kept}/.remediator/outbox/pulls/1.md"]
    if edited is not None:
        repository = f"{kept}/repositories/{edited.repository}.git"
        lines += [
            f"  apply a plan yourself  git clone {repository} checkout",
            f"                         {program} apply {kept}/.remediator/plans/{edited.id}.json --repo checkout",
            f"  see the branches       git -C {repository} log --oneline --all --graph",
        ]
    return "\n".join([*lines, f"  run it again           {again}   (it finds nothing new to do)"])
