"""Entries of YAML go with their lines, or with their comma, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from remediator.edit.splice import apply_edits, to_edits
from remediator.edit.yaml_removal import without
from remediator.errors import RemediatorError
from remediator.iac.documents.yaml_nodes import YamlMapping, composed
from remediator.model import RemoveResource

EACH = 'resource "aws_instance" "s" {\n  for_each = FOR_EACH\n}\n'
MAPPING = 'yamldecode(file("them.yaml")).them'
LIST = 'toset(yamldecode(file("them.yaml")).them)'


@pytest.mark.parametrize(
    ("for_each", "before", "after"),
    [
        (MAPPING, "them:\n  a: {x: 1}\n  b: {x: 1}\n", "them:\n  b: {x: 1}\n"),
        (MAPPING, "them:\n  b: {x: 1}\n  a: {x: 1}", "them:\n  b: {x: 1}\n"),
        (MAPPING, "them:\n  # first\n  a:\n    x: 1\n    y: 2 # two\n  # second\n  b:\n    x: 1\nz: 1\n",
         "them:\n  # second\n  b:\n    x: 1\nz: 1\n"),
        (MAPPING, "them:\n  b: 1\n\n  # of b\n\n  # of a\n  # and more\n  a: 2\nz: 1\n",
         "them:\n  b: 1\n\n  # of b\n\nz: 1\n"),
        (MAPPING, "them:\n    # deeper\n  a: 1\n# top\n  b: 2\n", "them:\n    # deeper\n# top\n  b: 2\n"),
        (LIST, "them:\n  # of a\n  - a\n  # of b\n  - b\n", "them:\n  # of b\n  - b\n"),
        (MAPPING, "them:\r\n  a:\r\n    x: |\r\n      text\r\n  b: 1\r\n", "them:\r\n  b: 1\r\n"),
        (MAPPING, "them: {a: {x: 1}, b: 2}\n", "them: {b: 2}\n"),
        (MAPPING, "them: {b: 2, a: {x: 1}}\n", "them: {b: 2}\n"),
        (MAPPING, "them: { a: {x: 1}, }\n", "them: {}\n"),
        (MAPPING, "them:\n  a:\n    x: 1\nz: 1\n", "them: {}\nz: 1\n"),
        (MAPPING, "them:\n  a:\n  b: 1\n", "them:\n  b: 1\n"),
        (LIST, "them:\n  - a # one\n  - b\n", "them:\n  - b\n"),
        (LIST, "them:\n- b\n- a\n- c\n", "them:\n- b\n- c\n"),
        (LIST, "them: [b, a, c]\n", "them: [b, c]\n"),
        (LIST, "them: ['b', 'a']\n", "them: ['b']\n"),
        (LIST, "them:\n- a\nz: 1\n", "them: []\nz: 1\n"),
    ],
)  # fmt: skip
def test_an_entry_goes(code, for_each, before, after):
    here = code({"main.tf": EACH.replace("FOR_EACH", for_each), "them.yaml": "\n" + before})
    here.files = {**here.files, "other.tf": 'resource "aws_ebs_volume" "z" {\n  size = 1\n}\n'}

    made = here.draft('aws_instance.s["a"]', RemoveResource())

    assert made.doubts == ()
    changed = apply_edits(here.contents, made.edits)
    assert {path: text.decode() for path, text in changed.items()} in (
        {"them.yaml": after},
        {"main.tf": ""},  # where it was the only one, its block goes
    )


@pytest.mark.parametrize(
    ("before", "doubt"),
    [
        ("x: &x {y: 1}\nthem:\n  a: *x\n  b: 1\n", "is not written once and for nobody else"),
        ("x: &x\n  a: {y: 1}\n  b: {y: 1}\nthem: *x\n", "is not written once and for nobody else"),
        ("x: &x\n  a: {y: 1}\nthem:\n  <<: *x\n  b: 1\n", "is not written once and for nobody else"),
        ("them: {\n  a: 1, # one\n  b: 2\n}\n", "a comment stands beside what goes"),
        ("them: { ? a : 1, b: 2 }\n", None),
    ],
)
def test_which_entries_stay(code, before, doubt):
    here = code({"main.tf": EACH.replace("FOR_EACH", MAPPING), "them.yaml": before})

    made = here.draft('aws_instance.s["a"]', RemoveResource())

    assert bool(made.edits) is False or doubt is None
    assert doubt is None or any(doubt in d for d in made.doubts), made.doubts


def test_an_item_of_json_goes_from_the_middle_of_a_list(code):
    here = code({
        "main.tf": EACH.replace("FOR_EACH", 'toset(jsondecode(file("them.json")))'), "them.json": '["b", "a", "c"]\n',
    })  # fmt: skip

    made = here.draft('aws_instance.s["a"]', RemoveResource())

    assert apply_edits(here.contents, made.edits) == {"them.json": b'["b", "c"]\n'}


NAMES = st.lists(st.sampled_from(["a", "b c", "d.e", "'f'", "g"]), min_size=2, max_size=5, unique=True)
VALUES = st.sampled_from([
    "1", "text # note", '"q: #"', "{x: 1, y: [2]}", "\n    x: 1\n    y:\n    - 2", "|\n    long\n\n", "[]", "",
])  # fmt: skip


@given(NAMES, st.data(), st.booleans())
def test_one_goes_and_the_others_are_as_they_were(names: list[str], data: st.DataObject, crlf: bool) -> None:
    text = "# top\nthem:\n" + "".join(f"  {name}: {data.draw(VALUES)}\n" for name in names) + "last: 1\n"
    source = text.replace("\n", "\r\n" if crlf else "\n").encode()
    gone = data.draw(st.sampled_from(names))
    before = YAML(typ="safe", pure=True).load(source.decode())
    holder = source.index(names[0].encode(), 7)
    try:
        end = _end_of_them(source)
        splice, key = without("them.yaml", source, holder, end, gone.strip("'"))
    except RemediatorError:
        return
    after = apply_edits({"them.yaml": source}, to_edits("them.yaml", "", source, (splice,)))["them.yaml"]
    wanted = {**before, "them": {k: v for k, v in before["them"].items() if k != gone.strip("'")}}
    assert key == ("them", gone.strip("'"))
    assert YAML(typ="safe", pure=True).load(after.decode()) == wanted


def _end_of_them(source: bytes) -> int:
    """Where the mapping ends as its reader has it."""
    top = composed("them.yaml", source)
    assert top is not None
    assert isinstance(top.node, YamlMapping)
    return top.node.pairs[0][1].node.end
