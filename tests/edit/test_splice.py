"""Splices touch the bytes they name and no other."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.edit.splice import Splice, apply_edits, blob_id, to_edits
from remediator.errors import RemediatorError


def edits(source, *splices, path="main.tf"):
    return to_edits(path, blob_id(source, "0" * 40), source, [Splice(*s) for s in splices])


def test_several_splices_of_one_file():
    source = b"one two three"

    done = apply_edits({"main.tf": source, "other.tf": b""}, edits(source, (0, 3, b"1"), (8, 13, b"3"), (4, 4, b"+")))

    assert done == {"main.tf": b"1 +two 3"}


def test_a_splice_that_changes_nothing_is_no_edit():
    assert edits(b"abc", (0, 1, b"a")) == ()


@pytest.mark.parametrize("splices", [[(0, 3, b"x"), (2, 4, b"y")], [(2, 2, b"x"), (2, 2, b"y")]])
def test_two_edits_in_one_place_are_refused(splices):
    source = b"abcdef"

    with pytest.raises(RemediatorError, match="two edits in the same place"):
        apply_edits({"main.tf": source}, edits(source, *splices))


@pytest.mark.parametrize(
    ("now", "message"),
    [
        (b"line\nabd", "main.tf:2 no longer reads 'abc'"),
        (b"line\n", "main.tf:2 no longer reads"),
        (None, "is not there"),
    ],
)
def test_other_bytes_than_expected_are_refused(now, message):
    source = b"line\nabc"
    files = {} if now is None else {"main.tf": now}

    with pytest.raises(RemediatorError, match=message):
        apply_edits(files, edits(source, (5, 8, b"x")))


def test_touching_edits_compose():
    source = b"abcd"

    assert apply_edits({"f": source}, edits(source, (0, 2, b"x"), (2, 2, b"-"), (2, 4, b"y"), path="f"))["f"] == b"x-y"


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=6), st.binary(max_size=5))
def test_what_lies_between_the_splices_stays(source, cuts, new):
    places = sorted({min(c, len(source)) for c in cuts})
    spans = list(zip(places[::2], places[1::2], strict=False))

    made = edits(source, *((a, b, new) for a, b in spans))
    after = apply_edits({"main.tf": source}, made).get("main.tf", source)

    expected, at = b"", 0
    for start, end in spans:
        expected += source[at:start] + new
        at = end
    assert after == expected + source[at:]


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_blob_ids_are_those_of_git(tmp_path, form):
    subprocess.run(["git", "init", "-q", f"--object-format={form}", "."], cwd=tmp_path, check=True)
    done = subprocess.run(
        ["git", "hash-object", "--stdin"], cwd=tmp_path, input=b"x\r\n", capture_output=True, check=True
    )
    expected = done.stdout.decode().strip()

    assert blob_id(b"x\r\n", expected) == expected
