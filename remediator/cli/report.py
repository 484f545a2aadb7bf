"""What a person sees of a run: findings, diffs, where things lie, what failed."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from rich import box
from rich.console import Console
from rich.panel import Panel
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from remediator.cli.console import line, visible
from remediator.cli.kpis import figures
from remediator.cli.markdown import markdown
from remediator.cli.naming import counted, delivery_name, resource_name
from remediator.deliver.standing import Delivered
from remediator.model import Plan, Route
from remediator.run.summary import Summary, document


def print_summary(summary: Summary, state_dir: Path, console: Console, output: str) -> None:
    """Print a run's summary as text, JSON or Markdown."""
    if output == "json":
        print_json(summary, console)
    elif output == "markdown":
        console.print(Text(markdown(summary)), soft_wrap=True)
    else:
        if summary.plans:
            console.print(findings(summary.plans))
        for part in (*diffs(summary.plans), closing(summary)):
            console.print(part)
        console.print(places(state_dir), soft_wrap=True)
        print_failures(summary, console)


def print_json(summary: Summary, console: Console) -> None:
    """Print the summary's document."""
    print_document(console, document(summary))


def print_document(console: Console, whole: Mapping[str, object] | Sequence[object]) -> None:
    """Print JSON that is exact and yet steers no terminal: in ASCII, everything else escaped."""
    console.print_json(json.dumps(whole), ensure_ascii=True)


def print_failures(summary: Summary, console: Console) -> None:
    """Print each failed unit with the sentence that says why."""
    for failure in summary.failures:
        named = failure.reason.startswith(f"{failure.unit}: ")
        sentence = failure.reason if named else f"{failure.unit}: {failure.reason}"
        console.print(Text(line(f"Failed: {sentence}"), style="red"))


def findings(plans: Sequence[tuple[Plan, Delivered]]) -> Table:
    """A table of findings: resource, owner, why, dollars a month, and how it is delivered."""
    table = Table(
        title="Findings", title_justify="left", expand=True, box=box.HORIZONTALS, show_lines=True, pad_edge=False
    )
    table.add_column("Resource", ratio=4, overflow="fold")
    table.add_column("Owner", min_width=14, max_width=24, overflow="fold")
    table.add_column("Why", ratio=6, overflow="fold")
    table.add_column("$/month", justify="right", no_wrap=True)
    table.add_column("Delivered", no_wrap=True)
    for plan, delivered in plans:
        change = plan.changes[0]
        more = f" (+{len(plan.changes) - 1})" if len(plan.changes) > 1 else ""
        saving = plan.monthly_saving
        table.add_row(
            Text(line(resource_name(plan) + more)),
            Text(line(plan.origin.owners[0].handle) if plan.origin.owners else "—"),
            Text(line(change.reason)),
            Text("—" if saving is None else f"{saving:,.2f}"),
            Text(f"{line(delivery_name(plan, delivered))}\n{delivered.action}"),
        )
    return table


def diffs(plans: Sequence[tuple[Plan, Delivered]]) -> list[Panel]:
    """The diff of each plan that has one and is new."""
    return [
        Panel(
            Syntax(
                visible(plan.diff.rstrip("\n")),
                "diff",
                theme="ansi_dark",
                background_color="default",
                word_wrap=True,
            ),
            title=Text(line(f"{delivery_name(plan, delivered)} · {plan.changes[0].title}")),
            title_align="left",
        )
        for plan, delivered in plans
        if plan.diff and delivered.action in ("opened", "would open")
    ]


def closing(summary: Summary) -> Text:
    """Counts, savings, what became live, what a person should do, what was skipped or held, and what the run cost."""
    lines = Text()
    actions = Counter(delivered.action for _, delivered in summary.plans)
    if not summary.news and not summary.failures:
        lines.append("Nothing new to do. ", style="bold")
    routes = Counter(plan.route for plan, _ in summary.plans)
    lines.append(
        f"{counted(summary.resources, 'resource')} seen, {summary.declared:,} of them declared in code; "
        + counted(len(summary.plans), "plan")
        + (f" ({', '.join(f'{n} {action}' for action, n in sorted(actions.items()))})" if actions else "")
        + f": {counted(routes[Route.PULL_REQUEST], 'pull request')}, {counted(routes[Route.TICKET], 'ticket')}, "
        f"{_money(summary.savings)} a month at list price.\n"
    )
    if summary.made_by:
        kinds = (
            f"{kind} {counted(count, 'plan')}, {saving:,.2f} USD" for kind, (count, saving) in summary.made_by.items()
        )
        lines.append(f"Made by: {'; '.join(kinds)}.\n", style="dim")
    for sentence in figures(summary.kpis):
        lines.append(line(sentence) + "\n", style="dim")
    for outcome in summary.outcomes:
        if outcome.live_at is not None:
            lines.append(
                line(f"Live: {', '.join(outcome.addresses)} since {outcome.live_at:%Y-%m-%d %H:%M} UTC.") + "\n"
            )
    for note in summary.notes:
        lines.append(line(note) + "\n", style="yellow")
    for reason, count in Counter(s.reason for s in summary.skipped).most_common():
        lines.append(line(f"Skipped {count:,}: {reason}.") + "\n", style="dim")
    for plan, delivered in summary.plans:
        if delivered.action == "held":
            lines.append(line(f"Held {resource_name(plan)}: {delivered.reason}") + "\n", style="dim")
    calls = sum(c.calls for c in summary.calls)
    lines.append(f"{counted(calls, 'cloud call')}, {summary.cost:.4f} USD.\n", style="dim")
    return lines


def _money(savings: Mapping[str, Decimal]) -> str:
    return " and ".join(f"{amount:,.2f} {currency}" for currency, amount in savings.items()) or "0.00 USD"


def places(state_dir: Path) -> Text:
    """Where the files of plans, pull requests and tickets lie; requests and tickets only where the local ones exist."""
    folders = (
        ("Plan files", state_dir / "plans"),
        ("Pull requests", state_dir / "outbox" / "pulls"),
        ("Tickets", state_dir / "outbox" / "tickets"),
    )
    return Text("".join(f"{name + ':':<15}{line(str(folder))}\n" for name, folder in folders if folder.exists()))
