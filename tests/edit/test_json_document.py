"""JSON edited: one leaf changes, members are added and taken away, and no other byte moves."""

import json
from typing import TypeAlias

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from remediator.edit.document_gate import document_problem
from remediator.edit.documents import rewrite_document
from remediator.edit.placement import Place
from remediator.edit.splice import apply_edits, to_edits
from remediator.errors import RemediatorError
from remediator.iac.documents import read_json
from remediator.model import RemoveResource, Role, SourceLocation
from tests.edit.documents import edited, scalars, spot

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text('aé"\\\n{}:, ', max_size=5),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.text('aé"\\', max_size=3), inner, min_size=1, max_size=3)
    ),
    max_leaves=10,
)


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.sampled_from([(",", ":"), (" , ", " : ")]), st.data())
def test_one_leaf_changes_and_no_other_byte(value, indent, separators, data):
    source = json.dumps(value, indent=indent, separators=separators, ensure_ascii=False).encode()
    leaf = data.draw(st.sampled_from(scalars(read_json("a.json", source))))
    new = data.draw(st.sampled_from(["changed", 123, True]))
    assume(leaf.data != new)
    at = SourceLocation("r", "c", "a.json", "b", leaf.origin.start, leaf.origin.end, 1, 1, Role.JSON_FILE, "a")
    place = Place("a.json", None, None, "", new, True, at, (leaf.origin.start, leaf.origin.end))

    rewrite = rewrite_document("a.json", source, [place])
    edits = to_edits("a.json", "b", source, rewrite.splices)
    after = apply_edits({"a.json": source}, edits).get("a.json", source)

    assert after[: leaf.origin.start] == source[: leaf.origin.start]
    assert after.endswith(source[leaf.origin.end :])
    json.loads(after)
    assert document_problem("a.json", source, after, rewrite) is None


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.yaml", "a: @{x: 1}", "a: {x: 1, new: m5.large}"),
        ("a.yaml", "a: @{}  # none\n", "a: {new: m5.large}  # none\n"),
        ("a.yaml", "a:\r\n  @x: 1 # one\r\nb: 2\r\n", "a:\r\n  x: 1 # one\r\n  new: m5.large\r\nb: 2\r\n"),
        ("a.yaml", "a:\n    @x: 1", "a:\n    x: 1\n    new: m5.large"),
        ("a.yaml", "a:\n- @x: 'q'\n- y: 2\n", "a:\n- x: 'q'\n  new: 'm5.large'\n- y: 2\n"),
        ("a.yaml", 'a:\n  @"x": "é"\n\n# b\nb: 1\n', 'a:\n  "x": "é"\n  "new": "m5.large"\n\n# b\nb: 1\n'),
        ("a.yaml", "a:\n  @x:\n    y:\n    - 1\n  z:\nb:\n", "a:\n  x:\n    y:\n    - 1\n  z:\n  new: m5.large\nb:\n"),
        ("a.yaml", "a:\n  @x:\n    y: 1\nb: 1\n", "a:\n  x:\n    y: 1\n  new: m5.large\nb: 1\n"),
        ("a.yaml", "a:\n  @x: |\n    t\n\nb: 1\n", "a:\n  x: |\n    t\n\n  new: m5.large\nb: 1\n"),
        ("a.json", '{"a": @{}}', '{"a": {"new": "m5.large"}}'),
        ("a.json", '{"a": @{"x":1,"y":2}}', '{"a": {"x":1,"y":2,"new":"m5.large"}}'),
        ("a.json", '{"a": @{"x" : [1,\r\n 2]}}', '{"a": {"x" : [1,\r\n 2], "new" : "m5.large"}}'),
        ("a.json", '@{\r\n\t"x": 1\r\n}\r\n', '{\r\n\t"x": 1,\r\n\t"new": "m5.large"\r\n}\r\n'),
        ("a.json", '@{\n  "x": {\n    "y": 1\n  }\n}', '{\n  "x": {\n    "y": 1\n  },\n  "new": "m5.large"\n}'),
    ],
)
def test_a_further_member_is_written_like_its_neighbours(path: str, before: str, after: str) -> None:
    start = len(before[: before.index("@")].encode())
    source = before.replace("@", "").encode()

    assert edited(path, source, spot(path, source, start, len(source), "m5.large", "new")).decode() == after


def test_two_further_members_of_one_object_go_in_together() -> None:
    source = b'{"a": {"x": 1}}'
    places = [spot("a.json", source, 6, 14, value, name) for name, value in (("type", "gp3"), ("iops", 3000))]

    assert edited("a.json", source, *places) == b'{"a": {"x": 1, "type": "gp3", "iops": 3000}}'


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        ("a.yaml", "a: &x\n  @p: 1\nb: *x\n", "no mapping of its own"),
        ("a.yaml", "c: &x {p: 1}\na:\n  @<<: *x\n", "merges"),
        ("a.yaml", "a: @[1]\n", "no mapping of its own"),
        ("a.yaml", "? k\n: @x: 1\n", "does not begin with its mapping"),
        ("a.yaml", "a:\n  @new: 1\n", "has that already"),
        ("a.json", '{"a": @{"new": 1}}', "has new already"),
        ("a.json", '{"a": @[1]}', "no object stands"),
    ],
)
def test_no_member_is_added_where_there_is_no_room(path: str, text: str, why: str) -> None:
    start, source = text.index("@"), text.replace("@", "").encode()

    with pytest.raises(RemediatorError, match=why):
        edited(path, source, spot(path, source, start, len(source), "m5.large", "new"))


WEB = '"web": {"instance_type": "m5"}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            '{"resource": {"aws_instance": {\n  ' + WEB + ',\n  "b": {}\n}}}',
            '{"resource": {"aws_instance": {\n  "b": {}\n}}}',
        ),
        (
            '{"resource": {"aws_instance": {\n  "b": {},\n  ' + WEB + "\n}}}",
            '{"resource": {"aws_instance": {\n  "b": {}\n}}}',
        ),
        (
            '{"locals": {"a": 1}, "resource": [{"aws_instance": {' + WEB + "}}]}",
            '{"locals": {"a": 1}}',
        ),
    ],
)
def test_a_resource_written_in_json_is_removed_with_its_comma(code, before: str, after: str) -> None:
    here = code({"main.tf.json": before})

    made = here.draft("aws_instance.web", RemoveResource(), state={"instance_type": "m5"})

    assert made.doubts == ()
    assert apply_edits(here.contents, made.edits)["main.tf.json"].decode() == after
