"""A state in a file of this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from remediator.errors import RemediatorError
from remediator.observe.states.streams import CHUNK, StateStream

__all__ = ["from_file"]


@contextmanager
def from_file(path: Path, workspace: str) -> Iterator[StateStream]:
    """The state of a workspace: another than the default one lies in `terraform.tfstate.d` beside that one's.

    There it is `<workspace>/terraform.tfstate`, whatever the default one is called. Raises RemediatorError.
    """
    if workspace != "default":
        path = path.parent / "terraform.tfstate.d" / workspace / "terraform.tfstate"
    try:
        with path.open("rb") as file:
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            yield StateStream(_chunks(file), written)
    except OSError as error:
        raise RemediatorError(f"{path}: the state cannot be read ({error.strerror}); check the root's state") from error


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk
