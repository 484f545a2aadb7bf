"""What a repository's own `.remediator.toml` says, read from its base, and held against what a run wants there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from remediator.config.own import OwnConfig, parse_own
from remediator.deliver.onboarding import FILE
from remediator.git.objects import read_paths
from remediator.model import Change, Failure
from remediator.run.codebase import Codebase
from remediator.run.excepting import Places, sift, waivers
from remediator.run.sweep import attempt
from remediator.run.weighing import Skipped


@dataclass(frozen=True, slots=True)
class Owned:
    """The own configuration of each repository, and why that of the others cannot be used."""

    own: Mapping[str, OwnConfig]
    broken: Mapping[str, str]

    @property
    def failures(self) -> tuple[Failure, ...]:
        """A failure for each that is broken: nothing is opened there until it is mended."""
        return tuple(Failure(f"{name}: {FILE}", reason) for name, reason in self.broken.items())


def read_own(codebases: Mapping[str, Codebase]) -> Owned:
    """The file at the base of every repository; one without it says nothing."""
    own: dict[str, OwnConfig] = {}
    broken: dict[str, str] = {}
    for name, codebase in codebases.items():
        answer = attempt(partial(_read), codebase)
        if isinstance(answer, str):
            broken[name] = answer
        else:
            own[name] = answer[0]
    return Owned(own, broken)


def _read(codebase: Codebase) -> OwnConfig:
    content = read_paths(codebase.clone, codebase.clone.head, (FILE,)).get(FILE)
    return parse_own(content, FILE) if content is not None else OwnConfig()


def narrowed(
    changes: Iterable[Change], owned: Owned, places: Places, now: datetime
) -> tuple[tuple[Change, ...], tuple[Skipped, ...]]:
    """The changes that their repositories take, and those that one has switched off, excepted, or cannot be asked."""
    kept: list[Change] = []
    skipped: list[Skipped] = []
    asked = {name: waivers(own.exceptions) for name, own in owned.own.items() if own.exceptions}
    for change in changes:
        name = change.declared.at.repository if change.declared else ""
        own = owned.own.get(name)
        if name in owned.broken:
            skipped.append(Skipped(change, f"{name}: {FILE} cannot be used: {owned.broken[name]}"))
        elif own is not None and change.rule in own.off:
            skipped.append(Skipped(change, f"{name}: {FILE} switches {change.rule} off"))
        elif sifted := sift([change], asked.get(name, ()), places, now).skipped:
            skipped += sifted
        else:
            kept.append(change)
    return tuple(kept), tuple(skipped)
