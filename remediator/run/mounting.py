"""Modules from other configured repositories, mounted beside the code that calls them, at the commit that it pins."""

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from remediator.config import Config, RepositoryConfig
from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.git.objects import read_blobs
from remediator.git.refs import resolve, tags
from remediator.iac.terraform.index import IndexedFile, build
from remediator.iac.terraform.modules import blocks_in, called_folder, key_of
from remediator.iac.terraform.mounts import PREFIX, Key, Mount, Mounts
from remediator.iac.terraform.sources import Address, address_of, meant
from remediator.iac.terraform.syntax import Block
from remediator.iac.terraform.versions import is_exact, newest
from remediator.run.blobs import BlobReader
from remediator.run.codebase import NO_ROOT, Codebase, cloned
from remediator.run.trees import Tree, tree_at

__all__ = ["with_mounts"]

MAX_MOUNTS = 200
"""Repositories at different refs that one repository may call; no estate comes near, tags that call tags would."""
MAX_FILES = 200_000
"""Files of all mounts of one repository."""


def with_mounts(codebases: Mapping[str, Codebase], config: Config) -> dict[str, Codebase]:
    """The codebases with the modules that they call from other configured repositories, or from themselves at a ref.

    A repository that others call needs no root of its own. What cannot be had has its reason in the index.
    """
    shelf = _Shelf(config, codebases)
    made = {name: _Mounting(codebase, shelf).done() for name, codebase in codebases.items()}
    return {name: _followed(codebase, shelf) for name, codebase in made.items()}


def _followed(codebase: Codebase, shelf: "_Shelf") -> Codebase:
    """The codebase with the calls that follow its branch, wherever they stand."""
    name = codebase.config.name
    failures = tuple(f for f in codebase.failures if name not in shelf.called or f.reason != NO_ROOT)
    followers = {at: tuple(places) for (whose, at), places in shelf.followers.items() if whose == name}
    if followers:
        index = replace(codebase.index, mounts=replace(codebase.index.mounts, followers=followers))
        codebase = replace(codebase, index=index)
    return replace(codebase, failures=failures)


@dataclass(slots=True)
class _Shelf:
    """The configured repositories, each cloned and listed once, and what was learned of the calls between them."""

    config: Config
    codebases: Mapping[str, Codebase]
    called: set[str] = field(default_factory=set)
    followers: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    _clones: dict[str, Clone | str] = field(default_factory=dict)
    _trees: dict[tuple[str, str], Tree] = field(default_factory=dict)
    _tags: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def clone(self, repository: RepositoryConfig) -> Clone | str:
        """Its clone, fetched if this run has not read it, or a sentence why it cannot be had."""
        name = repository.name
        if name in self.codebases:
            return self.codebases[name].clone
        if name not in self._clones:
            try:
                self._clones[name] = cloned(repository, self.config)
            except RemediatorError as error:
                self._clones[name] = str(error)
        return self._clones[name]

    def tree(self, clone: Clone, commit: str) -> Tree:
        """The files of a commit."""
        if (clone.name, commit) not in self._trees:
            self._trees[clone.name, commit] = tree_at(clone, commit)
        return self._trees[clone.name, commit]

    def tags(self, clone: Clone) -> tuple[str, ...]:
        """All tags of a clone."""
        if clone.name not in self._tags:
            self._tags[clone.name] = tags(clone)
        return self._tags[clone.name]


class _Mounting:
    """One repository's calls followed from folder to folder until none leads to anything new."""

    def __init__(self, codebase: Codebase, shelf: _Shelf) -> None:
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
        while self.waiting:
            folder = self.waiting.popleft()
            for file, block in blocks_in(self.index, folder, "module"):
                self._follow(file, block, folder)
        if not self.at and not self.refusals:
            return self.codebase
        for path in self.files:
            if path.startswith(PREFIX):
                self.blobs.pop(path, None)
        whole = replace(self.index, symlinks=frozenset(self.symlinks))  # anew, so that nothing cached stands for it
        return replace(self.codebase, index=whole, read=BlobReader(self.codebase.clone, whole, self.homes))

    def _follow(self, file: IndexedFile, block: Block, folder: str) -> None:
        """Take in what a call leads to, where that is new, or the reason why it cannot be had."""
        key, mounts = key_of(block), self.index.mounts
        target = called_folder(self.index, block, folder)
        if key is not None and target is None and key not in self.refusals:
            reached = self._reached(key)
            if reached is not None:
                mount, inner = reached
                target = f"{mount.folder}/{inner}".rstrip("/")
                if self._has(mount, inner):
                    self.to[key] = target
                else:
                    where = f"{mount.repository} at {mount.ref}"
                    self.refusals[key] = f"{where} has no module in {inner or 'its top folder'}; correct the call"
        mounted = mounts.of(target) if target is not None else None
        if target is None or mounted is None:
            return
        if mounted.follows and key is not None:
            name = f"{self.codebase.config.name}: {mounts.shown(file.path)}:{block.header.start_line}"
            place = f"{name} ({block.address}), which follows its branch"
            self.shelf.followers.setdefault((mounted.repository, mounted.inner(target)), {})[place] = None
        self._has(mounted, mounted.inner(target))

    def _reached(self, key: Key) -> tuple[Mount, str] | None:
        """The mount that a call means and the folder in it, or None, with the reason kept where it has one."""
        address = address_of(key[0])
        repository = meant(address, self.shelf.config.repositories) if address is not None else None
        if address is None:
            return None
        if repository is None:
            what = f"{address.host}/{address.path}" if address.host else address.path
            self.refusals[key] = f"no configured repository is {what}; add it to have the module followed"
            return None
        self.shelf.called.add(repository.name)
        try:
            return self._mounted(repository, address, key), address.folder
        except (RemediatorError, ValueError) as error:
            self.refusals[key] = str(error)
            return None

    def _mounted(self, repository: RepositoryConfig, address: Address, key: Key) -> Mount:
        """The mount of a repository at a ref; raises RemediatorError and ValueError with sentences."""
        name, clone, version = repository.name, self.shelf.clone(repository), key[1]
        if isinstance(clone, str):
            raise RemediatorError(clone)
        ref = address.ref
        if address.registry:
            ref = newest(version, self.shelf.tags(clone))
            if ref is None:
                wanted = f"satisfies {version}" if version is not None else "is a version such as 1.2.3"
                raise RemediatorError(f"no tag of repository '{name}' {wanted}; push the tag, or correct the version")
            why = f"the newest tag that satisfies {version}" if version is not None else "its newest tag"
            if version is None or not is_exact(version):
                note = f"{address.path} was read at {ref}, {why}; which version is installed is written nowhere"
                self.notes[key] = note
        commit = resolve(clone, ref) if ref is not None else clone.head
        if commit is None:
            raise RemediatorError(
                f"repository '{name}' has no tag, branch or commit {(ref or '')[:80]!r}; push it, or correct the call"
            )
        follows = not address.registry and ref in (None, clone.branch) and commit == clone.head
        label = ref or clone.branch
        folder = f"{PREFIX}/{name}@{re.sub(r'[^A-Za-z0-9._+-]', '-', label)[:80]}"
        folder = folder if label == folder.partition("@")[2] else f"{folder}.{commit[:12]}"
        if folder not in self.at:
            self._add(Mount(folder, name, commit, label, follows), clone)
        return self.at[folder]

    def _add(self, mount: Mount, clone: Clone) -> None:
        tree = self.shelf.tree(clone, mount.commit)
        mounted = sum(len(self.shelf.tree(self.clones[m.folder], m.commit).blobs) for m in self.at.values())
        if len(self.at) >= MAX_MOUNTS or mounted + len(tree.blobs) > MAX_FILES:
            raise RemediatorError(
                f"it calls more than {MAX_MOUNTS} modules at different refs, or more than {MAX_FILES:,} files of them"
            )
        self.at[mount.folder], self.clones[mount.folder] = mount, clone
        self.blobs.update((f"{mount.folder}/{path}", blob) for path, blob in tree.blobs.items())
        self.homes.update(dict.fromkeys(tree.blobs.values(), clone))
        self.symlinks.update(f"{mount.folder}/{path}" for path in tree.links)

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
