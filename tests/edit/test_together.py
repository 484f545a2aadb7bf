from hashlib import sha1

import pytest

from remediator.edit.together import TogetherError, joined, meet, together
from remediator.model import Edit

SOURCE = b"""locals {
  sizes = { a = "large", b = "large" }
}

resource "aws_ebs_volume" "a" {
  type = "gp2"
}

resource "aws_ebs_volume" "b" {
  type = "gp2"
}
"""
BLOB = sha1(b"blob %d\0" % len(SOURCE) + SOURCE).hexdigest()


def edit(old: bytes, new: bytes, after: bytes = b"", path: str = "main.tf") -> Edit:
    start = SOURCE.index(old, SOURCE.index(after))
    return Edit(path, BLOB, start, start + len(old), old, new)


A = edit(b'"gp2"', b'"gp3"', b'"a"')
B = edit(b'"gp2"', b'"gp3"', b'"b" {')


def test_edits_of_one_file_say_what_each_of_them_says() -> None:
    after = together({"main.tf": SOURCE}, [[A], [B]])

    assert after == {"main.tf": SOURCE.replace(b"gp2", b"gp3")}


def test_edits_that_touch_are_not_made_together() -> None:
    whole = edit(b'type = "gp2"', b'type = "gp3"', b'"a" {')

    assert meet([A], [whole])
    assert not meet([A], [B])
    with pytest.raises(TogetherError, match="two edits in the same place"):
        together({"main.tf": SOURCE}, [[A], [whole]])


def test_edits_that_read_otherwise_together_are_refused() -> None:
    """Each alone makes a comment of its own end of the line; together one comments the other out."""
    first = edit(b'"large"', b'"small" }\n  # {', b"a =")
    second = edit(b'"large"', b'"small"', b"b =")

    with pytest.raises(TogetherError, match=r"main\.tf"):
        together({"main.tf": SOURCE}, [[first], [second]])


def test_several_edits_of_a_json_file_are_left_apart() -> None:
    with pytest.raises(TogetherError, match="no HCL"):
        together({"main.tf.json": SOURCE}, [[edit(b'"gp2"', b'"gp3"', b'"a"', "main.tf.json")],
                                            [edit(b'"gp2"', b'"gp3"', b'"b" {', "main.tf.json")]])  # fmt: skip


def test_what_is_added_at_one_place_stands_there_one_below_the_other() -> None:
    end = len(SOURCE)
    added = [Edit("main.tf", BLOB, end, end, b"", b"\nx {\n}\n"), Edit("main.tf", BLOB, end, end, b"", b"\ny {\n}\n")]

    [one] = joined(added)

    assert one.new.count(b"{") == 2
