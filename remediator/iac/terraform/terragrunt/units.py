"""All units of a repository, found by their files."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.files import RepositoryFiles
from remediator.iac.terraform.index import RepositoryIndex, Unit, normal
from remediator.iac.terraform.terragrunt.places import folder_of
from remediator.iac.terraform.terragrunt.reader import FILE_NAMES
from remediator.iac.terraform.terragrunt.unit import examined

__all__ = ["files_of", "with_units"]

_LINK = "is a symbolic link, which is not followed; put a file in its place"
_NOT_READ = "is written in JSON, which is not read; write it as terragrunt.hcl"


def with_units(
    index: RepositoryIndex, read: Callable[[str], bytes], roots: Sequence[RootConfig] = ()
) -> RepositoryIndex:
    """The index with its Terragrunt units; `read` gives a blob's content, `roots` are the configured ones.

    A file that others include is no unit, unless it is configured as one.
    """
    configured = {normal(root.path): root for root in roots}
    found: dict[str, Unit] = {}
    for path in (*index.files, *index.blobs, *sorted(index.symlinks)):
        if index.mounts.of(path) is not None:
            continue
        folder, name = folder_of(path), path.rpartition("/")[2]
        if name not in FILE_NAMES or folder in found:
            continue
        if name != FILE_NAMES[0] or path in index.symlinks:
            why = _LINK if path in index.symlinks else _NOT_READ
            found[folder] = Unit(folder, path, None, f"{path} {why}", frozenset((path,)))
            continue
        files = files_of(index, read)
        root = configured.get(folder)
        unit = examined(index, folder, files, files.seen, dict(root.environment) if root else {})
        if unit is not None:
            found[folder] = unit
    parents = {path for unit in found.values() for path in unit.includes}
    units = {folder: u for folder, u in found.items() if folder in configured or u.file not in parents}
    return replace(index, units=units) if units else index


def files_of(index: RepositoryIndex, read: Callable[[str], bytes]) -> RepositoryFiles:
    """The repository's files as functions see them."""

    def paths() -> Sequence[str]:
        return (*index.files, *index.blobs)

    return RepositoryFiles(index.blob, paths, read, index.symlinks)
