"""What the configuration excepts from being changed: matched, said as skipped, and noted where it is of no use."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from remediator.config import ExceptionConfig
from remediator.iac.terraform.index import normal
from remediator.iac.terraform.sites import Site, traced_site
from remediator.model import Change, Observation, Resource, StateAddress, StateResource
from remediator.run.codebase import Codebase
from remediator.run.globs import Glob, glob
from remediator.run.weighing import Skipped

Places = Callable[[StateAddress], tuple[str, ...]]
"""The paths that a declared resource is at: its root's, and its file's where the code is found."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """An exception with its patterns compiled; `number` counts from one, as a person does."""

    number: int
    config: ExceptionConfig
    path: Glob | None
    resource: Glob | None

    @property
    def reason(self) -> str:
        """Why what it covers is skipped."""
        until = f" until {self.config.until}" if self.config.until else ""
        return f"excepted{until}: {self.config.reason}"

    def ended(self, today: date) -> bool:
        """Whether it covers nothing any more."""
        return self.config.until is not None and self.config.until <= today

    def covers(self, resource: Resource, declared: StateResource | None, places: Places) -> bool:
        """Whether a resource is all that it says; its rules are not asked here."""
        given = self.config
        if given.account is not None and given.account != resource.account:
            return False
        if given.tag is not None and given.tag not in _tags(resource, declared):
            return False
        names = (resource.id, resource.arn, declared.at.address if declared else None)
        if self.resource is not None and not any(self.resource(name) for name in names if name):
            return False
        if self.path is None:
            return True
        return declared is not None and any(map(self.path, (declared.at.address, *places(declared.at))))


@dataclass(frozen=True, slots=True)
class Sifted:
    """The changes that no exception covers, those that one does, and the exceptions that covered any."""

    kept: tuple[Change, ...]
    skipped: tuple[Skipped, ...]
    used: frozenset[int]


def waivers(exceptions: Sequence[ExceptionConfig]) -> tuple[Waiver, ...]:
    """The exceptions of the configuration, ready to be asked."""
    return tuple(
        Waiver(n, one, glob(_path(one.path)) if one.path else None, glob(one.resource) if one.resource else None)
        for n, one in enumerate(exceptions, 1)
    )


def sift(changes: Iterable[Change], all_: Sequence[Waiver], places: Places, now: datetime) -> Sifted:
    """Part what is excepted today from what is not; where several cover a change, the first says why."""
    active = [waiver for waiver in all_ if not waiver.ended(now.astimezone(UTC).date())]
    kept: list[Change] = []
    skipped: list[Skipped] = []
    used: set[int] = set()
    for change in changes:
        found = [
            waiver
            for waiver in active
            if (not waiver.config.rule or change.rule in waiver.config.rule)
            and waiver.covers(change.resource, change.declared, places)
        ]
        used.update(waiver.number for waiver in found)
        if found:
            skipped.append(Skipped(change, found[0].reason, excepted=True))
        else:
            kept.append(change)
    return Sifted(tuple(kept), tuple(skipped), frozenset(used))


def notes_on(
    all_: Sequence[Waiver],
    used: frozenset[int],
    seen: Sequence[Observation],
    places: Places,
    now: datetime,
    whole: bool,
) -> Iterator[str]:
    """What people should know of exceptions: those that ended, and in a `whole` run those that fit nothing it saw.

    One that fits a resource of which nothing is wanted today is of use tomorrow, and is not noted.
    """
    today = now.astimezone(UTC).date()
    for waiver in all_:
        if waiver.ended(today):
            ended = f"ended on {waiver.config.until} and has no effect"
            yield f"{_name(waiver)} {ended}; take it out, or give it a later day."
        elif not whole or waiver.number in used:
            continue
        elif not any(waiver.covers(one.resource, one.declared, places) for one in seen):
            yield f"{_name(waiver)} is unused, since it covers nothing that was seen; correct it, or take it out."


def places_in(codebases: Mapping[str, Codebase]) -> Places:
    """Where declared resources are, in the repositories that were read."""

    @cache
    def places(at: StateAddress) -> tuple[str, ...]:
        codebase = codebases.get(at.repository)
        root = codebase.root(at) if codebase else None
        if codebase is None or root is None:
            return ()
        site = traced_site(codebase.index, root.path, at)
        folder = normal(root.path) or "."
        return (folder, site.file.path) if isinstance(site, Site) else (folder,)

    return places


def _path(pattern: str) -> str:
    """A pattern as paths in a repository are written, from its top; all below where it ends in a slash."""
    pattern = pattern.removeprefix("./").lstrip("/")
    return f"{pattern}*" if pattern.endswith("/") or not pattern else pattern


def _tags(resource: Resource, declared: StateResource | None) -> Iterator[str]:
    """Every tag as `key` and as `key=value`, live and in state."""
    stated = declared.attributes.items() if declared else ()
    own = ((key.removeprefix("tags."), value) for key, value in stated if key.startswith("tags."))
    for key, value in (*resource.tags.items(), *own):
        yield key
        yield f"{key}={value}"


def _name(waiver: Waiver) -> str:
    given = waiver.config
    said = (("tag", given.tag), ("path", given.path), ("resource", given.resource), ("account", given.account))
    named = ", ".join(f"{key} = {value}" for key, value in said if value)
    return f"Exception {waiver.number} ({named}: {given.reason})"
