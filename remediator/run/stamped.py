"""Where the repository and file that tags name stand among what is configured."""

from collections.abc import Mapping
from dataclasses import dataclass

from remediator.config import Config
from remediator.git.records import RawCommit, read_commits
from remediator.git.refs import resolve
from remediator.model import Resource
from remediator.run.codebase import Codebase
from remediator.trace.people import shown
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
    if len(names) > 1 and told.commit is not None:
        names = [name for name in names if name in codebases and _commit(told, codebases[name])] or names
    if len(names) > 1:
        return Stamped(f"its tags say that it comes from {told}, which may be any of {', '.join(names)}")
    codebase = codebases.get(names[0])
    if codebase is None:
        return Stamped(f"its tags say that it comes from {told}, and {names[0]} was not read")
    return _in(told, codebase)


def _in(told: Stamp, codebase: Codebase) -> Stamped:
    name, index, path = codebase.config.name, codebase.index, told.path
    commit = _commit(told, codebase)
    by = f"; {shown(commit.author_name)} last changed it there in {_number(commit)}" if commit else ""
    if path is None:
        return Stamped(f"its tags say that it comes from {told}, which is {name}, whose states do not hold it{by}")
    if index.mounts.of(path) is not None or (path not in index.files and path not in index.blobs):
        return Stamped(f"its tags say that it comes from {told}, and {name} has no such file now{by}")
    return Stamped(
        f"its tags say that it comes from {name}:{path}, and no state of {name} holds it{by}", codebase, path
    )


def _commit(told: Stamp, codebase: Codebase) -> RawCommit | None:
    """The commit that its tags name, where the repository has it."""
    sha = resolve(codebase.clone, told.commit) if told.commit is not None else None
    return read_commits(codebase.clone, [sha])[0] if sha is not None else None


def _number(commit: RawCommit) -> str:
    return f"{commit.sha[:12]} (#{commit.pull_request})" if commit.pull_request else commit.sha[:12]
