import os

import pytest

from remediator.errors import RemediatorError
from remediator.git.objects import list_tree, read_blobs, read_paths, sizes


def test_a_tree_lists_every_file_with_its_mode(repository):
    repository.write({"envs/dev/main.tf": "a = 1\n", "ünïcode and blank.tf": "", "run.sh": "#!\n"})
    (repository.path / "run.sh").chmod(0o755)
    (repository.path / "link.tf").symlink_to("/etc/passwd")
    repository.commit({})
    clone = repository.sync()

    found = {entry.path: entry.mode for entry in list_tree(clone, clone.head)}

    assert found == {
        "envs/dev/main.tf": "100644",
        "link.tf": "120000",
        "run.sh": "100755",
        "ünïcode and blank.tf": "100644",
    }


def test_a_blob_that_is_not_held_costs_neither_the_list_nor_the_sizes(repository):
    repository.commit({"a.tf": "a = 1\n", "big.zip": "x" * 100})
    clone = repository.sync()
    held, missing = (entry.blob for entry in list_tree(clone, clone.head))
    (clone.path / "objects" / missing[:2] / missing[2:]).unlink()

    assert [entry.path for entry in list_tree(clone, clone.head)] == ["a.tf", "big.zip"]
    assert sizes(clone, [held, missing]) == {held: 6}


def test_a_file_whose_name_is_not_text_is_left_out(repository):
    repository.write({"a.tf": ""})
    (repository.path / os.fsdecode(b"b\xff.tf")).write_bytes(b"")
    repository.commit({})
    clone = repository.sync()

    assert [entry.path for entry in list_tree(clone, clone.head)] == ["a.tf"]


def test_blobs_come_in_the_order_asked_for_byte_for_byte(repository):
    contents = {"a.tf": b"a\r\n\0\xff", "b.tf": b"", "c.tf": b"x" * 300_000}
    repository.commit(contents)
    clone = repository.sync()
    blobs = {entry.path: entry.blob for entry in list_tree(clone, clone.head)}
    order = [blobs["c.tf"], blobs["a.tf"], blobs["b.tf"], blobs["a.tf"]]

    assert list(read_blobs(clone, order)) == [(b, contents[p]) for b in order for p in blobs if blobs[p] == b]
    assert list(read_blobs(clone, [])) == []


def test_reading_may_stop_halfway(repository):
    repository.commit({f"f{n}.tf": f"{n}" * 9000 for n in range(100)})
    clone = repository.sync()
    reading = read_blobs(clone, [entry.blob for entry in list_tree(clone, clone.head)])

    assert next(reading)[1]
    reading.close()


def test_a_blob_that_is_missing_is_named(repository):
    repository.commit({"a.tf": "a\n"})
    clone = repository.sync()

    with pytest.raises(RemediatorError, match="no blob 0000"):
        list(read_blobs(clone, ["0" * 40]))
    with pytest.raises(RemediatorError, match="no blob"):
        list(read_blobs(clone, [clone.head]))


def test_paths_are_read_as_they_are_without_patterns_and_links(repository):
    repository.write({"docs/CODEOWNERS": "x\n", "a*.tf": "star\n", "ab.tf": "no\n"})
    (repository.path / "CODEOWNERS").symlink_to("/etc/passwd")
    repository.commit({})
    clone = repository.sync()

    found = read_paths(clone, clone.head, ["CODEOWNERS", "docs/CODEOWNERS", "a*.tf", "docs", "none"])

    assert found == {"docs/CODEOWNERS": b"x\n", "a*.tf": b"star\n"}


def test_of_a_blob_beyond_the_bound_only_the_beginning_is_read(repository, monkeypatch):
    monkeypatch.setattr("remediator.git.objects.LARGEST_BLOB", 10)
    repository.commit({"a": "x" * 3_000_000, "b": "y" * 10, "c": "z"})
    clone = repository.sync()

    found = [content for _, content in read_blobs(clone, [entry.blob for entry in list_tree(clone, clone.head)])]

    assert found == [b"x" * 11, b"y" * 10, b"z"]
