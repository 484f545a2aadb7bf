"""`remediator planners`: the rules, what each does, and its settings."""

import json
from dataclasses import asdict
from typing import Annotated, Literal

import typer
from rich.table import Table
from rich.text import Text

from remediator.cli.console import Exit, stdout
from remediator.cli.options import DEFAULT_CONFIG, ConfigPath
from remediator.config import Config, load
from remediator.registry import load_planners


def planners_command(
    config: ConfigPath = DEFAULT_CONFIG,
    output: Annotated[Literal["text", "json"], typer.Option("--format", help="text or json.")] = "text",
) -> Exit:
    """List the rules, with the settings in force from the configuration (or the defaults where there is none)."""
    settings = load(config) if config != DEFAULT_CONFIG or config.exists() else Config()
    loaded = load_planners(settings.planners, None)
    console = stdout()
    if output == "json":
        rows = [
            {"rule": p.rule, "layer": p.layer, "summary": p.summary, "settings": asdict(p.settings)} for p in loaded
        ]
        console.print_json(json.dumps(rows, default=str))
        return Exit.DONE
    table = Table("Rule", "Layer", "What it does", "Settings")
    for planner in loaded:
        values = "\n".join(f"{name} = {value}" for name, value in asdict(planner.settings).items())
        table.add_row(planner.rule, planner.layer, Text(planner.summary), Text(values))
    console.print(table)
    return Exit.DONE
