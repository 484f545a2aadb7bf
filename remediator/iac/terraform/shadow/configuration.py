"""All modules that a root reaches by local calls."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.shadow.declarations import Declaration
from remediator.iac.terraform.shadow.modules import Module, read_module
from remediator.iac.terraform.shadow.sources import Sources, joined
from remediator.iac.terraform.shadow.spots import Kind, Spot

__all__ = ["Configuration", "configuration"]

MAX_MODULES = 500
"""More module folders than this are not followed; large estates have some fifty to a root."""
MAX_DEPTH = 32
_FOLDER = re.compile(r"[\w .+@=,~-]+(?:/[\w .+@=,~-]+)*|")


@dataclass(frozen=True, slots=True)
class Configuration:
    """Modules by folder; `targets` leads from a call (folder, name) to the folder it means.

    `left_out` says why other calls are not followed.
    """

    root: str
    modules: Mapping[str, Module]
    targets: Mapping[tuple[str, str], str]
    left_out: Mapping[Spot, str]
    fingerprints: Mapping[Spot, str]
    """Of the code behind the calls that are not followed, where it is in the repository."""

    def callers(self, folder: str) -> Iterator[tuple[str, str]]:
        """The calls that mean a folder."""
        return (call for call, target in self.targets.items() if target == folder)


def configuration(sources: Sources, root: str, given_up: Mapping[Spot, str], opentofu: bool) -> Configuration:
    """The modules of a root, without the calls that were given up."""
    modules: dict[str, Module] = {}
    targets: dict[tuple[str, str], str] = {}
    left_out: dict[Spot, str] = {}
    fingerprints: dict[Spot, str] = {}

    def enter(folder: str, above: tuple[str, ...]) -> None:
        modules[folder] = read_module(sources, folder, opentofu)
        for name, call in modules[folder].calls.items():
            spot = Spot(folder, Kind.CALL, name)
            target = _target(sources, folder, call)
            if any(one in given_up for one in (spot, *_repeats(spot))):
                fingerprints[spot] = _fingerprint(sources, target or "", opentofu) if target is not None else ""
                continue
            if target is None:
                left_out[spot] = f"its source {call.attributes.get('source', 'null')} is not in the repository"
            elif target in (*above, folder):
                left_out[spot] = "it leads back to a module that it is called from"
            elif len(above) >= MAX_DEPTH or len(modules) >= MAX_MODULES:
                left_out[spot] = "more modules are called than are followed"
            else:
                if target not in modules:
                    enter(target, (*above, folder))
                targets[folder, name] = target

    enter(root, ())
    return Configuration(root, modules, targets, left_out, fingerprints)


def _fingerprint(sources: Sources, folder: str, opentofu: bool) -> str:
    """Changes where any declaration of the module, or of those it calls, changes."""
    whole = configuration(sources, folder, {}, opentofu)
    return hashlib.sha256(repr(sorted(whole.modules.items())).encode()).hexdigest()


def _repeats(call: Spot) -> tuple[Spot, Spot]:
    return (
        Spot(call.folder, call.kind, call.name, "count"),
        Spot(call.folder, call.kind, call.name, "for_each"),
    )


def _target(sources: Sources, folder: str, call: Declaration) -> str | None:
    found, version = (literal(call.attributes.get(name, "")) for name in ("source", "version"))
    if found is None or not isinstance(found.value, str):
        return None
    mounts = sources.index.mounts
    if found.value.startswith(("./", "../")):
        target = joined(folder, found.value)
        target = target if target is not None and mounts.of(target) == mounts.of(folder) else None
    else:
        target = mounts.folders.get((found.value, str(version.value) if version else None))
    return target if target is not None and _FOLDER.fullmatch(target) and sources.inside(target) else None
