"""What `.remediator.toml` of a repository and its organization says, and which of a run's changes it takes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from remediator.config import Config, RepositoryConfig
from remediator.config.inheriting import above
from remediator.config.own import OwnConfig, parse_own
from remediator.deliver.onboarding import FILE
from remediator.errors import ConfigError
from remediator.git.clones import Clone
from remediator.git.objects import read_paths
from remediator.git.revisions import blob_at
from remediator.model import Change, Failure, Plan
from remediator.registry import check_rules
from remediator.run.codebase import Codebase, cloned
from remediator.run.excepting import Places, Waiver, sift, waivers
from remediator.run.foldering import above as folders_above
from remediator.run.foldering import edited, read_folders
from remediator.run.sweep import attempt
from remediator.run.weighing import Skipped
from remediator.trace.addresses import Key, key_of
from remediator.trace.holders import Holder


@dataclass(frozen=True, slots=True)
class Owned:
    """What `.remediator.toml` says of each repository: its organization's first, then its own; each narrows.

    `broken` says why that cannot be used, `inherited` which of them are broken by their organization's file. `folders`
    are the files of folders in each, or why one cannot be used: they narrow it for the roots and edits there.
    """

    layers: Mapping[str, tuple[OwnConfig, ...]]
    broken: Mapping[str, str]
    inherited: frozenset[str] = frozenset()
    folders: Mapping[str, Mapping[str, OwnConfig | str]] = field(default_factory=dict)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """A failure for each that is broken: nothing is opened there until it is mended."""
        whole = (Failure(f"{name}: {FILE}", reason) for name, reason in self.broken.items())
        parts = (Failure(f"{name}: {folder}/{FILE}", reason) for name in self.folders
                 for folder, reason in self.broken_folders(name).items())  # fmt: skip
        return (*whole, *parts)

    def broken_folders(self, name: str) -> Mapping[str, str]:
        """Why the files of folders of a repository cannot be used, by folder."""
        return {folder: said for folder, said in self.folders.get(name, {}).items() if isinstance(said, str)}

    def narrowed(self, config: Config, name: str, folders: Collection[str] = ()) -> Config:
        """The configuration as it holds in a repository, and for what lies in these folders of it.

        Of folders that lie in each other the inner one says who reviews; of others all do.
        """
        said = self.folders.get(name, {})
        inner = {at: own for at, own in said.items() if at in folders and not isinstance(own, str)}
        for own in (*self.layers.get(name, ()), *inner.values()):
            narrower = {
                "limits": own.limits.narrowed(config.limits),
                "requests": config.requests.with_own(own.requests),
                "disclosure": own.disclosure.narrowed(config.disclosure),
            }
            config = config.model_copy(update=narrower)
        asked = {at: own.requests.reviewers for at, own in inner.items() if own.requests.reviewers}
        nearest = [who for at, who in asked.items() if not any(other.startswith(f"{at}/") for other in asked)]
        if len(nearest) < 2:
            return config
        together = {"reviewers": tuple(dict.fromkeys(handle for who in nearest for handle in who))}
        return config.model_copy(update={"requests": config.requests.model_copy(update=together)})

    def disclosing(self, config: Config, name: str) -> Config:
        """The configuration for what is about all of a repository: it shows nothing that the file of a folder hides."""
        return self.narrowed(config, name).model_copy(
            update={"disclosure": self.narrowed(config, name, self.folders.get(name, {})).disclosure}
        )


def read_own(codebases: Mapping[str, Codebase], config: Config) -> Owned:
    """The file at the base of every repository and of its organization's; one without it says nothing."""
    reading = Reading(config, {name: codebase.clone for name, codebase in codebases.items()})
    layers: dict[str, tuple[OwnConfig, ...]] = {}
    broken: dict[str, str] = {}
    inherited: set[str] = set()
    folders: dict[str, Mapping[str, OwnConfig | str]] = {}
    for name, codebase in codebases.items():
        organization = above(codebase.config, config)
        higher = reading.of(organization) if organization is not None else OwnConfig()
        own, inner = reading.of(codebase.config), attempt(read_folders, codebase)
        if isinstance(own, str):
            broken[name] = own
        elif isinstance(inner, str):
            broken[name] = inner
        elif isinstance(higher, str) and organization is not None:
            broken[name] = f"that of {organization.name}, which holds here too: {higher}"
            inherited.add(name)
        elif not isinstance(higher, str):
            layers[name], folders[name] = (higher, own), inner[0]
    return Owned(layers, broken, frozenset(inherited), folders)


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
    changes: Iterable[Change], owned: Owned, places: Places, now: datetime, holders: Mapping[Key, Holder]
) -> tuple[tuple[Change, ...], tuple[Skipped, ...]]:
    """The changes that their repositories take, and those that one has switched off, excepted, or cannot be asked.

    `holders` say whose a resource is that no code declares, such as the disk of a machine.
    """
    kept: list[Change] = []
    skipped: list[Skipped] = []
    files = _files(owned)
    for change in changes:
        holder = holders.get(key_of(change.resource))
        entry = change.declared or (holder.entry if holder else None)
        name = entry.at.repository if entry else ""
        root = next(iter(places(entry.at)), "") if entry else ""
        holding = [files[name, folder] for folder in ("", *folders_above(root)) if (name, folder) in files]
        refused = [found for one in holding if (found := one.refusal(change, places, now)) is not None]
        if name in owned.broken:
            skipped.append(Skipped(change, f"{name}: {FILE} cannot be used: {owned.broken[name]}"))
        elif refused:
            skipped.append(refused[0])
        else:
            kept.append(change)
    return tuple(kept), tuple(skipped)


def taken(
    plans: Iterable[Plan], owned: Owned, places: Places, now: datetime
) -> tuple[tuple[Plan, ...], tuple[Skipped, ...]]:
    """The plans that the folders take in which their edits are made, and the changes of those that one does not.

    Whoever calls a module from elsewhere may be asked for what the people of its folder keep as it is.
    """
    kept: list[Plan] = []
    skipped: list[Skipped] = []
    files = _files(owned)
    for plan in plans:
        name = plan.repository or ""
        holding = [files[name, folder] for folder in sorted(edited(plan)) if (name, folder) in files]
        refused = [found for one in holding for c in plan.changes if (found := one.refusal(c, places, now)) is not None]
        if refused:
            skipped += [replace(refused[0], change=change) for change in plan.changes]
        else:
            kept.append(plan)
    return tuple(kept), tuple(skipped)


@dataclass(frozen=True, slots=True)
class _File:
    """What the files that hold in one place refuse; `where` names them, `broken` says why they cannot be used."""

    where: str
    off: frozenset[str] = frozenset()
    waivers: tuple[Waiver, ...] = ()
    broken: str | None = None

    def refusal(self, change: Change, places: Places, now: datetime) -> Skipped | None:
        """Why a change is not taken there, or None."""
        if self.broken is not None:
            return Skipped(change, f"{self.where} cannot be used: {self.broken}")
        if change.rule in self.off:
            return Skipped(change, f"{self.where} switches {change.rule} off", excepted=True)
        return next(iter(sift([change], self.waivers, places, now).skipped), None)


def _files(owned: Owned) -> Mapping[tuple[str, str], _File]:
    """The files by repository and folder; of a repository and its organization together by the empty folder."""
    found: dict[tuple[str, str], _File] = {}
    for name, layers in owned.layers.items():
        off = frozenset(rule for own in layers for rule in own.off)
        found[name, ""] = _File(f"{name}: {FILE}", off, waivers([e for own in layers for e in own.exceptions]))
    for name, folders in owned.folders.items():
        for folder, own in folders.items():
            where = f"{name}: {folder}/{FILE}"
            found[name, folder] = (
                _File(where, broken=own) if isinstance(own, str) else _File(where, own.off, waivers(own.exceptions))
            )
    return found
