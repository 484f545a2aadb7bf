"""Roots found by their backend blocks: which folder Terraform is run in, and where its state is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from remediator.config import RootConfig
from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex
from remediator.iac.terraform.syntax import Attribute, Block

__all__ = ["Unplaced", "discovered", "placed"]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A root whose state cannot be told from its code: its folder, and a sentence that says why and how to go on."""

    path: str
    reason: str


def discovered(index: RepositoryIndex) -> tuple[tuple[RootConfig, ...], tuple[Unplaced, ...]]:
    """The roots that have a backend whose place is written out, by path, and those whose place is not.

    Only the default workspace is known of such a root: other workspaces stand nowhere in the code.
    """
    found: dict[str, RootConfig] = {}
    unplaced: list[Unplaced] = []
    for folder in sorted(index.folders):
        for file, kind, block in _backends(index, folder):
            where = f"{file.path}:{block.header.start_line}"
            made = placed(where, kind, {a.name: _text(a) for a in block.attributes}, folder or ".")
            if isinstance(made, RootConfig):
                found[folder] = made
            else:
                unplaced.append(made)
    return tuple(found.values()), tuple(unplaced)


def _backends(index: RepositoryIndex, folder: str) -> Iterator[tuple[IndexedFile, str, Block]]:
    for file in index.directory(folder):
        for top in file.blocks("terraform"):
            for block in top.blocks:
                if block.type == "backend" and len(block.labels) == 1:
                    yield file, block.labels[0], block
                elif block.type == "cloud":
                    yield file, "cloud", block


def placed(where: str, kind: str, settings: Mapping[str, str | None], path: str) -> RootConfig | Unplaced:
    """The root in a folder by its backend, which stands at a place; a setting that is not written out is None."""
    if kind == "s3":
        bucket, key = settings.get("bucket"), settings.get("key")
        if bucket and key:
            prefix = settings.get("workspace_key_prefix") or "env:"
            return RootConfig(path=path, state=f"s3://{bucket}/{key}", workspace_key_prefix=prefix)
        missing = " and ".join(name for name, value in (("bucket", bucket), ("key", key)) if not value)
        return Unplaced(
            path, f"the backend at {where} does not write out its {missing}; name the root's state yourself"
        )
    return Unplaced(path, f"the {kind} backend at {where} is not read from; name the root with its state yourself")


def _text(attribute: Attribute) -> str | None:
    found = literal(attribute.text)
    return found.value if found is not None and isinstance(found.value, str) else None
