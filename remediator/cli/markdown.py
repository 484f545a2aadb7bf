"""A run's findings as Markdown, to be posted where a team reads."""

import re

from remediator.cli.console import visible
from remediator.cli.naming import resource_name
from remediator.deliver.escape import markdown as escaped
from remediator.run.summary import Summary

_FENCE = re.compile("`+")


def markdown(summary: Summary) -> str:
    """The findings as a Markdown table, the diffs as code blocks, and what failed as a list."""
    rows = ["| resource | owner | why | $ a month | delivered |", "|---|---|---|---:|---|"]
    for plan, delivered in summary.plans:
        owner = plan.origin.owners[0].handle if plan.origin.owners else "—"
        saving = "—" if plan.monthly_saving is None else f"{plan.monthly_saving:,.2f}"
        cells = (resource_name(plan), owner, plan.changes[0].reason, saving, f"{plan.route}: {delivered.action}")
        rows.append("| " + " | ".join(escaped(text) for text in cells) + " |")
    failures = [f"- Failed: {escaped(f.unit)}: {escaped(f.reason)}" for f in summary.failures]
    diffs = [fenced(plan.diff) for plan, _ in summary.plans if plan.diff]
    return "\n\n".join(["\n".join(rows), *(["\n".join(failures)] if failures else []), *diffs])


def fenced(diff: str) -> str:
    """A diff as a code block whose fence is longer than any run of backticks in it."""
    fence = "`" * max(3, 1 + max((len(run) for run in _FENCE.findall(diff)), default=0))
    return f"{fence}diff\n{visible(diff.rstrip())}\n{fence}"
