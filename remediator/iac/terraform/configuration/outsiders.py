"""What reads a place in the code from outside the configured roots: named by where it stands."""

from collections.abc import Iterator, Sequence

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.inputs import variable_files
from remediator.iac.terraform.configuration.readers import naming
from remediator.iac.terraform.index import RepositoryIndex, directory_of, normal
from remediator.iac.terraform.scopes import calls_by_folder, scopes
from remediator.model import Role, SourceLocation

__all__ = ["followers", "outsiders"]


def outsiders(index: RepositoryIndex, roots: Sequence[RootConfig], at: SourceLocation) -> Iterator[str]:
    """Callers and variable files that no configured root has, but whose values an edit at a place may change."""
    configured = {normal(root.path) for root in roots} if index.units else set()
    for unit in index.units.values():
        if unit.path not in configured and at.path in unit.reads:
            yield f"{unit.path or '.'}, a Terragrunt unit that reads it, outside the configured roots"
    if at.path not in index.files:
        for reader in (path for path in naming(index, at.path) if not path.endswith(".hcl")):
            folder = directory_of(reader)
            for placed in index.folders_of(reader):
                yield from followers(index, placed)
            if not any(scopes(index, roots, placed).known for placed in index.folders_of(reader)):
                yield f"{folder or '.'}, which names {at.path} in {reader} and belongs to no configured root"
        return
    if at.role is Role.TFVARS or at.path.endswith(".hcl"):
        return
    for placed in index.folders_of(at.path):
        ways = scopes(index, roots, placed)
        for call in ways.strangers:
            where = f"{call.file.path}:{call.block.header.start_line} ({call.block.address})"
            yield f"{where}, outside the configured roots"
        yield from followers(index, placed)
        if not ways.complete:
            yield f"more module instances of {placed or '.'} than can be listed"
        if not ways.known and not ways.strangers and placed != directory_of(at.path):
            yield f"{placed or '.'}, which links to it and is no configured root"
    folder = directory_of(at.path)
    if at.role is Role.VARIABLE_DEFAULT:
        known = {file.path for root in roots for file in variable_files(index, root)}
        name = at.address.removeprefix("var.")
        for file in index.folders.get(folder, ()):
            given = any(attribute.name == name for attribute in file.source.attributes)
            if file.path.endswith((".tfvars", ".tfvars.json")) and file.path not in known and not given:
                yield f"{folder or '.'} with {file.path}, outside the configured roots"


def followers(index: RepositoryIndex, folder: str) -> Iterator[str]:
    """Calls in any configured repository that take a folder, or a module that calls it, as the branch has it."""
    if not index.mounts.followers:
        return
    seen, waiting = {folder}, [folder]
    while waiting:
        at = waiting.pop()
        yield from index.mounts.followers.get(at, ())
        callers = {call.caller for call in calls_by_folder(index).get(at, ())} - seen
        seen |= callers
        waiting += sorted(callers)
