"""A state on its way in: bytes in chunks, decompressed as they come, within bounds of size and time."""

import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from remediator.errors import RemediatorError

__all__ = ["CHUNK", "LARGEST_STATE", "LONGEST_READ", "StateStream", "bounded"]

CHUNK = 1 << 20
"""Bytes that are asked for at a time."""
LARGEST_STATE = 2 << 30
"""Bytes of a state, decompressed; some ten times the largest that Terraform still works with in good time."""
LONGEST_READ = 1800.0
"""Seconds from the first byte of a state to its last."""

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class StateStream:
    """The bytes of a state, to be read once, and when its backend says it was last written."""

    chunks: Iterable[bytes]
    written_at: datetime | None = None


def bounded(chunks: Iterable[bytes], where: str, clock: Callable[[], float] = time.monotonic) -> Iterator[bytes]:
    """The chunks, decompressed where they are gzip; raises RemediatorError where they are too many or come too slowly.

    `where` names the state in errors.
    """
    begun, size = clock(), 0
    for chunk in _plain(iter(chunks), where):
        size += len(chunk)
        if size > LARGEST_STATE:
            raise RemediatorError(
                f"{where}: the state is larger than {LARGEST_STATE >> 30} GiB, which is not read; split its root, or "
                "check that it is a state"
            )
        if clock() - begun > LONGEST_READ:
            raise RemediatorError(
                f"{where}: the state had not come after {LONGEST_READ / 60:.0f} minutes; check the network and the "
                "service, and run again"
            )
        yield chunk


def _plain(chunks: Iterator[bytes], where: str) -> Iterator[bytes]:
    first = b""
    while len(first) < len(_GZIP) and (chunk := next(chunks, None)) is not None:
        first += chunk
    if not first.startswith(_GZIP):
        yield first
        yield from chunks
        return
    yield from _unzipped(first, chunks, where)


def _unzipped(first: bytes, chunks: Iterator[bytes], where: str) -> Iterator[bytes]:
    inflate = zlib.decompressobj(wbits=31)
    waiting: bytes | None = first
    try:
        while waiting is not None and not inflate.eof:
            yield inflate.decompress(waiting, CHUNK)  # no more at a time, whatever it would unfold to
            waiting = inflate.unconsumed_tail or next(chunks, None)
    except zlib.error:
        raise RemediatorError(f"{where}: the state is not the gzip it begins as; restore a backup of it") from None
    if not inflate.eof:
        raise RemediatorError(f"{where}: the state is gzip that was cut short; restore a backup of it")
