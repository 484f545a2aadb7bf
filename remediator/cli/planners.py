"""`remediator planners`: the rules, what each does, and its settings."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import TypeAdapter
from rich.table import Table
from rich.text import Text

from remediator.cli.console import Exit, line, set_up_logging, stdout, visible
from remediator.cli.options import DEFAULT_CONFIG, ConfigPath, LogFormat, SettingsOf, TextOrJson, Verbose
from remediator.cli.report import print_document
from remediator.config import Config, load
from remediator.registry import Loaded, load_planners
from remediator.run.provenance import Setting, settings_of


def planners_command(
    config: ConfigPath = DEFAULT_CONFIG,
    output: TextOrJson = "text",
    repo: SettingsOf = None,
    log_format: LogFormat = "text",
    verbose: Verbose = False,
) -> Exit:
    """List the rules, with the settings in force from the configuration (or the defaults where there is none).

    With --repo, list instead what holds in that repository, and which file says so.
    """
    set_up_logging(log_format, verbose)
    if repo is not None:
        return _tell_settings(settings_of(load(config), repo), output)
    settings = load(config) if config != DEFAULT_CONFIG or config.exists() else Config()
    loaded = load_planners(settings.planners, None)
    console = stdout()
    if output == "json":
        rows = [
            {
                "rule": p.rule,
                "layer": p.layer,
                "summary": p.summary,
                "settings": _values(p.settings),
                "environments": {name: _values(settings) for name, settings in p.in_environments},
                "off": p.off,
            }
            for p in loaded
        ]
        print_document(console, rows)
        return Exit.DONE
    table = Table("Rule", "Layer", "What it does", "Settings")
    for planner in loaded:
        values = "\n".join(_lines(planner))
        table.add_row(Text(line(planner.rule)), planner.layer, Text(line(planner.summary)), Text(visible(values)))
    console.print(table)
    return Exit.DONE


def _tell_settings(settings: Sequence[Setting], output: TextOrJson) -> Exit:
    """What holds in a repository, and where each setting comes from."""
    console = stdout()
    if output == "json":
        print_document(console, [{"key": s.key, "value": s.value, "source": s.source} for s in settings])
        return Exit.DONE
    table = Table("Setting", "Value", "From")
    for setting in settings:
        table.add_row(*(Text(line(cell)) for cell in (setting.key, setting.value, setting.source)))
    console.print(table)
    return Exit.DONE


def _lines(planner: Loaded) -> Iterator[str]:
    """Every setting, then those that differ in an environment, and where the rule is switched off."""
    plain = _values(planner.settings)
    yield from (f"{name} = {value}" for name, value in plain.items())
    for environment, settings in planner.in_environments:
        own = (f"{environment}.{name} = {v}" for name, v in _values(settings).items() if v != plain[name])
        yield from own
    if planner.off:
        yield f"off in {', '.join(name or 'no known environment' for name in planner.off)}"


def _values(settings: object) -> Mapping[str, object]:
    """A planner's settings by name."""
    values: Mapping[str, object] = TypeAdapter(type(settings)).dump_python(settings, mode="json")
    return values
