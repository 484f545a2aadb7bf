"""The content of blobs: of code from the index, which holds its text, and of any other file from git, once."""

from collections.abc import Mapping

from remediator.git.clones import Clone
from remediator.git.objects import read_blobs
from remediator.iac.terraform.index import RepositoryIndex

__all__ = ["BlobReader"]

KEPT = 256
"""Blobs read from git that are kept; the oldest go first."""


class BlobReader:
    """Reads one blob at a call, without a process for each."""

    def __init__(self, clone: Clone, index: RepositoryIndex, homes: Mapping[str, Clone] | None = None) -> None:
        """Nothing is read yet; `homes` are the clones of the blobs that lie in others."""
        self._clone, self._homes = clone, homes or {}
        self._code = {file.blob: file.encoded.text for file in index.files.values()}
        self._kept: dict[str, bytes] = {}

    def __call__(self, blob: str) -> bytes:
        """The blob's bytes; raises RemediatorError where git has no such blob."""
        if blob in self._code:
            return self._code[blob]
        if blob not in self._kept:
            while len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept.update(read_blobs(self._homes.get(blob, self._clone), [blob]))
        return self._kept[blob]
