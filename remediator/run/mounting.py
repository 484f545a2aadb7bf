"""Modules from other configured repositories, mounted beside the code that calls them, at the commit that it pins."""

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from remediator.config import Config
from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.git.objects import read_blobs
from remediator.iac.terraform.index import IndexedFile, build
from remediator.iac.terraform.modules import called_folder, calls_in, key_of
from remediator.iac.terraform.mounts import PREFIX, Key, Mount, Mounts
from remediator.iac.terraform.syntax import Block
from remediator.iac.terraform.terragrunt.units import with_units
from remediator.model import Failure
from remediator.run.blobs import BlobReader
from remediator.run.codebase import NO_ROOT, Codebase
from remediator.run.shelf import Reached, Shelf
from remediator.run.sweep import attempt

__all__ = ["with_mounts"]

MAX_MOUNTS = 200
"""Repositories at different refs that one repository may call; no estate comes near, tags that call tags would."""
MAX_FILES = 200_000
"""Files of all mounts of one repository."""


def with_mounts(
    codebases: Mapping[str, Codebase], config: Config, unread: Collection[str] = (), others: Collection[Codebase] = ()
) -> dict[str, Codebase]:
    """The codebases with the modules that they call from other configured repositories, or from themselves at a ref.

    A repository that others call needs no root of its own. What cannot be had has its reason in the index; `unread`
    are the repositories that could not be read, `others` those that the run leaves out, whose calls count all the same.
    """
    shelf = Shelf(config, {**{other.config.name: other for other in others}, **codebases}, unread)
    for other in others:
        _mounted(other, shelf)
    made = {name: _mounted(codebase, shelf) for name, codebase in codebases.items()}
    return {name: _followed(codebase, shelf) for name, codebase in made.items()}


def _mounted(codebase: Codebase, shelf: Shelf) -> Codebase:
    answer = attempt(lambda one: _Mounting(one, shelf).done(), codebase)
    if isinstance(answer, str):
        failure = Failure(f"{codebase.config.name}: modules from elsewhere", answer)
        return replace(codebase, failures=(*codebase.failures, failure))
    return answer[0]


def _followed(codebase: Codebase, shelf: Shelf) -> Codebase:
    """The codebase with the calls that follow its branch, wherever they stand."""
    name = codebase.config.name
    failures = tuple(f for f in codebase.failures if name not in shelf.called or f.reason != NO_ROOT)
    followers = {at: tuple(places) for (whose, at), places in shelf.followers.items() if whose == name}
    if followers:
        index = replace(codebase.index, mounts=replace(codebase.index.mounts, followers=followers))
        codebase = replace(codebase, index=index)
    return replace(codebase, failures=failures)


class _Mounting:
    """One repository's calls followed from folder to folder until none leads to anything new."""

    def __init__(self, codebase: Codebase, shelf: Shelf) -> None:
        self.codebase, self.shelf = codebase, shelf
        index = codebase.index
        self.files, self.folders, self.blobs = dict(index.files), dict(index.folders), dict(index.blobs)
        self.symlinks, self.waiting = set(index.symlinks), deque(index.folders)
        self.at: dict[str, Mount] = {}
        self.to: dict[Key, str] = {}
        self.refusals: dict[Key, str] = {}
        self.notes: dict[Key, str] = {}
        self.clones: dict[str, Clone] = {}
        self.homes: dict[str, Clone] = {}
        """The clone of each blob that is not the caller's own."""
        self.index = replace(
            index,
            files=self.files,
            folders=self.folders,
            blobs=self.blobs,
            mounts=Mounts(self.at, self.to, self.refusals, self.notes),
        )

    def done(self) -> Codebase:
        """The codebase with all that its calls lead to."""
        for unit in self.index.units.values():
            if unit.elsewhere is not None:
                self._enter(unit.elsewhere, None, unit.file)
        while self.waiting:
            folder = self.waiting.popleft()
            for file, block in calls_in(self.index, folder):
                self._follow(file, block, folder)
        if not self.at and not self.refusals:
            return self.codebase
        for path in self.files:
            if path.startswith(PREFIX):
                self.blobs.pop(path, None)
        whole = replace(self.index, symlinks=frozenset(self.symlinks))  # anew, so that nothing cached stands for it
        read = BlobReader(self.codebase.clone, whole, self.homes)
        if any(unit.elsewhere in self.to for unit in whole.units.values()):
            whole = with_units(whole, read, self.codebase.config.roots)
        return replace(self.codebase, index=whole, read=read)

    def _follow(self, file: IndexedFile, block: Block, folder: str) -> None:
        """Take in what a call leads to, where that is new, or the reason why it cannot be had."""
        key = key_of(self.index, block, folder)
        place = f"{self.index.mounts.shown(file.path)}:{block.header.start_line} ({block.address})"
        self._enter(key, called_folder(self.index, block, folder), place)

    def _enter(self, key: Key | None, target: str | None, place: str) -> None:
        """The same of a source, or of a folder; `place` is where it is written."""
        if key is not None and target is None and key not in self.refusals:
            target = self.to.get(key) or self._reached(key)
        mount = self.index.mounts.of(target) if target is not None else None
        if target is None or mount is None:
            return
        if mount.follows and key is not None:
            place = f"{self.codebase.config.name}: {place}, which follows its branch"
            self.shelf.followers.setdefault((mount.repository, mount.inner(target)), {})[place] = None
        with suppress(RemediatorError):  # of a folder that a mounted module calls; what follows that call says so
            self._has(mount, mount.inner(target))

    def _reached(self, key: Key) -> str | None:
        """The folder that a source means, or None, with the reason kept where it has one."""
        found = self.shelf.reached(key)
        if isinstance(found, Reached):
            found = self._held(found) or found
        if isinstance(found, str):
            self.refusals[key] = found
        if not isinstance(found, Reached):
            return None
        if found.note is not None:
            self.notes[key] = found.note
        self.to[key] = f"{found.mount.folder}/{found.folder}".rstrip("/")
        return self.to[key]

    def _held(self, reached: Reached) -> str | None:
        """Mount what a source leads to; a sentence where that cannot be done."""
        mount = reached.mount
        try:
            if mount.folder not in self.at and (refusal := self._add(mount, reached.clone)):
                return refusal
            if self._has(mount, reached.folder):
                return None
        except RemediatorError as error:  # an object that git cannot read: all else goes on without this module
            return f"repository '{mount.repository}' at {mount.ref} cannot be read: {error}"
        return (
            f"{mount.repository} at {mount.ref} has no module in {reached.folder or 'its top folder'}; correct the call"
        )

    def _add(self, mount: Mount, clone: Clone) -> str | None:
        """Mount a repository, or say why not."""
        tree = self.shelf.tree(clone, mount.commit)
        mounted = sum(len(self.shelf.tree(self.clones[m.folder], m.commit).blobs) for m in self.at.values())
        if len(self.at) >= MAX_MOUNTS or mounted + len(tree.blobs) > MAX_FILES:
            return f"more than {MAX_MOUNTS} refs of other repositories, or {MAX_FILES:,} files, are called; call fewer"
        self.at[mount.folder], self.clones[mount.folder] = mount, clone
        self.blobs.update((f"{mount.folder}/{path}", blob) for path, blob in tree.blobs.items())
        self.homes.update(dict.fromkeys(tree.blobs.values(), clone))
        self.symlinks.update(f"{mount.folder}/{path}" for path in tree.links)
        return None

    def _has(self, mount: Mount, folder: str) -> bool:
        """Whether a mounted repository has a module in a folder, whose files are then read and indexed."""
        at = f"{mount.folder}/{folder}".rstrip("/")
        if at in self.folders:
            return True
        clone = self.clones[mount.folder]
        tree = self.shelf.tree(clone, mount.commit)
        entries, links = tree.code_in(folder)
        if not entries and not links:
            return False
        cache = self.shelf.config.run.state_dir / "cache" / "index" / f"{mount.repository}.sqlite"
        own = build(mount.repository, mount.commit, entries, partial(_read, clone), cache, {}, links)
        files = tuple(
            replace(file, path=f"{mount.folder}/{file.path}", link=f"{mount.folder}/{file.seen}")
            for file in own.folders.get(folder, ())
        )
        self.files.update((file.path, file) for file in files)
        self.folders[at] = files
        self.waiting.append(at)
        return True


def _read(clone: Clone, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    return read_blobs(clone, blobs)
