"""A repository's Terraform code at one commit, with all that was evaluated of it, and the same after an edit."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.conditions import violations
from remediator.iac.terraform.configuration.difference import Difference, Flat, differences, evaluated
from remediator.iac.terraform.configuration.edited import edited
from remediator.iac.terraform.configuration.files import RepositoryFiles
from remediator.iac.terraform.configuration.inputs import variable_files
from remediator.iac.terraform.configuration.packed import repacked
from remediator.iac.terraform.configuration.readers import is_read_as_data
from remediator.iac.terraform.configuration.root import EvaluatedRoot, evaluate_root
from remediator.iac.terraform.configuration.secrets import secret_places
from remediator.iac.terraform.index import RepositoryIndex, normal
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.remote_states import RemoteReader
from remediator.iac.terraform.scopes import scopes
from remediator.model import StateResource

__all__ = ["Code", "labelled", "place_of"]


Reached: TypeAlias = tuple[tuple[RootConfig, Difference], ...] | str


class Code:
    """Everything is evaluated at most once; an edited copy shares what the edit does not reach."""

    def __init__(
        self,
        index: RepositoryIndex,
        read: Callable[[str], bytes],
        roots: Sequence[RootConfig],
        states: Sequence[StateResource] = (),
        remote: Sequence[RemoteReader] = (),
    ) -> None:
        """`read` gives a blob's content; `roots` are all configured ones, `states` all that their states hold.

        `remote` are the readers of states in all configured repositories.
        """
        self.index = index
        self.read = read
        self.roots = tuple(roots)
        self.states = tuple(states)
        self.remote = tuple(remote)
        self._evaluated: dict[int, EvaluatedRoot] = {}
        self._flat: dict[int, Flat | str] = {}
        self._secrets: dict[int, frozenset[Place]] = {}
        self._reached: dict[tuple[tuple[str, bytes], ...], Reached] = {}

    def root(self, root: RootConfig) -> EvaluatedRoot:
        """A configured root, expanded."""
        at = self.roots.index(root)
        if at not in self._evaluated:
            paths = partial(_paths, self.index)
            files = RepositoryFiles(self.index.blob, paths, self.read, self.index.symlinks)
            self._evaluated[at] = evaluate_root(self.index, root, files, self.states)
        return self._evaluated[at]

    def flat(self, root: RootConfig) -> Flat | str:
        """All values of a root, or a sentence why they cannot all be had."""
        at = self.roots.index(root)
        if at not in self._flat:
            self._flat[at] = evaluated(self.root(root))
        return self._flat[at]

    def secrets(self, root: RootConfig) -> frozenset[Place]:
        """Where the sensitive values of a root are written."""
        at = self.roots.index(root)
        if at not in self._secrets:
            self._secrets[at] = secret_places(self.root(root))
        return self._secrets[at]

    def text(self, path: str) -> bytes:
        """The content of a file; empty where there is none."""
        file = self.index.files.get(path)
        if file is not None:
            return file.encoded.text
        blob = self.index.blob(path)
        return self.read(blob) if blob else b""

    def edited(self, contents: Mapping[str, bytes]) -> "Code":
        """The same code with other contents of some files."""
        index, texts = edited(self.index, contents)

        def read(blob: str) -> bytes:
            return texts[blob] if blob in texts else self.read(blob)

        return Code(index, read, self.roots, self.states, self.remote)

    def readers(self, folder: str, output: str) -> tuple[str, ...]:
        """The places in all repositories that may read an output of the roots in a folder, out of their states."""
        roots = [root for root in self.roots if self.index.module_folder(root.path) == folder]
        return tuple(dict.fromkeys(place for root in roots for place in self._readers(root, output)))

    def _readers(self, root: RootConfig, output: str) -> Iterator[str]:
        yield from (reader.place for reader in self.remote if reader.reads(root, output))
        for unit in self.index.units.values():
            yield from (found.place for found in unit.depends_on if found.reads(normal(root.path), output))

    def reached(self, contents: Mapping[str, bytes]) -> Reached:
        """What differs, root by root, when files have these contents; a sentence where it cannot be said."""
        key = tuple(sorted(contents.items()))
        if key not in self._reached:
            self._reached = {key: self._compared(contents)}
        return self._reached[key]

    def _compared(self, contents: Mapping[str, bytes]) -> Reached:
        after = self.edited(contents)
        found: list[tuple[RootConfig, Difference]] = []
        for root in self.reading(contents):
            old, new = self.flat(root), after.flat(root)
            if isinstance(old, str) or isinstance(new, str):
                return f"root {place_of(root)} could not be evaluated: {old if isinstance(old, str) else new}"
            found += [(root, difference) for difference in differences(old, new)]
            found += [(root, difference) for difference in self._repacked(root, contents)]
            found += [(root, difference) for difference in self._handed_on(root, after)]
            failing = violations(after.root(root)) - violations(self.root(root))
            if failing:
                return min(failing)
        return tuple(found)

    def _repacked(self, root: RootConfig, paths: Collection[str]) -> Iterator[Difference]:
        return repacked(self.root(root), self.index.module_folder(root.path), paths)

    def _handed_on(self, root: RootConfig, after: "Code") -> Iterator[Difference]:
        """The outputs that become others and are read out of the root's state."""
        if not self.remote and not self.index.units:
            return
        old, new = self.root(root).outputs(), after.root(root).outputs()
        for name in sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)):
            for place in self._readers(root, name):
                yield Difference(f"output.{name}, which is read at {place}", "value")

    def reading(self, paths: Mapping[str, bytes]) -> tuple[RootConfig, ...]:
        """The configured roots that read any of the files."""
        reading: dict[int, None] = {}
        for path in paths:
            reading.update(dict.fromkeys(self._reading(path)))
        return tuple(self.roots[at] for at in sorted(reading))

    def _reads(self, root: RootConfig, path: str) -> bool:
        """Whether a root reads a file that is not code; a root that cannot be evaluated counts as one that does."""
        unit = self.index.units.get(normal(root.path))
        if unit is not None and path in unit.reads:
            return True
        if path.endswith(".hcl"):
            return False
        if isinstance(self.flat(root), str):
            return True
        evaluated = self.root(root)
        evaluated.outputs()  # which may read files that nothing else does
        return path in evaluated.files.seen or any(self._repacked(root, (path,)))

    def _reading(self, path: str) -> Iterator[int]:
        if path not in self.index.files or path.endswith(".hcl"):
            yield from (at for at, root in enumerate(self.roots) if self._reads(root, path))
            return
        if is_read_as_data(self.index, path):
            yield from (at for at, root in enumerate(self.roots) if self._reads(root, path))
        variables = path.endswith((".tfvars", ".tfvars.json"))
        folders = () if variables else self.index.folders_of(path)
        known = [scope for folder in folders for scope in scopes(self.index, self.roots, folder).known]
        calling = {(normal(scope.root.path), scope.root.workspace) for scope in known}
        for at, root in enumerate(self.roots):
            if (normal(root.path), root.workspace) in calling or (
                variables and any(file.path == path for file in variable_files(self.index, root))
            ):
                yield at


def _paths(index: RepositoryIndex) -> Iterator[str]:
    yield from index.files
    yield from index.blobs


def place_of(root: RootConfig) -> str:
    """A root as people name it."""
    return root.identity if root.workspace == "default" else f"{root.identity} (workspace {root.workspace})"


def labelled(root: RootConfig, address: str, own: RootConfig) -> str:
    """An address as seen from a root: with its root before a colon where that is another one."""
    same = (root.identity, root.workspace) == (own.identity, own.workspace)
    return address if same else f"{place_of(root)}: {address}"
