"""Resources removed: their blocks, and the comments and blank lines that are theirs."""

import pytest

from remediator.edit.edits import apply_edits
from remediator.model import ExpectedChange, RemoveResource
from tests.edit.removing import OLD


def test_a_removal_takes_the_comment_above_and_one_set_of_blank_lines(code):
    text = """
    # kept

    # The old scratch disk,
    // nobody uses it.
    resource "aws_ebs_volume" "old" {
      size = 1
    }

    resource "aws_ebs_volume" "new" {
      size = 1
    }
    """
    here = code({"main.tf": text})

    made = here.draft("aws_ebs_volume.old", RemoveResource())

    assert here.shown(made) == (
        '-# The old scratch disk,\n-// nobody uses it.\n-resource "aws_ebs_volume" "old" {\n-  size = 1\n-}\n-\n'
    )
    assert made.expected == (ExpectedChange("aws_ebs_volume.old", ("delete",), ()),)


@pytest.mark.parametrize(
    ("inside", "doubt"),
    [
        ("count = 2", "the code does not make it"),
        ("for_each = var.x", "has for_each, and which instances"),
        ("lifecycle {\n    prevent_destroy = true\n  }", "main.tf:3: lifecycle.prevent_destroy"),
    ],
)
def test_repeated_or_protected_resources_stay(code, inside, doubt):
    here = code({"main.tf": OLD.replace("size = 1", inside)})

    made = here.draft("aws_ebs_volume.old", RemoveResource())

    assert made.edits == ()
    assert any(doubt in d for d in made.doubts), made.doubts


@pytest.mark.parametrize(
    ("path", "text", "address", "doubt"),
    [
        ("main.tf", '/* a */ resource "aws_x" "a" {}\n', "aws_x.a", "main.tf: line 1 begins with something else"),
        (
            "main.tf",
            'resource "aws_x" "a" {\n  for_each = { b = 1 /* b */, c = 2 }\n}\n',
            'aws_x.a["b"]',
            "main.tf: a comment stands beside what goes on line 2",
        ),
        ("a.tf.json", '{"resource": {"aws_x": {"a": {}}}}', "aws_x.a", "a.tf.json: line 1 holds all there is"),
    ],
)
def test_what_shares_its_line_is_named_with_its_file(code, path, text, address, doubt):
    made = code({path: text}).draft(address, RemoveResource())

    assert made.edits == ()
    assert made.doubts[0].startswith(doubt)
    assert made.doubts[0].endswith("by hand")


@pytest.mark.parametrize(
    ("head", "stays"),
    [
        ("# Copyright Acme\n# SPDX-License-Identifier: MIT\n", True),
        ("\ufeff// Licence: MIT\n", True),
        ("# the old trainer\n", False),
        ("# SPDX-License-Identifier: MIT\n\n# the old trainer\n", True),
    ],
)
def test_the_notice_at_the_head_of_a_file_stays(code, head, stays):
    block = 'resource "aws_instance" "NAME" {\n}\n'
    text = head + block.replace("NAME", "old") + block.replace("NAME", "new")
    here = code({"main.tf": text.encode()})

    made = here.draft("aws_instance.old", RemoveResource())

    assert made.doubts == ()
    after = apply_edits(here.contents, made.edits)["main.tf"].decode()
    assert after == (
        head.partition("\n\n")[0].rstrip("\n") + "\n" * (1 + ("\n\n" in head)) if stays else ""
    ) + block.replace("NAME", "new")
