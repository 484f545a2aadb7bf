"""`.remediator.toml` of the folders of a repository: each narrows what holds for the Terraform roots that lie in it."""

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import PurePosixPath

from remediator.config.own import OwnConfig, parse_own
from remediator.deliver.onboarding import FILE
from remediator.git.objects import read_paths
from remediator.iac.terraform.index import normal
from remediator.model import StateAddress
from remediator.registry import check_rules
from remediator.run.codebase import Codebase
from remediator.run.sweep import attempt


def read_folders(codebase: Codebase) -> Mapping[str, OwnConfig | str]:
    """What the file of each folder above a root says, outermost first, or why it cannot be used.

    That of the repository itself is not among them. Raises RemediatorError where git fails.
    """
    folders = {folder for root in codebase.config.roots for folder in above(normal(root.path))}
    paths = {f"{folder}/{FILE}": folder for folder in sorted(folders)}
    contents = read_paths(codebase.clone, codebase.clone.head, tuple(paths)) if paths else {}
    said: dict[str, OwnConfig | str] = {}
    for path, folder in paths.items():
        if path in contents:
            answer = attempt(partial(_parsed, contents[path]), path)
            said[folder] = answer if isinstance(answer, str) else answer[0]
    return said


def above(folder: str) -> tuple[str, ...]:
    """A folder of a repository and those above it, but for the repository itself; outermost first."""
    path = PurePosixPath(folder)
    return tuple(str(one) for one in (*reversed(path.parents), path) if str(one) not in (".", ""))


def folders_of(places: Iterable[StateAddress], codebases: Mapping[str, Codebase]) -> frozenset[str]:
    """The folders that the roots of some addresses lie in, those above included."""
    found: set[str] = set()
    for at in places:
        codebase = codebases.get(at.repository)
        root = codebase.root(at) if codebase else None
        found |= set(above(normal(root.path))) if root else set()
    return frozenset(found)


def _parsed(content: bytes, path: str) -> OwnConfig:
    own = parse_own(content, path)
    check_rules(sorted(own.rules))
    return own
