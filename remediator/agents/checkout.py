"""Files of a checkout, reached without ever following a symbolic link and replaced whole."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from remediator.errors import RemediatorError

MAX_FILE_BYTES = 8 * 1024 * 1024
"""The largest file that is edited; code is far smaller."""

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Held:
    """A regular file as it was read: the folder it is in, kept open, its name there, its content and its mode."""

    path: str
    folder: int
    name: str
    content: bytes
    mode: int


class Copy(StrEnum):
    """Which content a partial file holds."""

    NEW = "partial"
    OLD = "backup"


@contextmanager
def hold(root: Path, paths: tuple[str, ...]) -> Iterator[tuple[Held, ...]]:
    """Open and read files of the tree at `root`; their folders stay open, so that nothing can be swapped under them.

    Only one holds a tree at a time. Raises RemediatorError for what is not a regular file inside the tree.
    """
    with contextlib.ExitStack() as stack:
        try:
            top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise RemediatorError(f"{root} cannot be opened ({error.strerror}); name a checkout directory") from error
        stack.callback(os.close, top)
        _lock(top, root)
        yield tuple(_hold(top, path, stack) for path in paths)


def stage(held: Held, content: bytes, label: str, copy: Copy) -> None:
    """Write content to a partial file beside a held one."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(_partial(held, label, copy), flags, 0o600, dir_fd=held.folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        os.fchmod(file.fileno(), held.mode)
        file.flush()
        os.fsync(file.fileno())


def put(held: Held, label: str, copy: Copy) -> None:
    """Put a partial file in the place of the held one, at one instant."""
    os.replace(_partial(held, label, copy), held.name, src_dir_fd=held.folder, dst_dir_fd=held.folder)


def clear(held: Held, label: str) -> None:
    """Remove the partial files beside a held one, a dead run's too."""
    for copy in Copy:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(_partial(held, label, copy), dir_fd=held.folder)


def is_unchanged(held: Held) -> bool:
    """Whether the file still is what was read."""
    try:
        return _read(held.folder, held.name, held.path)[0] == held.content
    except (OSError, RemediatorError):
        return False


def _partial(held: Held, label: str, copy: Copy) -> str:
    return f".{held.name}.{label}.{copy}"


def _lock(top: int, root: Path) -> None:
    import fcntl  # not on Windows, where the rest of the program must still load

    try:
        fcntl.flock(top, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise RemediatorError(f"another program is applying a plan to {root}; wait for it and try again") from error
    except OSError:
        return  # a file system without locks: whoever changes a file meanwhile is still noticed


def _hold(top: int, path: str, stack: contextlib.ExitStack) -> Held:
    parts = PurePosixPath(path).parts
    folder = top
    try:
        for part in parts[:-1]:
            folder = os.open(part, _DIRECTORY, dir_fd=folder)
            stack.callback(os.close, folder)
        content, mode = _read(folder, parts[-1], path)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            raise RemediatorError(
                f"{path} leads through a symbolic link or a file, which is not followed; name the checkout that "
                "the plan was made for"
            ) from error
        raise RemediatorError(
            f"{path} cannot be read ({error.strerror}); name the checkout that the plan was made for"
        ) from error
    return Held(path, folder, parts[-1], content, mode)


def _read(folder: int, name: str, path: str) -> tuple[bytes, int]:
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise RemediatorError(f"{path} is not a regular file; name the checkout that the plan was made for")
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise RemediatorError(f"{path} is larger than {MAX_FILE_BYTES} bytes; edit it by hand")
    return content, stat.S_IMODE(status.st_mode)
