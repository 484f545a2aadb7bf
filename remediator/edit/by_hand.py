"""Where an edit cannot be made: the sentence names the file, since only a person can go on there."""

from collections.abc import Iterator
from contextlib import contextmanager

from remediator.errors import RemediatorError

__all__ = ["by_hand"]


@contextmanager
def by_hand(path: str) -> Iterator[None]:
    """Name the file in whatever RemediatorError is raised inside, whose sentence knows only the line."""
    try:
        yield
    except RemediatorError as error:
        raise RemediatorError(f"{path}: {error}; edit it by hand") from error
