"""Blocks that come and go as whole lines."""

import pytest

from remediator.edit.resources import add_after, free_name, remove
from remediator.edit.rewrite import block_keys
from remediator.edit.splice import apply_edits, blob_id, to_edits
from remediator.errors import RemediatorError
from remediator.iac.terraform.syntax import parse
from remediator.model import AddResource, Attributes, SetAttribute

STOP = AddResource("s", Attributes({"state": "off"}), (("of", "id"),), SetAttribute("x", 1, 2))
NEW = 'resource "s" "n" {\n  of    = a.b.id\n  state = "off"\n}\n'
BLOCK = 'resource "a" "b" {\n}\n'
NEXT = 'resource "c" "d" {\n}\n'


@pytest.fixture
def run():
    """Applies an operation to the block a.b of a text and gives the text after."""

    def run(text, operation):
        source = text.encode()
        found = next((k, b) for k, b in block_keys(parse(source)).values() if b.labels == ("a", "b"))
        rewrite = (
            remove(source, found[1], found[0]) if operation is remove else add_after(source, found[1], STOP, "n", "a.b")
        )
        edits = to_edits("m.tf", blob_id(source, "0" * 40), source, rewrite.splices)
        return apply_edits({"m.tf": source}, edits)["m.tf"].decode()

    return run


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_nested_blocks_stand_below_a_blank_line_without_spaces(eol) -> None:
    action = AddResource("s", Attributes({"in.a": 1, "in.long": 2, "in.on.b": "x"}), (("of", "id"),), STOP.shows)
    source = BLOCK.replace("\n", eol).encode()
    block = next(b for _, b in block_keys(parse(source)).values())

    rewrite = add_after(source, block, action, "n", "a.b")

    added = 'resource "s" "n" {|  of = a.b.id||  in {|    a    = 1|    long = 2||    on {|      b = "x"|    }|  }|}|'
    assert rewrite.splices[0].new.decode() == f"|{added}".replace("|", eol)
    assert rewrite.written == (
        (("resource", "s", "n", 0, "of"), "a.b.id"),
        (("resource", "s", "n", 0, "in", 0, "a"), "1"),
        (("resource", "s", "n", 0, "in", 0, "long"), "2"),
        (("resource", "s", "n", 0, "in", 0, "on", 0, "b"), '"x"'),
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BLOCK, f"{BLOCK}\n{NEW}"),
        (f"{BLOCK}\n{NEXT}", f"{BLOCK}\n{NEW}\n{NEXT}"),
        (f"{BLOCK}{NEXT}", f"{BLOCK}\n{NEW}\n{NEXT}"),
        (BLOCK.rstrip(), f"{BLOCK}\n{NEW}".rstrip()),
        (BLOCK.replace("}\n", "} # end\n"), BLOCK.replace("}\n", "} # end\n") + f"\n{NEW}"),
        (BLOCK.replace("\n", "\r\n"), f"{BLOCK}\n{NEW}".replace("\n", "\r\n")),
        ("\ufeff" + BLOCK, f"\ufeff{BLOCK}\n{NEW}"),
    ],
)
def test_a_resource_below_another(run, before, after):
    assert run(before, add_after) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BLOCK, ""),
        ("\ufeff" + BLOCK, "\ufeff"),
        (f"{BLOCK}\n{NEXT}", NEXT),
        (f"{NEXT}\n{BLOCK}", NEXT),
        (f"{NEXT}\n\n{BLOCK}\n\n", NEXT),
        (f"{NEXT}\n{BLOCK.rstrip()}", NEXT),
        (f"{NEXT}\n{BLOCK}\n{NEXT}", f"{NEXT}\n{NEXT}"),
        (f"{NEXT}{BLOCK}{NEXT}", f"{NEXT}{NEXT}"),
        (f"{NEXT}{BLOCK}\n{NEXT}", f"{NEXT}\n{NEXT}"),
        (f"# top\n\n# one\n  // two\n{BLOCK}\n# next\n{NEXT}", f"# top\n\n# next\n{NEXT}"),
        (f"{NEXT}\n# one\n{BLOCK}\n{NEXT}".replace("\n", "\r\n"), f"{NEXT}\n{NEXT}".replace("\n", "\r\n")),
        (f"x = 1 # not above\n{BLOCK}", "x = 1 # not above\n"),
        (f"{NEXT}\n/* one */\n{BLOCK}\n{NEXT}", f"{NEXT}\n{NEXT}"),
        (f"{NEXT}\n/*\n * one\n # two */\n# three\n{BLOCK}\n{NEXT}", f"{NEXT}\n{NEXT}"),
        (f"/* Copyright\n */\n{BLOCK}\n{NEXT}", f"/* Copyright\n */\n\n{NEXT}"),
        (f"/* far */\nx = 1 # */\n{BLOCK}", "/* far */\nx = 1 # */\n"),
        (f"/* far */\nx = 1\n# near */\n{BLOCK}", "/* far */\nx = 1\n"),
        (f"x = 1 /* its\n */\n{BLOCK}", "x = 1 /* its\n */\n"),
    ],
)
def test_a_block_goes_with_its_comment(run, before, after):
    assert run(before, remove) == after


@pytest.mark.parametrize("text", [f"{BLOCK.rstrip()} /* x */\n", f"/* x */ {BLOCK}"])
@pytest.mark.parametrize("operation", [remove, add_after])
def test_shared_lines_are_refused(run, operation, text):
    with pytest.raises(RemediatorError, match="line"):
        run(text, operation)


def test_a_free_name():
    assert free_name("a", []) == "a"
    assert free_name("a", ["a", "a_2"]) == "a_3"
