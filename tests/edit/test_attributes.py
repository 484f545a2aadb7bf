"""Attributes change and appear the way their neighbours are written."""

import pytest

from remediator.edit.attributes import add_block, insert, replace_values
from remediator.edit.rewrite import block_keys
from remediator.edit.splice import apply_edits, blob_id, to_edits
from remediator.errors import RemediatorError
from remediator.iac.terraform.syntax import parse


@pytest.fixture
def run():
    """Applies an operation to the first block of a text and gives the text after."""

    def run(text, operation, *arguments, **options):
        source = text.encode()
        file = parse(source)
        assert file.problem is None
        key, block = block_keys(file)[file.blocks[0].span.start]
        given = (source, block.attributes if operation is replace_values else block, key, *arguments)
        rewrite = operation(*given, **options)
        edits = to_edits("m.tf", blob_id(source, "0" * 40), source, rewrite.splices)
        return apply_edits({"m.tf": source}, edits).get("m.tf", source).decode()

    return run


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        ("r {\n  a = 1\n}\n", {"a": 2}, "r {\n  a = 2\n}\n"),
        ('r {\r\n\ta   =   "1"# x\r\n}', {"a": 2}, 'r {\r\n\ta   =   "2"# x\r\n}'),
        ('r { a = "x" }', {"a": "y"}, 'r { a = "y" }'),
        ("r {\n  a = 1   # x\n  b = 100 # y\n}\n", {"a": 2000}, "r {\n  a = 2000 # x\n  b = 100  # y\n}\n"),
        ("r {\n  a = 1000 # x\n  b = 10   # y\n}\n", {"a": 2}, "r {\n  a = 2  # x\n  b = 10 # y\n}\n"),
        ("r {\n  a = 1 # x\n  b = 100 # y\n}\n", {"a": 20}, "r {\n  a = 20 # x\n  b = 100 # y\n}\n"),
        ("r {\n  a = 1    # x\n  b = 10   # y\n}\n", {"a": 200}, "r {\n  a = 200  # x\n  b = 10   # y\n}\n"),
        ("r {\n  a = 1 # x\n\n  b = 100 # y\n}\n", {"a": 2000}, "r {\n  a = 2000 # x\n\n  b = 100 # y\n}\n"),
    ],
)
def test_a_value_changes_and_comments_stay_in_their_column(run, before, values, after):
    assert run(before, replace_values, values) == after


@pytest.mark.parametrize("text", ["<<E\nx\nE", '"${var.x}"', "var.x", "[1]", "a ? 1 : 2", "1 + 1"])
def test_only_literals_are_replaced(run, text):
    with pytest.raises(RemediatorError, match=r"line 2 is .*, not a literal"):
        run(f"r {{\n  a = {text}\n}}\n", replace_values, {"a": 1})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("r {\n  a = 1\n}\n", "r {\n  a    = 1\n  iops = 3\n}\n"),
        ("r {\n  longer = 1\n}\n", "r {\n  longer = 1\n  iops   = 3\n}\n"),
        ("r {\n  a = 1\n  bb = 2\n}\n", "r {\n  a = 1\n  bb = 2\n  iops = 3\n}\n"),
        ("r {\n  a      = 1\n  bb     = 2\n}\n", "r {\n  a      = 1\n  bb     = 2\n  iops   = 3\n}\n"),
        ("r {\n\ta = 1\n\tb {\n\t}\n}\n", "r {\n\ta    = 1\n\tiops = 3\n\tb {\n\t}\n}\n"),
        ("r {\r\n  a = 1\r\n}\r\n", "r {\r\n  a    = 1\r\n  iops = 3\r\n}\r\n"),
        (
            "r {\n  count = 2\n\n  a = 1\n\n  tags = {\n    x = 1\n  }\n  depends_on = [y.z]\n}\n",
            "r {\n  count = 2\n\n  a    = 1\n  iops = 3\n\n  tags = {\n    x = 1\n  }\n  depends_on = [y.z]\n}\n",
        ),
        ("r {\n  tags = {\n    x = 1\n  }\n}\n", "r {\n  tags = {\n    x = 1\n  }\n  iops = 3\n}\n"),
        ("r {\n  a = 1\n  h = <<E\nx\nE\n}\n", "r {\n  a    = 1\n  iops = 3\n  h    = <<E\nx\nE\n}\n"),
        ("r {\n  h = <<E\nx\nE\n}\n", "r {\n  h    = <<E\nx\nE\n  iops = 3\n}\n"),
        ("r {\n}\n", "r {\n  iops = 3\n}\n"),
        ("r {\n  b {\n  }\n}\n", "r {\n  iops = 3\n\n  b {\n  }\n}\n"),
        ("  r {\n  }\n", "  r {\n    iops = 3\n  }\n"),
        ("r {\n  a = 1 # why\n}\n", "r {\n  a    = 1 # why\n  iops = 3\n}\n"),
        ("r {\n  a /* x */ = 1\n}\n", "r {\n  a /* x */ = 1\n  iops = 3\n}\n"),
        ("r { # why\n}\n", "r { # why\n  iops = 3\n}\n"),
    ],
)
def test_a_new_attribute(run, before, after):
    assert run(before, insert, {"iops": 3}) == after


def test_a_new_attribute_beside_another(run):
    before = "r {\n  type = 1\n\n  z = 1\n}\n"

    assert run(before, insert, {"iops": 3, "rate": 4}, beside="type") == (
        "r {\n  type = 1\n  iops = 3\n  rate = 4\n\n  z = 1\n}\n"
    )


@pytest.mark.parametrize("text", ["r {}\n", "r { a = 1 }\n", "r {\n  a = 1 /* x\n*/\n}\n"])
@pytest.mark.parametrize("operation", [insert, add_block])
def test_no_line_to_write_on(run, operation, text):
    if operation is add_block and text.count("\n") > 1:
        return
    arguments = ({"iops": 3},) if operation is insert else ("disk", {"iops": 3})

    with pytest.raises(RemediatorError, match="line"):
        run(text, operation, *arguments)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("r {\n  a = 1\n}\n", "r {\n  a = 1\n\n  disk {\n    iops = 3\n    size = 4\n  }\n}\n"),
        ("r {\n}\n", "r {\n  disk {\n    iops = 3\n    size = 4\n  }\n}\n"),
        ("r {\r\n\ta = 1\r\n\r\n}", "r {\r\n\ta = 1\r\n\r\n\tdisk {\r\n\t\tiops = 3\r\n\t\tsize = 4\r\n\t}\r\n}"),
    ],
)
def test_a_new_nested_block(run, before, after):
    assert run(before, add_block, "disk", {"iops": 3, "size": 4}) == after
