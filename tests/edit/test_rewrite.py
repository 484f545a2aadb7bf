"""Keys name every block and attribute of a file, however often it is repeated."""

from remediator.edit.rewrite import Rewrite, block_keys, expressions, joined
from remediator.edit.splice import Splice
from remediator.iac.terraform.syntax import parse

TEXT = b"""
x = 1
locals {
  a = 1
}
locals {
  b = var.x
}
resource "t" "n" {
  disk {
    size = 1
  }
  disk {
    size = 2
  }
}
"""


def test_keys_count_among_their_like():
    assert expressions(parse(TEXT)) == {
        ("x",): "1",
        ("locals", 0, "a"): "1",
        ("locals", 1, "b"): "var.x",
        ("resource", "t", "n", 0, "disk", 0, "size"): "1",
        ("resource", "t", "n", 0, "disk", 1, "size"): "2",
    }


def test_blocks_are_found_by_where_they_start():
    found = block_keys(parse(TEXT))

    assert all(TEXT[start:].startswith(block.type.encode()) for start, (_, block) in found.items())
    assert len(found) == 5


def test_rewrites_join():
    one = Rewrite((Splice(0, 1, b""),), ((("a",), "1"),), lines=1)
    other = Rewrite((Splice(2, 3, b""),), (), (("b", 0),), 2)

    assert joined([one, other]) == Rewrite((Splice(0, 1, b""), Splice(2, 3, b"")), ((("a",), "1"),), (("b", 0),), 3)
