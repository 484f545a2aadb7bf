"""The content of blobs: of code from the index, which holds its text, and of any other file from git, once."""

from collections.abc import Mapping

from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.git.objects import LARGEST_BLOB, read_blobs
from remediator.iac.terraform.index import RepositoryIndex

__all__ = ["BlobReader"]

KEPT = 32 << 20
"""Bytes of blobs read from git that are kept beside the last one; the oldest go first."""


class BlobReader:
    """Reads one blob at a call, without a process for each."""

    def __init__(self, clone: Clone, index: RepositoryIndex, homes: Mapping[str, Clone] | None = None) -> None:
        """Nothing is read yet; `homes` are the clones of the blobs that lie in others."""
        self._clone, self._homes = clone, homes or {}
        self._code = {file.blob: file.encoded.text for file in index.files.values()}
        self._kept: dict[str, bytes] = {}
        self._size = 0

    def __call__(self, blob: str) -> bytes:
        """The blob's bytes; raises RemediatorError where git has no such blob, or it is larger than LARGEST_BLOB."""
        if blob in self._code:
            return self._code[blob]
        if blob not in self._kept:
            while self._size > KEPT:
                self._size -= len(self._kept.pop(next(iter(self._kept))))
            self._keep(blob)
        return self._kept[blob]

    def _keep(self, blob: str) -> None:
        clone = self._homes.get(blob, self._clone)
        for _, content in read_blobs(clone, [blob]):
            if len(content) > LARGEST_BLOB:
                raise RemediatorError(
                    f"{clone.name}: blob {blob[:12]} has more than {LARGEST_BLOB >> 20} MiB, which is not read; "
                    "keep it elsewhere"
                )
            self._kept[blob] = content
            self._size += len(content)
