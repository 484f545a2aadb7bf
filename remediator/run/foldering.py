"""`.remediator.toml` of the folders of a repository: each narrows what holds for the roots and the code in it."""

from collections.abc import Collection, Mapping
from functools import partial
from pathlib import PurePosixPath

from remediator.config.own import MOST, OwnConfig, parse_own
from remediator.deliver.onboarding import FILE, files_of
from remediator.errors import ConfigError
from remediator.git.clones import Clone
from remediator.git.objects import TreeEntry, read_blobs
from remediator.iac.terraform.index import normal
from remediator.model import Plan
from remediator.registry import check_rules
from remediator.run.codebase import Codebase
from remediator.run.sweep import attempt

FILES = 1_000
"""Files of folders that are read of a repository, each at most `MOST` bytes, so that they take 64 MiB at most."""
_LINK = "120000"
"""Git's mode of a symbolic link."""


def read_folders(codebase: Codebase) -> Mapping[str, OwnConfig | str]:
    """What the file of each folder above a root or a file of code says, outermost first, or why it cannot be used.

    That of the repository itself is not among them. Raises RemediatorError where git fails.
    """
    code = {*codebase.index.folders, *(normal(root.path) for root in codebase.config.roots)}
    wanted = {f"{folder}/{FILE}" for one in code for folder in above(one)}
    return _said(codebase.clone, [file for file in files_of(codebase.clone) if file.path in wanted]) if wanted else {}


def read_all_folders(clone: Clone) -> Mapping[str, OwnConfig | str]:
    """The same of every folder that has such a file, whether or not a root lies there."""
    return _said(clone, files_of(clone))


def _said(clone: Clone, files: Collection[TreeEntry]) -> Mapping[str, OwnConfig | str]:
    if len(files) > FILES:
        raise ConfigError(f"{len(files):,} folders have a {FILE}; at most {FILES:,} are read, so put them higher up")
    contents = dict(read_blobs(clone, sorted({file.blob for file in files}), MOST))
    said: dict[str, OwnConfig | str] = {}
    for file in sorted(files, key=lambda file: file.path.count("/")):
        answer = attempt(partial(_parsed, contents[file.blob]), file)
        said[file.path.removesuffix(f"/{FILE}")] = answer if isinstance(answer, str) else answer[0]
    return said


def above(folder: str) -> tuple[str, ...]:
    """A folder of a repository and those above it, but for the repository itself; outermost first."""
    path = PurePosixPath(folder)
    return tuple(str(one) for one in (*reversed(path.parents), path) if str(one) not in (".", ""))


def folders_of(plan: Plan, codebases: Mapping[str, Codebase]) -> frozenset[str]:
    """The folders that the roots and the edits of a plan lie in, those above included."""
    found = edited(plan)
    for at in (change.declared.at for change in plan.changes if change.declared):
        codebase = codebases.get(at.repository)
        root = codebase.root(at) if codebase else None
        found |= set(above(normal(root.path))) if root else set()
    return found


def edited(plan: Plan) -> frozenset[str]:
    """The folders that the edits of a plan lie in, those above included."""
    return frozenset(folder for edit in plan.edits for folder in above(str(PurePosixPath(edit.path).parent)))


def _parsed(content: bytes, file: TreeEntry) -> OwnConfig:
    if file.mode == _LINK:
        raise ConfigError(f"{file.path} is a link, which is not followed; commit the file itself")
    own = parse_own(content, file.path)
    check_rules(sorted(own.rules))
    return own
