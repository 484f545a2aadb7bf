"""`remediator doctor`: whether a run will find all that it needs, and how to mend what it will not."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from remediator.cli.console import Exit, line, set_up_logging, stdout
from remediator.cli.options import DEFAULT_CONFIG, ConfigPath, LogFormat, TextOrJson, Verbose
from remediator.config import load
from remediator.model.checks import Check, Verdict
from remediator.run.doctor import examine

_STYLE = {Verdict.OK: "green", Verdict.WARNING: "yellow", Verdict.FAILED: "bold red"}


def doctor_command(
    config: ConfigPath = DEFAULT_CONFIG,
    output: TextOrJson = "text",
    log_format: LogFormat = "text",
    verbose: Verbose = False,
) -> Exit:
    """Check credentials, permissions and tools, and say how to fix each.

    Asks every account, repository, forge and tracker of the configuration, and writes to none of them. Exits with 3
    where anything failed; a warning names what a run will leave out.
    """
    set_up_logging(log_format, verbose)
    checks = examine(load(config), datetime.now(UTC))
    console = stdout()
    if output == "json":
        console.out(json.dumps([asdict(check) for check in checks], indent=2), highlight=False)
    else:
        _print(checks, console)
    return Exit.INCOMPLETE if any(check.verdict is Verdict.FAILED for check in checks) else Exit.DONE


def _print(checks: Sequence[Check], console: Console) -> None:
    unit = None
    for check in checks:
        if check.unit != unit:
            unit = check.unit
            console.print(Text(line(unit), style="bold"))
        said = Text(f"  {check.verdict.value:<8}", style=_STYLE[check.verdict])
        console.print(said.append(line(f"{check.what}: {check.said}"), style="default"))
        if check.fix:
            console.print(Text(line(f"{'':10}→ {check.fix}")))
    counts = Counter(check.verdict for check in checks)
    told = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict if counts[verdict])
    console.print(Text(f"{len(checks)} checks: {told}."))
