"""Where the repository and file that tags name stand among what is configured."""

from collections.abc import Mapping
from dataclasses import dataclass

from remediator.config import Config
from remediator.git.records import RawCommit, read_commits
from remediator.git.refs import resolve
from remediator.model import Resource
from remediator.run.codebase import Codebase
from remediator.trace.stamps import Stamp, stamp

__all__ = ["Stamped", "stamped"]


@dataclass(frozen=True, slots=True)
class Stamped:
    """What to say of what the tags name, and the codebase and the path in it where that file exists.

    `commit` is the one that they say changed it last, of the repository called `by`.
    """

    sentence: str
    codebase: Codebase | None = None
    path: str = ""
    commit: RawCommit | None = None
    by: str = ""


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
    by = f"; it was last changed there in {_number(commit)}" if commit else ""
    if path is None:
        said = f"its tags say that it comes from {told}, which is {name}, whose states do not hold it"
    elif index.mounts.of(path) is not None or (path not in index.files and path not in index.blobs):
        said = f"its tags say that it comes from {told}, and {name} has no such file now"
    else:
        said = f"its tags say that it comes from {name}:{path}, and no state of {name} holds it"
        return Stamped(f"{said}{by}", codebase, path, commit, name)
    return Stamped(f"{said}{by}", commit=commit, by=name)


def _commit(told: Stamp, codebase: Codebase) -> RawCommit | None:
    """The commit that its tags name, where the repository has it."""
    sha = resolve(codebase.clone, told.commit) if told.commit is not None else None
    return read_commits(codebase.clone, [sha])[0] if sha is not None else None


def _number(commit: RawCommit) -> str:
    return f"{commit.sha[:12]} (#{commit.pull_request})" if commit.pull_request else commit.sha[:12]
