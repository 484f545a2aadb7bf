"""Where the repository and file that tags name stand among what is configured."""

from collections.abc import Mapping
from dataclasses import dataclass

from remediator.config import Config
from remediator.model import Resource
from remediator.run.codebase import Codebase
from remediator.trace.stamps import Stamp, stamp

__all__ = ["Stamped", "stamped"]


@dataclass(frozen=True, slots=True)
class Stamped:
    """What to say of what the tags name, and the codebase and the path in it where that file exists."""

    sentence: str
    codebase: Codebase | None = None
    path: str = ""


def stamped(resource: Resource, codebases: Mapping[str, Codebase], config: Config) -> Stamped | None:
    """Where the tags of a resource lead; None where they name no repository."""
    told = stamp(resource)
    if told is None:
        return None
    names = [one.name for one in config.repositories if told.names(one.forge_slug)]
    if not names:
        return Stamped(
            f"its tags say that it comes from {told}, and no such repository is configured: add it and the root whose "
            "state holds it"
        )
    if len(names) > 1:
        return Stamped(f"its tags say that it comes from {told}, which may be any of {', '.join(names)}")
    codebase = codebases.get(names[0])
    if codebase is None:
        return Stamped(f"its tags say that it comes from {told}, and {names[0]} was not read")
    return _in(told, codebase)


def _in(told: Stamp, codebase: Codebase) -> Stamped:
    name, index, path = codebase.config.name, codebase.index, told.path
    if path is None:
        return Stamped(f"its tags say that it comes from {told}, which is {name}, whose states do not hold it")
    if index.mounts.of(path) is not None or (path not in index.files and path not in index.blobs):
        return Stamped(f"its tags say that it comes from {told}, and {name} has no such file now")
    return Stamped(f"its tags say that it comes from {name}:{path}, and no state of {name} holds it", codebase, path)
