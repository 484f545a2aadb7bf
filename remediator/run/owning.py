"""What `.remediator.toml` of a repository and its organization says, and which of a run's changes it takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from remediator.config import Config, RepositoryConfig
from remediator.config.inheriting import above
from remediator.config.own import OwnConfig, parse_own
from remediator.deliver.onboarding import FILE
from remediator.errors import ConfigError
from remediator.git.clones import Clone
from remediator.git.objects import read_paths
from remediator.git.revisions import blob_at
from remediator.model import Change, Failure
from remediator.registry import check_rules
from remediator.run.codebase import Codebase, cloned
from remediator.run.excepting import Places, sift, waivers
from remediator.run.sweep import attempt
from remediator.run.weighing import Skipped


@dataclass(frozen=True, slots=True)
class Owned:
    """What `.remediator.toml` says of each repository: its organization's first, then its own; each narrows.

    `broken` says why that cannot be used, `inherited` which of them are broken by their organization's file.
    """

    layers: Mapping[str, tuple[OwnConfig, ...]]
    broken: Mapping[str, str]
    inherited: frozenset[str] = frozenset()

    @property
    def failures(self) -> tuple[Failure, ...]:
        """A failure for each that is broken: nothing is opened there until it is mended."""
        return tuple(Failure(f"{name}: {FILE}", reason) for name, reason in self.broken.items())

    def narrowed(self, config: Config, name: str) -> Config:
        """The configuration as it holds in a repository."""
        for own in self.layers.get(name, ()):
            narrower = {
                "limits": own.limits.narrowed(config.limits),
                "requests": config.requests.with_own(own.requests),
                "disclosure": own.disclosure.narrowed(config.disclosure),
            }
            config = config.model_copy(update=narrower)
        return config


def read_own(codebases: Mapping[str, Codebase], config: Config) -> Owned:
    """The file at the base of every repository and of its organization's; one without it says nothing."""
    reading = Reading(config, {name: codebase.clone for name, codebase in codebases.items()})
    layers: dict[str, tuple[OwnConfig, ...]] = {}
    broken: dict[str, str] = {}
    inherited: set[str] = set()
    for name, codebase in codebases.items():
        organization = above(codebase.config, config)
        higher = reading.of(organization) if organization is not None else OwnConfig()
        own = reading.of(codebase.config)
        if isinstance(own, str):
            broken[name] = own
        elif isinstance(higher, str) and organization is not None:
            broken[name] = f"that of {organization.name}, which holds here too: {higher}"
            inherited.add(name)
        elif not isinstance(higher, str):
            layers[name] = (higher, own)
    return Owned(layers, broken, frozenset(inherited))


@dataclass(slots=True)
class Reading:
    """Files read once each; `clones` are those that the run has already."""

    config: Config
    clones: dict[str, Clone] = field(default_factory=dict)
    found: dict[str, OwnConfig | str] = field(default_factory=dict)

    def of(self, repository: RepositoryConfig) -> OwnConfig | str:
        """What a repository's file says, or why it cannot be used."""
        if repository.name not in self.found:
            answer = attempt(self.read, repository)
            self.found[repository.name] = answer if isinstance(answer, str) else answer[0]
        return self.found[repository.name]

    def read(self, repository: RepositoryConfig) -> OwnConfig:
        """The same, but raises RemediatorError for what cannot be read or used."""
        if repository.name not in self.clones:
            self.clones[repository.name] = cloned(repository, self.config)
        clone = self.clones[repository.name]
        content = read_paths(clone, clone.head, (FILE,)).get(FILE)
        if content is None and blob_at(clone, clone.head, FILE) is not None:
            raise ConfigError(f"{FILE} is a link, which is not followed; commit the file itself")
        own = parse_own(content, FILE) if content is not None else OwnConfig()
        check_rules(sorted(own.rules))
        return own


def narrowed(
    changes: Iterable[Change], owned: Owned, places: Places, now: datetime
) -> tuple[tuple[Change, ...], tuple[Skipped, ...]]:
    """The changes that their repositories take, and those that one has switched off, excepted, or cannot be asked."""
    kept: list[Change] = []
    skipped: list[Skipped] = []
    asked = {name: waivers([e for own in layers for e in own.exceptions]) for name, layers in owned.layers.items()}
    for change in changes:
        name = change.declared.at.repository if change.declared else ""
        off = {rule for own in owned.layers.get(name, ()) for rule in own.off}
        if name in owned.broken:
            skipped.append(Skipped(change, f"{name}: {FILE} cannot be used: {owned.broken[name]}"))
        elif change.rule in off:
            skipped.append(Skipped(change, f"{name}: {FILE} switches {change.rule} off"))
        elif sifted := sift([change], asked.get(name, ()), places, now).skipped:
            skipped += sifted
        else:
            kept.append(change)
    return tuple(kept), tuple(skipped)
