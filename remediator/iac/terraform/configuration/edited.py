"""A repository's index after an edit."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

from remediator.iac.terraform.configuration.lazy import Overlay
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex, reencoded

__all__ = ["edited"]


def edited(index: RepositoryIndex, contents: Mapping[str, bytes]) -> tuple[RepositoryIndex, Mapping[str, bytes]]:
    """The index with other contents of some files, and these by the blob ids that they have in it."""
    known = index.files
    ids = {path: f"edited:{sha256(content).hexdigest()}" for path, content in contents.items()}
    new = {path: IndexedFile(path, ids[path], reencoded(path, c)) for path, c in contents.items() if path in known}
    folders = {
        folder: tuple(replace(new[f.path], link=f.link) if f.path in new else f for f in index.folders[folder])
        for folder in {folder for path in new for folder in index.folders_of(path)}
    }
    changed = replace(
        index,
        files=Overlay(known, new),
        folders=Overlay(index.folders, folders),
        blobs=Overlay(index.blobs, {path: id_ for path, id_ in ids.items() if path not in known}),
    )
    return changed, {ids[path]: content for path, content in contents.items()}
