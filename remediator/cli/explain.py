"""`remediator explain`: the chain from a live resource to its owner."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from remediator.cli.console import Exit, line, set_up_logging, stdout, visible
from remediator.cli.options import DEFAULT_CONFIG, ConfigPath, LogFormat, TextOrJson, Verbose
from remediator.cli.progress import progressing
from remediator.cli.report import print_document
from remediator.config import load
from remediator.planfile.describe import describe_ownership
from remediator.run.explaining import Explained, explain


def explain_command(
    resource: Annotated[str, typer.Argument(help="A live id, an ARN or a Terraform address.", metavar="RESOURCE_ID")],
    config: ConfigPath = DEFAULT_CONFIG,
    output: TextOrJson = "text",
    log_format: LogFormat = "text",
    verbose: Verbose = False,
) -> Exit:
    """Show where a live resource comes from: state, module calls, file and line, commits, people, owner.

    Then what the rules say of it, and what would be edited. Delivers nothing.
    """
    set_up_logging(log_format, verbose)
    with progressing(plain=log_format == "json") as progress:
        explained = explain(load(config), resource, now=datetime.now(UTC), progress=progress)
    console = stdout()
    if output == "json":
        _print_json(explained, console)
    else:
        _print_text(explained, console)
    return Exit.DONE


def _print_json(explained: Explained, console: Console) -> None:
    steps = [{"link": s.link, "text": s.text, "evidence": s.evidence} for s in explained.steps]
    plans = [
        {"plan_id": p.id, "route": p.route, "title": p.changes[0].title, "doubts": p.doubts, "diff": p.diff}
        for p in explained.plans
    ]
    owners = describe_ownership(explained.origin).model_dump(mode="json")
    live = explained.observation.resource.id
    print_document(console, {"resource": live, "chain": steps, "ownership": owners, "plans": plans})


def _print_text(explained: Explained, console: Console) -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for step in explained.steps:
        table.add_row(Text(step.link, style="bold"), Text(line(step.text)), Text(line(step.evidence), style="dim"))
    console.print(table)
    for plan in explained.plans:
        console.print(Text(f"\n{plan.route}: {line(plan.changes[0].title)}", style="bold"))
        console.print(Text(line(plan.changes[0].reason)))
        for doubt in plan.doubts:
            console.print(Text(line(f"  no pull request, because {doubt}")))
        if plan.diff:
            console.print(Text(visible(plan.diff)))
    if not explained.plans:
        console.print("\nNo rule wants it changed.")
