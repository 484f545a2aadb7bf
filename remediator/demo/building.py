"""The demo's folder: held by one demo at a time, its repositories built aside and renamed into place."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from remediator.demo.history import stream
from remediator.demo.machines import PLATFORM, RESEARCH
from remediator.errors import RemediatorError
from remediator.git.imports import fast_import

REPOSITORIES = "repositories"
_BORN = "born.txt"
_LOCK = "demo.lock"
_ASIDE = ".building-"


@contextmanager
def held(folder: Path) -> Iterator[datetime]:
    """Hold the folder for this demo alone, with the repositories in it; gives the time they were built at.

    Raises RemediatorError when another demo holds the folder, or it holds something else, or cannot be written.
    """
    try:
        _check(folder)
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK, timeout=0)
        lock.acquire()
    except Timeout as error:
        raise RemediatorError(
            f"another demo is at work in {folder}; wait for it, or name another folder with --dir"
        ) from error
    except OSError as error:
        raise RemediatorError(
            f"{folder} cannot be written ({error.strerror}); name another folder with --dir"
        ) from error
    try:
        _build(folder)
        yield datetime.fromisoformat((folder / REPOSITORIES / _BORN).read_text("utf-8").strip())
    finally:
        lock.release()


def _check(folder: Path) -> None:
    """Raise RemediatorError unless the folder is absent, empty, a demo's, or what a killed demo left."""
    if not folder.exists() or (folder / REPOSITORIES / _BORN).exists():
        return
    if not folder.is_dir() or any(e.name != _LOCK and not e.name.startswith(_ASIDE) for e in folder.iterdir()):
        raise RemediatorError(f"{folder} holds something that is not the demo's; name another folder with --dir")


def _build(folder: Path) -> None:
    """Build the repositories where they are not, whole or not at all."""
    for left in folder.glob(f"{_ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
    if (folder / REPOSITORIES).exists():
        return
    # A name of its own: the git of a killed demo may outlive it for a moment, and then writes only to its own.
    aside = Path(tempfile.mkdtemp(prefix=_ASIDE, dir=folder))
    aside.chmod(0o755)
    try:
        now = datetime.now(UTC).replace(microsecond=0)
        for name in (PLATFORM, RESEARCH):
            fast_import(aside / f"{name}.git", stream(name, now))
        (aside / _BORN).write_text(now.isoformat() + "\n", "utf-8")
        aside.rename(folder / REPOSITORIES)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
