"""Folders behind symbolic links, where a module call leads through one."""

from collections.abc import Mapping
from dataclasses import replace
from posixpath import basename

from remediator.iac.terraform.index import IndexedFile, RepositoryIndex, normal
from remediator.iac.terraform.modules import called_folder, calls_in

__all__ = ["MAX_FOLDERS", "with_linked_folders"]

MAX_FOLDERS = 1_000
"""More folders than this are not followed through links: no estate comes near, links in circles would."""


def with_linked_folders(index: RepositoryIndex, links: Mapping[str, str]) -> RepositoryIndex:
    """The index with a folder for each module that is called through a link; its files are those behind the link."""
    folders = {normal(path): normal(target) for path, target in links.items()}
    if not folders:
        return index
    found: dict[str, tuple[IndexedFile, ...]] = {}
    waiting = list(index.folders)
    while waiting and len(found) < MAX_FOLDERS:
        caller = waiting.pop()
        for _, block in calls_in(index, caller):
            called = called_folder(index, block, caller)
            if called is None or called in index.folders:
                continue
            real = _behind(called, folders)
            if real in index.folders:
                found[called] = tuple(
                    replace(file, link=f"{called}/{basename(file.seen)}") for file in index.folders[real]
                )
                index = replace(index, folders={**index.folders, called: found[called]})
                waiting.append(called)
    linked = dict(index.linked)
    for folder, files in found.items():
        for file in files:
            linked[file.path] = (*linked.get(file.path, ()), folder)
    return replace(index, linked=linked)


def _behind(folder: str, links: Mapping[str, str]) -> str:
    """The real folder of a path that leads through a link."""
    steps = folder.split("/")
    for at in range(len(steps), 0, -1):
        target = links.get("/".join(steps[:at]))
        if target is not None:
            return normal("/".join([target, *steps[at:]]).lstrip("/"))
    return folder
