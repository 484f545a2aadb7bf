"""What the calls of modules from elsewhere mean: a configured repository, a commit of it, and a folder there."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from remediator.config import Config, RepositoryConfig
from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.git.refs import resolve, tags
from remediator.iac.terraform.mounts import PREFIX, Key, Mount
from remediator.iac.terraform.sources import Address, address_of, meant
from remediator.iac.terraform.versions import is_exact, newest
from remediator.run.codebase import Codebase, cloned
from remediator.run.trees import Tree, tree_at

__all__ = ["Reached", "Shelf"]


@dataclass(frozen=True, slots=True)
class Reached:
    """A module elsewhere: its mount, its folder in the repository, our clone of that, and how a version was chosen."""

    mount: Mount
    folder: str
    clone: Clone
    note: str | None = None


@dataclass(slots=True)
class Shelf:
    """The configured repositories, each cloned and listed once, and what was learned of the calls between them.

    `unread` are those that this run could not read; `called` are those that any call means; `followers` are calls that
    move with a repository's branch, by repository and folder.
    """

    config: Config
    codebases: Mapping[str, Codebase]
    unread: Collection[str] = ()
    called: set[str] = field(default_factory=set)
    followers: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    _clones: dict[str, Clone | str] = field(default_factory=dict)
    _trees: dict[tuple[str, str], Tree] = field(default_factory=dict)
    _tags: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def reached(self, key: Key) -> Reached | str | None:
        """What a call means, a sentence why it cannot be had, or None for what is neither git nor a registry."""
        address = address_of(key[0])
        if address is None:
            return None
        repository = meant(address, self.config.repositories)
        if repository is None:
            what = f"{address.host}/{address.path}" if address.host else address.path
            return f"no configured repository is {what}; add it to have the module followed"
        self.called.add(repository.name)
        try:
            clone = self._clone(repository)
            ref, note = self._ref(clone, address, key[1])
            return Reached(_mount(clone, ref, address.registry), address.folder, clone, note)
        except (RemediatorError, ValueError) as error:
            return str(error)

    def tree(self, clone: Clone, commit: str) -> Tree:
        """The files of a commit."""
        if (clone.name, commit) not in self._trees:
            self._trees[clone.name, commit] = tree_at(clone, commit)
        return self._trees[clone.name, commit]

    def _clone(self, repository: RepositoryConfig) -> Clone:
        """Its clone, fetched where this run leaves it out otherwise; raises RemediatorError."""
        name = repository.name
        if name in self.codebases:
            return self.codebases[name].clone
        if name in self.unread:
            raise RemediatorError(f"repository '{name}' could not be read")
        if name not in self._clones:
            try:
                self._clones[name] = cloned(repository, self.config)
            except RemediatorError as error:
                self._clones[name] = str(error)
        found = self._clones[name]
        if isinstance(found, str):
            raise RemediatorError(found)
        return found

    def _ref(self, clone: Clone, address: Address, version: str | None) -> tuple[str | None, str | None]:
        """The ref that an address and a version come down to, None for the branch, and how it was chosen.

        Raises RemediatorError and ValueError with sentences.
        """
        if not address.registry:
            return address.ref, None
        if clone.name not in self._tags:
            self._tags[clone.name] = tags(clone)
        ref = newest(version, self._tags[clone.name])
        if ref is None:
            wanted = f"satisfies {version}" if version is not None else "is a version such as 1.2.3"
            raise RemediatorError(f"no tag of repository '{clone.name}' {wanted}; push the tag, or correct the version")
        if version is not None and is_exact(version):
            return ref, None
        why = f"the newest tag that satisfies {version}" if version is not None else "its newest tag"
        return ref, f"{address.path} was read at {ref}, {why}; which version is installed is written nowhere"


def _mount(clone: Clone, ref: str | None, registry: bool) -> Mount:
    commit = resolve(clone, ref) if ref is not None else clone.head
    if commit is None:
        raise RemediatorError(
            f"repository '{clone.name}' has no tag, branch or commit {(ref or '')[:80]!r} that could be fetched; "
            "push it, or correct the call"
        )
    label = ref or clone.branch
    plain = re.sub(r"[^A-Za-z0-9._+-]", "-", label)[:80]
    folder = f"{PREFIX}/{clone.name}@{plain}{'' if plain == label else f'.{commit[:12]}'}"
    follows = not registry and label == clone.branch and commit == clone.head
    return Mount(folder, clone.name, commit, label, follows)
