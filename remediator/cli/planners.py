"""`remediator planners`: the rules, what each does, and its settings."""

from collections.abc import Mapping

from pydantic import TypeAdapter
from rich.table import Table
from rich.text import Text

from remediator.cli.console import Exit, line, set_up_logging, stdout, visible
from remediator.cli.options import DEFAULT_CONFIG, ConfigPath, LogFormat, TextOrJson, Verbose
from remediator.cli.report import print_document
from remediator.config import Config, load
from remediator.registry import Loaded, load_planners


def planners_command(
    config: ConfigPath = DEFAULT_CONFIG,
    output: TextOrJson = "text",
    log_format: LogFormat = "text",
    verbose: Verbose = False,
) -> Exit:
    """List the rules, with the settings in force from the configuration (or the defaults where there is none)."""
    set_up_logging(log_format, verbose)
    settings = load(config) if config != DEFAULT_CONFIG or config.exists() else Config()
    loaded = load_planners(settings.planners, None)
    console = stdout()
    if output == "json":
        rows = [{"rule": p.rule, "layer": p.layer, "summary": p.summary, "settings": _values(p)} for p in loaded]
        print_document(console, rows)
        return Exit.DONE
    table = Table("Rule", "Layer", "What it does", "Settings")
    for planner in loaded:
        values = "\n".join(f"{name} = {value}" for name, value in _values(planner).items())
        table.add_row(Text(line(planner.rule)), planner.layer, Text(line(planner.summary)), Text(visible(values)))
    console.print(table)
    return Exit.DONE


def _values(planner: Loaded) -> Mapping[str, object]:
    """A planner's settings by name."""
    values: Mapping[str, object] = TypeAdapter(type(planner.settings)).dump_python(planner.settings, mode="json")
    return values
