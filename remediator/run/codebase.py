"""A repository as the pipeline sees it: our clone, the index of its code, and the states of its roots."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from posixpath import basename

from remediator.config import Config, RepositoryConfig, RootConfig
from remediator.deliver.credentials import git_token
from remediator.errors import RemediatorError
from remediator.git.clones import Clone, sync
from remediator.git.objects import read_blobs
from remediator.iac.terraform.backends import COMMITTED, Known, Unplaced, discovered
from remediator.iac.terraform.index import RepositoryIndex, build
from remediator.iac.terraform.links import with_linked_folders
from remediator.iac.terraform.state import StateOrigin, parse_state
from remediator.iac.terraform.terragrunt.discovery import units_discovered
from remediator.iac.terraform.terragrunt.reader import FILE_NAMES
from remediator.iac.terraform.terragrunt.units import with_units
from remediator.model import Failure, Standing, StateAddress, StateResource
from remediator.observe.states.opening import open_bytes, open_state
from remediator.run.blobs import BlobReader
from remediator.run.buckets import Bucket
from remediator.run.sweep import attempt
from remediator.run.trees import tree_at
from remediator.trace.codeowners import CodeOwners, load_codeowners

_CODE = (
    ".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json", ".terraform.lock.hcl",
)  # fmt: skip
_HCL = ".hcl"
"""What Terragrunt's files end with, and where it is not used files of other programs, which are none of ours."""
NO_ROOT = (
    "no root is configured and no backend block found; name each in [[repositories.roots]] with its path and state"
)
_NAMED = 5
"""Lines of CODEOWNERS that a note names; the rest it counts."""


@dataclass(frozen=True, slots=True)
class Codebase:
    """One repository at one commit; `failures` are the roots whose state could not be read, `read_roots` the others.

    `states` is what its states hold, save for the `deposed` objects that the next apply destroys; `read` gives the
    bytes of a blob; `notes` are what people should be told of it though nothing failed.
    """

    config: RepositoryConfig
    clone: Clone
    index: RepositoryIndex
    states: tuple[StateResource, ...]
    failures: tuple[Failure, ...]
    read: Callable[[str], bytes]
    read_roots: tuple[RootConfig, ...] = ()
    deposed: tuple[StateResource, ...] = ()
    notes: tuple[str, ...] = ()

    def root(self, at: StateAddress) -> RootConfig | None:
        """The configured root that a state address belongs to."""
        found = (r for r in self.config.roots if (r.identity, r.workspace) == (at.root, at.workspace))
        return next(found, None)


def read_codebase(repository: RepositoryConfig, config: Config, buckets: Sequence[Bucket] = ()) -> Codebase:
    """Clone or fetch a repository, index its code and read its states; without configured roots, find them.

    `buckets` are those that were listed for states.

    Raises RemediatorError when the repository itself cannot be read; a root whose state cannot be is a failure of
    its own.
    """
    clone, index, reader = _code(repository, config)
    states: list[StateResource] = []
    unparsed = ((file.path, file.source.problem) for file in index.unparsed if _is_ours(file.path))
    failures = [Failure(f"{repository.name}: {path}", problem) for path, problem in unparsed if problem]
    if not repository.roots:
        repository, unplaced = _rooted(repository, config, index, reader, buckets)
        failures += [Failure(f"{repository.name}/{one.path}", one.reason) for one in unplaced]
        if not repository.roots and not unplaced:
            failures.append(Failure(repository.name, NO_ROOT))
    read: list[RootConfig] = []
    for root in repository.roots:
        answer = attempt(partial(_read_state, repository=repository, config=config, index=index, blobs=reader), root)
        if isinstance(answer, str):
            failures.append(Failure(f"{repository.name}/{root.path}", answer))
        else:
            states += answer[0]
            read.append(root)
    current = tuple(state for state in states if state.standing is not Standing.DEPOSED)
    deposed = tuple(state for state in states if state.standing is Standing.DEPOSED)
    notes = _misread(repository.name, load_codeowners(clone, clone.head, config))
    return Codebase(repository, clone, index, current, tuple(failures), reader, tuple(read), deposed, notes)


def read_code(repository: RepositoryConfig, config: Config, buckets: Sequence[Bucket] = ()) -> Codebase:
    """A repository's code and which states are its own, without what they hold: of one that a run leaves out.

    Raises RemediatorError when it cannot be read.
    """
    clone, index, reader = _code(repository, config)
    if not repository.roots:
        repository, _ = _rooted(repository, config, index, reader, buckets)
    return Codebase(repository, clone, index, (), (), reader)


def _code(repository: RepositoryConfig, config: Config) -> tuple[Clone, RepositoryIndex, BlobReader]:
    clone = cloned(repository, config)
    index = _index(repository, clone, config.run.state_dir)
    reader = BlobReader(clone, index)
    return clone, with_units(index, reader, repository.roots), reader


def _rooted(
    repository: RepositoryConfig, config: Config, index: RepositoryIndex, reader: BlobReader, buckets: Sequence[Bucket]
) -> tuple[RepositoryConfig, tuple[Unplaced, ...]]:
    """A repository with the roots that are found in it, and those whose state is not told."""
    known = Known({bucket.name: bucket.keys for bucket in buckets}, config.state_hosts.keys())
    roots, unplaced = units_discovered(index, reader, *discovered(index, known), known)
    return repository.model_copy(update={"roots": tuple(_through(root, buckets) for root in roots)}), unplaced


def _misread(name: str, owners: CodeOwners) -> tuple[str, ...]:
    """A note on the lines of CODEOWNERS that are wrong, which may leave code to nobody or to others."""
    more = len(owners.problems) - _NAMED
    named = "; ".join(owners.problems[:_NAMED]) + (f"; and {more:,} more" if more > 0 else "")
    return (f"{name}: {named}.",) if named else ()


def _through(root: RootConfig, buckets: Sequence[Bucket]) -> RootConfig:
    """A root that was found, read with the account that its bucket was listed with."""
    account = next((b.account.name for b in buckets if root.state.startswith(f"s3://{b.name}/")), None)
    return root.model_copy(update={"state_account": account})


def _read_state(
    root: RootConfig, repository: RepositoryConfig, config: Config, index: RepositoryIndex, blobs: BlobReader
) -> tuple[StateResource, ...]:
    if root.state.startswith(COMMITTED):
        path = root.state.removeprefix(COMMITTED)
        blob = index.blob(path)
        if blob is None:
            raise RemediatorError(f"no file {path} is committed at {index.commit[:12]}; check the root's state")
        opened = open_bytes(blobs(blob), path)
    else:
        opened = open_state(root, config)
    with opened as stream:
        origin = StateOrigin(repository.name, root.identity, root.backend, root.workspace, stream.written_at)
        return parse_state(stream.chunks, origin)


def cloned(repository: RepositoryConfig, config: Config) -> Clone:
    """Its clone, made or fetched; raises RemediatorError."""
    forge = config.forges.get(repository.forge or "")
    token_env = forge.token_env if forge else None
    return sync(repository, config.run.state_dir, token_env, git_token(config, repository))


def _index(repository: RepositoryConfig, clone: Clone, state_dir: Path) -> RepositoryIndex:
    tree = tree_at(clone, clone.head)
    code = (*_CODE, *((_HCL,) if any(basename(path) in FILE_NAMES for path in tree.blobs) else ()))
    entries = [(path, blob) for path, blob in tree.blobs.items() if path.endswith(code)]
    others = {path: blob for path, blob in tree.blobs.items() if not path.endswith(code)}
    cache = state_dir / "cache" / "index" / f"{repository.name}.sqlite"
    index = build(repository.name, clone.head, entries, partial(_read, clone), cache, others, tree.links)
    return with_linked_folders(index, tree.links)


def _is_ours(path: str) -> bool:
    """Whether a file that cannot be parsed matters by itself; what Terragrunt reads is named by the units that do."""
    return not path.endswith(_HCL) or path.endswith(".terraform.lock.hcl")


def _read(clone: Clone, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    return read_blobs(clone, blobs)
