"""Which settings hold in a repository, and which file each comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from remediator.config import Config, nearest
from remediator.config.inheriting import above
from remediator.config.own import OwnConfig
from remediator.deliver.onboarding import FILE
from remediator.errors import ConfigError
from remediator.git.clones import Clone
from remediator.run.foldering import read_all_folders
from remediator.run.owning import Owned, Reading

DEFAULT: Final = "default"
CONFIGURATION: Final = "configuration"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it holds, as text, and where it comes from: the default, the configuration, or a file."""

    key: str
    value: str
    source: str


def settings_of(config: Config, name: str) -> tuple[Setting, ...]:
    """Every setting of limits, requests, disclosure, exceptions and rules that are off, as it holds in a repository.

    Reads the repository and that of its organization. Raises ConfigError for a repository that is not configured, or
    a file that cannot be used, and RemediatorError where one cannot be read.
    """
    repository = config.repository(name)
    if repository is None:
        raise ConfigError(
            f"repository '{name}' is not configured{nearest(name, [r.name for r in config.repositories])}"
        )
    reading, layers = Reading(config), list[tuple[str, OwnConfig]]()
    for one in (above(repository, config), repository):
        if one is not None:
            layers.append((f"{one.name}: {FILE}", reading.read(one)))
    found = dict(_flat(config))
    sources = {key: CONFIGURATION if given else DEFAULT for key, given in _given(config)}
    off = {rule: CONFIGURATION for rule, table in config.planners.items() if table.get("enabled") is False}
    exceptions = [(f"exceptions.{n}", CONFIGURATION) for n, _ in enumerate(config.exceptions, 1)]
    reasons = [one.reason for one in config.exceptions]
    for source, own in layers:
        config = Owned({name: (own,)}, {}).narrowed(config, name)
        changed = {key: value for key, value in _flat(config) if value != found[key]}
        found |= changed
        sources |= dict.fromkeys(changed, source)
        off |= {rule: source for rule in sorted(own.off) if rule not in off}
        exceptions += [(f"exceptions.{len(exceptions) + n}", source) for n, _ in enumerate(own.exceptions, 1)]
        reasons += [one.reason for one in own.exceptions]
    return (
        *(Setting(key, value, sources[key]) for key, value in found.items()),
        *(Setting(f"planners.{rule}.enabled", "false", source) for rule, source in off.items()),
        *(Setting(key, reason, source) for (key, source), reason in zip(exceptions, reasons, strict=True)),
        *_in_folders(config, repository.name, reading.clones[repository.name]),
    )


def _in_folders(config: Config, name: str, clone: Clone) -> Iterator[Setting]:
    """What the files of folders narrow for the roots there, or why one cannot be used."""
    held = dict(_flat(config))
    for folder, own in read_all_folders(clone).items():
        source = f"{name}: {folder}/{FILE}"
        if isinstance(own, str):
            yield Setting(f"in {folder}", own, source)
            continue
        narrower = Owned({name: (own,)}, {}).narrowed(config, name)
        changed = [(key, value) for key, value in _flat(narrower) if value != held[key]]
        off = [(f"planners.{rule}.enabled", "false") for rule in sorted(own.off)]
        excepted = [(f"exceptions.{n}", one.reason) for n, one in enumerate(own.exceptions, 1)]
        yield from (Setting(f"in {folder}: {key}", value, source) for key, value in (*changed, *off, *excepted))


def _tables(config: Config) -> Mapping[str, BaseModel]:
    audiences = {f"disclosure.{name}": audience for name, audience in config.disclosure}
    return {"limits": config.limits, "requests": config.requests, **audiences}


def _flat(config: Config) -> Iterator[tuple[str, str]]:
    for name, table in _tables(config).items():
        yield from ((f"{name}.{key}", _text(value)) for key, value in table)


def _given(config: Config) -> Iterator[tuple[str, bool]]:
    """Whether each setting stands in the configuration."""
    for name, table in _tables(config).items():
        parent = config.disclosure if name.startswith("disclosure.") else config
        stands = name.rpartition(".")[2] in parent.model_fields_set
        yield from ((f"{name}.{key}", stands and key in table.model_fields_set) for key, _ in table)


def _text(value: object) -> str:
    match value:
        case None:
            return "unset"
        case bool():
            return str(value).lower()
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case _:
            return str(value)
