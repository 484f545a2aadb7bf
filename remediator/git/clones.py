"""Keeps a bare clone of every repository under the state directory, with all of its history."""

import difflib
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from remediator.config import RepositoryConfig
from remediator.errors import RemediatorError
from remediator.git.blobless import bring_code, promisor
from remediator.git.failures import SHALLOW, GitError
from remediator.git.fetching import fetch
from remediator.git.names import checked_branch, checked_url, is_local, redact
from remediator.git.process import Access, run
from remediator.git.version import check_version

LOCK_SECONDS = 1800.0
_SOURCE = "remediator.url"
_KIND = "remediator.clone"
_FULL = "full"
"""The kind of a clone that says none."""


@dataclass(frozen=True, slots=True)
class Clone:
    """A bare clone of ours; `head` is the commit that `branch` had when it was last fetched.

    `url` is where it came from and is pushed to; `token_env` names the environment variable with the token for it,
    or `lender` gives one. A `blobless` one holds all commits, but contents of code and of the head's text files alone.
    """

    name: str
    path: Path
    branch: str
    head: str
    url: str = ""
    token_env: str | None = None
    lender: Callable[[], str] | None = None
    blobless: bool = False

    @property
    def access(self) -> Access:
        """How the repository it came from is reached."""
        return Access(self.url, self.token_env, self.lender)


def sync(
    repository: RepositoryConfig,
    state_dir: Path,
    token_env: str | None = None,
    lender: Callable[[], str] | None = None,
) -> Clone:
    """Clones a repository to `STATE_DIR/clones/NAME.git`, or fetches what is new; safe to run twice at once.

    A clone that is broken, or was made from another URL, is made again. Raises RemediatorError where the repository
    is missing, closed to us, empty or shallow, or does not have the branch, and where git is too old.
    """
    url, branch = checked_url(repository.url), checked_branch(repository.branch)
    if is_local(url) and not Path(url).exists():
        raise RemediatorError(f"repository '{repository.name}': there is nothing at {url}; correct its url")
    access = Access(url, token_env, lender)
    folder = state_dir.absolute() / "clones"
    path = folder / f"{repository.name}.git"
    try:
        check_version()
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{repository.name}.lock", timeout=LOCK_SECONDS):
            _bring(path, access, repository.clone)
            head = _head(path, branch, repository.name, access)
            if repository.clone == "blobless":
                bring_code(path, access, head)
            # Which paths each commit changed, so that blame of one line need not look into every tree.
            graph = ["commit-graph", "write", "--reachable", "--changed-paths", "--split", "--no-progress"]
            run(path, graph, accept=(0, 1, 128))  # without one all is but slower
    except Timeout as error:
        raise RemediatorError(
            f"repository '{repository.name}': another run has held its clone for {LOCK_SECONDS:.0f} s; stop that run"
        ) from error
    except GitError as error:
        raise GitError(f"repository '{repository.name}': {error}") from error
    except OSError as error:
        raise RemediatorError(
            f"repository '{repository.name}': {folder} cannot be written ({error.strerror}); make room in state_dir, "
            "and make it writable"
        ) from error
    blobless = repository.clone == "blobless"
    return Clone(repository.name, path, branch, head, url, token_env, lender, blobless)


def _bring(path: Path, access: Access, kind: str) -> None:
    # Made aside and renamed, so that a clone is whole or absent, and an unreachable repository costs no old clone. In a
    # folder of its own, since the git of a killed run may live on for a while and write to that run's.
    for left in path.parent.glob(f".{path.stem}~*"):
        shutil.rmtree(left, ignore_errors=True)
    if path.exists() and _usable(path, access, kind):
        return
    fresh = Path(tempfile.mkdtemp(prefix=f".{path.stem}~", dir=path.parent))
    try:
        run(None, ["init", "--quiet", "--bare", "--template=", "--", str(fresh)])
        run(fresh, ["config", _SOURCE, redact(access.where)])
        if kind != _FULL:
            run(fresh, ["config", _KIND, kind])
        fetch(fresh, access, kind == "blobless")
        shutil.rmtree(path, ignore_errors=True)
        fresh.rename(path)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _usable(path: Path, access: Access, kind: str) -> bool:
    """Fetches into an existing clone; False where it is to be made again: broken, of another kind or another URL."""
    _tidy(path)
    try:
        _, output = run(path, ["config", "--null", "--get-regexp", r"^remediator\."])
        settings = (entry.partition("\n") for entry in output.decode().split("\0"))
        kept = {name: value for name, _, value in settings}
        if kept.get(_SOURCE) != redact(access.where) or kept.get(_KIND, _FULL) != kind:
            return False
        blobless = kind == "blobless"
        fetch(path, access, blobless)
        # The newest trees show a lost pack; a check of the whole history would take minutes in the largest.
        without = ["--filter=blob:none"] if blobless else []
        run(path, ["rev-list", "--quiet", "--objects", *without, "--all", "--max-count=1"])
        run(path, [*(promisor(access) if blobless else ()), "gc", "--auto", "--quiet"])
    except GitError:
        return False
    return True


def _tidy(path: Path) -> None:
    """Removes what a killed git left behind: locks, and packs half received, which would fill the disk in time."""
    # Under the lock nobody else writes here, save for a push of another run, which makes no packs.
    for stale in (*path.rglob("*.lock"), *(path / "objects" / "pack").glob("tmp_*")):
        if stale.is_file():
            stale.unlink(missing_ok=True)


def _head(path: Path, branch: str, name: str, access: Access) -> str:
    if (path / "shallow").exists():  # https://git-scm.com/docs/gitrepository-layout
        shutil.rmtree(path)
        raise GitError(SHALLOW.format(where=redact(access.where)))
    _, output = run(path, ["for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads"])
    records = (line.partition(" ") for line in output.decode("utf-8", "surrogateescape").split("\n") if line)
    heads = {name: sha for sha, _, name in records}
    if not heads:
        raise GitError(f"{redact(access.where)} is empty; push a first commit to it, or leave it out")
    if branch not in heads:
        close = difflib.get_close_matches(branch, heads, n=1, cutoff=0.5) or sorted(heads)[:3]
        raise GitError(f"there is no branch '{branch}' in {redact(access.where)}; it has {', '.join(close)}")
    at = f"refs/heads/{branch}"
    if (path / "HEAD").read_bytes() != f"ref: {at}\n".encode():
        run(path, ["symbolic-ref", "HEAD", at])
    return heads[branch]
