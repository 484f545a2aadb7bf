"""Roots found by their backend blocks: which folder Terraform is run in, and where its state is."""

from collections.abc import Iterator
from dataclasses import dataclass

from remediator.config import RootConfig
from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex
from remediator.iac.terraform.syntax import Block

__all__ = ["Unplaced", "discovered"]


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
            made = _placed(file, kind, block, folder or ".")
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


def _placed(file: IndexedFile, kind: str, block: Block, path: str) -> RootConfig | Unplaced:
    where = f"{file.path}:{block.header.start_line}"
    if kind == "s3":
        bucket, key = _text(block, "bucket"), _text(block, "key")
        if bucket and key:
            prefix = _text(block, "workspace_key_prefix") or "env:"
            return RootConfig(path=path, state=f"s3://{bucket}/{key}", workspace_key_prefix=prefix)
        missing = " and ".join(name for name, value in (("bucket", bucket), ("key", key)) if not value)
        return Unplaced(
            path, f"the backend at {where} does not write out its {missing}; name the root's state yourself"
        )
    return Unplaced(path, f"the {kind} backend at {where} is not read from; name the root with its state yourself")


def _text(block: Block, name: str) -> str | None:
    attribute = block.attribute(name)
    found = literal(attribute.text) if attribute else None
    return found.value if found is not None and isinstance(found.value, str) else None
