"""What reads a place in the code from outside the configured roots: named by where it stands."""

from collections.abc import Iterator, Sequence

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.inputs import variable_files
from remediator.iac.terraform.configuration.readers import naming
from remediator.iac.terraform.index import RepositoryIndex, directory_of, normal
from remediator.iac.terraform.scopes import scopes
from remediator.model import Role, SourceLocation

__all__ = ["outsiders"]


def outsiders(index: RepositoryIndex, roots: Sequence[RootConfig], at: SourceLocation) -> Iterator[str]:
    """Callers and variable files that no configured root has, but whose values an edit at a place may change."""
    configured = {normal(root.path) for root in roots} if index.units else set()
    for unit in index.units.values():
        if unit.path not in configured and at.path in unit.reads:
            yield f"{unit.path or '.'}, a Terragrunt unit that reads it, outside the configured roots"
    if at.path not in index.files:
        for reader in (path for path in naming(index, at.path) if not path.endswith(".hcl")):
            folder = directory_of(reader)
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
