"""Blobs of a clone, one at a call: bounded, and from the clone that has each."""

import pytest

from remediator.errors import RemediatorError
from remediator.git import objects
from remediator.git.objects import list_tree
from remediator.iac.terraform.index import build
from remediator.run import blobs
from remediator.run.blobs import BlobReader


@pytest.fixture
def reader(repository):
    """A reader of files that are committed, with the blob of each path."""

    def of(**files: bytes) -> tuple[BlobReader, dict[str, str]]:
        repository.commit(files)
        clone = repository.sync()
        ids = {entry.path: entry.blob for entry in list_tree(clone, clone.head)}
        return BlobReader(clone, build(clone.name, clone.head, [], lambda _: iter(()), None)), ids

    return of


def test_a_blob_beyond_the_bound_is_refused_and_not_read_whole(reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "LARGEST_BLOB", 1 << 20)
    monkeypatch.setattr(blobs, "LARGEST_BLOB", 1 << 20)
    read, ids = reader(small=b"x" * (1 << 20), large=b"x" * ((1 << 20) + 1))

    assert len(read(ids["small"])) == 1 << 20
    with pytest.raises(RemediatorError, match="has more than 1 MiB, which is not read"):
        read(ids["large"])


def test_what_is_kept_is_bounded_by_its_size(reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blobs, "KEPT", 1_000)
    contents = {f"f{n}": f"{n}".encode() * 300 for n in range(20)}
    read, ids = reader(**contents)

    for _ in range(2):
        assert {path: read(blob) for path, blob in ids.items()} == contents
    assert sum(map(len, read._kept.values())) <= 1_000 + 600
