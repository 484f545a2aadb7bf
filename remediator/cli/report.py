"""What a person sees of a run: findings, diffs, where things lie, what failed."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from remediator.cli.console import visible
from remediator.deliver.standing import Delivered
from remediator.model import Plan, Route
from remediator.run.summary import Summary, document


def print_summary(summary: Summary, state_dir: Path, console: Console, output: str) -> None:
    """Print a run's summary as text, JSON or Markdown."""
    if output == "json":
        print_json(summary, console)
    elif output == "markdown":
        console.print(markdown(summary), markup=False)
    else:
        for part in (findings(summary.plans), *diffs(summary.plans), closing(summary, state_dir)):
            console.print(part)
        print_failures(summary, console)


def print_json(summary: Summary, console: Console) -> None:
    """Print the summary's document."""
    console.print_json(json.dumps(document(summary)))


def print_failures(summary: Summary, console: Console) -> None:
    """Print each failed unit with the sentence that says why."""
    for failure in summary.failures:
        console.print(Text(visible(f"Failed: {failure.unit}: {failure.reason}"), style="red"))


def findings(plans: Sequence[tuple[Plan, Delivered]]) -> Table:
    """A table of findings: resource, owner, why, dollars a month, and how it is delivered."""
    table = Table(title="Findings", title_justify="left", expand=True)
    for name, ratio in (("Resource", 4), ("Owner", 2), ("Why", 6)):
        table.add_column(name, ratio=ratio, overflow="fold")
    table.add_column("$/month", justify="right", no_wrap=True)
    table.add_column("As", no_wrap=True)
    for plan, delivered in plans:
        change = plan.changes[0]
        more = f" (+{len(plan.changes) - 1})" if len(plan.changes) > 1 else ""
        saving = plan.monthly_saving
        table.add_row(
            Text(visible(resource_name(plan) + more)),
            Text(visible(plan.origin.owners[0].handle) if plan.origin.owners else "—"),
            Text(visible(change.reason)),
            Text("—" if saving is None else f"{saving:,.2f}"),
            Text(_delivered(plan, delivered)),
        )
    return table


def _delivered(plan: Plan, delivered: Delivered) -> str:
    """How a plan goes out, in two short lines: `request 3` or `FIN-2`, and whether it was opened or kept."""
    kind = "request" if plan.route is Route.PULL_REQUEST else plan.route
    reference = delivered.reference or ""
    name = reference if plan.route is Route.TICKET and reference else f"{kind} {reference}".rstrip()
    return f"{name}\n{delivered.action}"


def resource_name(plan: Plan) -> str:
    """The address of a plan's first resource, or its live id where no state holds it."""
    change = plan.changes[0]
    return change.declared.at.address if change.declared else f"{change.resource.kind} {change.resource.id}"


def diffs(plans: Sequence[tuple[Plan, Delivered]]) -> list[Panel]:
    """The diff of each plan that has one."""
    return [
        Panel(
            Group(
                Syntax(
                    visible(plan.diff.rstrip("\n")),
                    "diff",
                    theme="ansi_dark",
                    background_color="default",
                    word_wrap=True,
                )
            ),
            title=escape(visible(f"{plan.changes[0].title} · {delivered.reference or delivered.action}")),
            title_align="left",
        )
        for plan, delivered in plans
        if plan.diff and delivered.action in ("opened", "would open")
    ]


def closing(summary: Summary, state_dir: Path) -> Text:
    """Counts, savings, where the files lie, what was skipped and what failed."""
    lines = Text()
    actions = Counter(delivered.action for _, delivered in summary.plans)
    if not summary.news:
        lines.append("Nothing new to do. ", style="bold")
    lines.append(
        f"{summary.resources} resources seen, {summary.declared} of them declared in code; {len(summary.plans)} plans"
        + (f" ({', '.join(f'{n} {action}' for action, n in sorted(actions.items()))})" if actions else "")
        + f", {summary.monthly_saving:,.2f} USD a month at list price.\n"
    )
    routes = Counter(plan.route for plan, _ in summary.plans)
    lines.append(f"Pull requests: {routes[Route.PULL_REQUEST]}, tickets: {routes[Route.TICKET]}.\n")
    for outcome in summary.outcomes:
        if outcome.live_at is not None:
            lines.append(f"Live: {', '.join(outcome.addresses)} since {outcome.live_at:%Y-%m-%d %H:%M} UTC.\n")
    for reason, count in Counter(s.reason for s in summary.skipped).most_common():
        lines.append(f"Skipped {count}: {reason}.\n", style="dim")
    for held_plan, delivered in summary.plans:
        if delivered.action in ("held", "failed"):
            lines.append(
                f"{delivered.action.capitalize()} {resource_name(held_plan)}: {delivered.reason}\n", style="dim"
            )
    calls = sum(c.calls for c in summary.calls)
    lines.append(f"{calls} cloud calls, {summary.cost:.4f} USD.\n", style="dim")
    folders = [
        state_dir / "plans",
        *(p for p in (state_dir / "outbox" / "pulls", state_dir / "outbox" / "tickets") if p.exists()),
    ]
    lines.append("Files: " + ", ".join(str(folder) for folder in folders) + "\n")
    return lines


def markdown(summary: Summary) -> str:
    """The findings as a Markdown table and the diffs as code blocks."""
    rows = ["| resource | owner | why | $ a month | delivered |", "|---|---|---|---:|---|"]
    for plan, delivered in summary.plans:
        owner = plan.origin.owners[0].handle if plan.origin.owners else "—"
        saving = "—" if plan.monthly_saving is None else f"{plan.monthly_saving:,.2f}"
        cells = (resource_name(plan), owner, plan.changes[0].reason, saving, f"{plan.route}: {delivered.action}")
        rows.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    blocks = [f"```diff\n{plan.diff.rstrip()}\n```" for plan, _ in summary.plans if plan.diff]
    return "\n\n".join(["\n".join(rows), *blocks])
