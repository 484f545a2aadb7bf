"""Values that code reads from JSON and YAML files, and code written in JSON."""

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
from remediator.iac.documents import read_json, read_yaml
from remediator.iac.terraform.language.values import Evaluated, Fields, Items
from remediator.model import RemoveResource, Role, SetAttribute, SourceLocation

SMALLER = SetAttribute("instance_type", "m5.4xlarge", "m5.2xlarge")
LARGE = {"instance_type": "m5.4xlarge"}
Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool | None"


def web(size: str) -> str:
    return f'resource "aws_instance" "web" {{\n  instance_type = {size}\n}}\n'


LOCALS = """
locals {
  data = jsondecode(file("./application_variables.json"))
  env  = "prod"
}
"""
ACCOUNTS = (
    '{\n  "accounts": {\n    "dev":  {"instance_type": "m5.4xlarge"},\n'
    '    "prod": { "instance_type" : "m5.4xlarge" }\n  }\n}'
)


def test_a_json_file_that_locals_decode(code):
    here = code({
        "main.tf": web("local.data.accounts[local.env].instance_type") + LOCALS,
        "application_variables.json": ACCOUNTS,
    })  # fmt: skip

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == (
        '-    "prod": { "instance_type" : "m5.4xlarge" }\n+    "prod": { "instance_type" : "m5.2xlarge" }\n'
    )
    assert [(x.path, x.role, x.address) for x in made.locations] == [
        ("application_variables.json", Role.JSON_FILE, "accounts.prod.instance_type")
    ]
    assert made.traces[0].conditions == ('local.env is "prod"',)


def test_a_yaml_file_whose_anchor_another_resource_reads_too(code):
    text = "big: &big\n  type: m5.4xlarge # large\nweb:\n  <<: *big\ndb: *big\n"
    resources = web('yamldecode(file("sizes.yaml")).web.type')
    alone = code({"main.tf": resources, "sizes.yaml": text})
    shared = code({
        "main.tf": resources + web('yamldecode(file("${path.module}/sizes.yaml")).db.type').replace("web", "db", 1),
        "sizes.yaml": text,
    })  # fmt: skip

    made = alone.draft("aws_instance.web", SMALLER, state=LARGE)
    refused = shared.draft("aws_instance.web", SMALLER, state=LARGE)

    assert alone.shown(made) == "-  type: m5.4xlarge # large\n+  type: m5.2xlarge # large\n"
    assert refused.doubts == ("sizes.yaml:2: YAML file big.type would also change aws_instance.db",)


def test_terraform_written_in_json(code):
    text = (
        '{\r\n\t"resource": {"aws_instance": {"web": {\r\n\t\t"instance_type": "m5.4xlarge",\r\n'
        '\t\t"tags": {"a": "b"}\r\n\t}}}\r\n}'
    )
    here = code({"main.tf.json": text})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)
    added = here.draft("aws_instance.web", SetAttribute("ebs_optimized", None, True))

    assert here.shown(made) == '-\t\t"instance_type": "m5.4xlarge",\r\n+\t\t"instance_type": "m5.2xlarge",\r\n'
    assert '+\t\t"ebs_optimized": true\r\n' in here.shown(added)


def test_the_json_variable_file_wins_over_the_other_and_is_edited(code):
    here = code({
        "main.tf": web("var.size") + 'variable "size" {}\n',
        "terraform.tfvars": 'size = "m5.large"\n',
        "terraform.tfvars.json": '{"size":"m5.4xlarge"}',
    })  # fmt: skip

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert [(e.path, e.new) for e in made.edits] == [("terraform.tfvars.json", b'"m5.2xlarge"')]


def test_a_default_is_overridden_in_a_json_map(code):
    here = code({
        "main.tf": web('lookup(each.value, "size", "m5.4xlarge")').replace("{\n", "{\n  for_each = local.them\n", 1)
        + 'locals {\n  them = jsondecode(file("them.json"))\n}\n',
        "them.json": '{\n  "a": {\n    "disk": 1\n  },\n  "b": {}\n}\n',
    })  # fmt: skip

    assert here.shown(here.draft('aws_instance.web["a"]', SMALLER, state=LARGE)) == (
        '-    "disk": 1\n+    "disk": 1,\n+    "size": "m5.2xlarge"\n'
    )
    assert here.shown(here.draft('aws_instance.web["b"]', SMALLER, state=LARGE)) == (
        '-  "b": {}\n+  "b": {"size": "m5.2xlarge"}\n'
    )


@pytest.mark.parametrize("path", ["../outside.json", "/etc/passwd", "missing.json"])
def test_files_that_are_not_there_for_us(code, path):
    made = code({"main.tf": web(f'jsondecode(file("{path}")).size')}).draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert "main.tf:2" in made.doubts[0]


def scalars(value: Evaluated) -> list[Evaluated]:
    if isinstance(value.data, Items):
        return [leaf for item in value.data.items for leaf in scalars(item)]
    if isinstance(value.data, Fields):
        return [leaf for item in value.data.fields.values() for leaf in scalars(item)]
    return [value]


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


def spot(path: str, source: bytes, start: int, end: int, value: object, entry: str | None = None) -> Place:
    at = SourceLocation("r", "c", path, "b", start, end, 1, 1, Role.JSON_FILE, "a")
    return Place(path, None, None, entry or "", value, entry is None, at, (start, end), entry)


def edited(path: str, source: bytes, *places: Place) -> bytes:
    """The file as an edit leaves it, which another reader agrees with."""
    rewrite = rewrite_document(path, source, places)
    after = apply_edits({path: source}, to_edits(path, "b", source, rewrite.splices)).get(path, source)
    assert document_problem(path, source, after, rewrite) is None
    return after


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


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("a: &x <m5.4xlarge> # c", "m5.large", "a: &x m5.large # c"),
        ("a: <'m5'>\r\n", "it's", "a: 'it''s'\r\n"),
        ('a: <"m5">\n', "é\n", 'a: "é\\n"\n'),
        ("a: <m5>\n", "yes", 'a: "yes"\n'),
        ("a: <m5>\n", "12", 'a: "12"\n'),
        ("a: ['é', <8>]\n", 4, "a: ['é', 4]\n"),
        ("a: <'8'>\n", 4, "a: '4'\n"),
        ("a: <true>\n", False, "a: false\n"),
        ("b: &b\n  t: <x>\nc: *b\nd:\n  <<: *b\n", "z", "b: &b\n  t: z\nc: *b\nd:\n  <<: *b\n"),
    ],
)
def test_a_scalar_of_yaml_keeps_its_quotation_marks_and_its_anchor(before: str, value: object, after: str) -> None:
    head, _, rest = before.partition("<")
    old, _, tail = rest.partition(">")
    source, start = (head + old + tail).encode(), len(head.encode())

    assert edited("a.yaml", source, spot("a.yaml", source, start, start + len(old), value)).decode() == after


def test_a_string_of_terraforms_json_that_is_a_template_is_no_literal() -> None:
    for source, value in ((b'{"locals": {"a": "${var.x}"}}', "m5"), (b'{"locals": {"a": "x"      }}', "${x}")):
        end = source.index(b'"', 19) + 1
        with pytest.raises(RemediatorError, match="is a template"):
            edited("a.tf.json", source, spot("a.tf.json", source, 17, end, value))


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


PLAIN = st.text("ab é'\"#:-", max_size=4).map(lambda text: "'" + text.replace("'", "''") + "'")
SCALARS = st.sampled_from(["m5.large", "8", "true", '"q"', "~", "x y", "'é'"]) | PLAIN
FLOW = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + " ,".join(items) + "]")
        | st.dictionaries(st.sampled_from(["k", "'é l'", "m"]), inner, max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=4,
)


@st.composite
def yamls(draw: st.DrawFn, depth: int = 0) -> str:
    """A block mapping with odd indentation, comments and blank lines."""
    lines: list[str] = []
    for name in draw(st.lists(st.sampled_from(["a", "b", "'c d'", '"e"', "é"]), min_size=1, max_size=3, unique=True)):
        gap = draw(st.sampled_from(["", "\n", "# note\n"])) if lines else ""
        note = draw(st.sampled_from(["", "  # why", " "]))
        if depth < 2 and draw(st.booleans()):
            indent = draw(st.sampled_from([" ", "  ", "    "]))
            inner = draw(yamls(depth + 1))
            body = "".join(f"{indent}{line}\n" if line else "\n" for line in inner.removesuffix("\n").split("\n"))
            lines.append(f"{gap}{name}:{note}\n{body}")
        else:
            lines.append(f"{gap}{name}:  {draw(FLOW)}{note}\n")
    return "".join(lines)


def collections(value: Evaluated) -> list[Evaluated]:
    inner = value.data.items if isinstance(value.data, Items) else ()
    inner = tuple(value.data.fields.values()) if isinstance(value.data, Fields) else inner
    return [*([value] if isinstance(value.data, Fields) else []), *(one for each in inner for one in collections(each))]


@given(yamls(), st.booleans(), st.booleans(), st.data())
def test_one_leaf_of_yaml_changes_and_no_other_byte(text: str, crlf: bool, final: bool, data: st.DataObject) -> None:
    text = text if final else text.rstrip()
    source = (text.replace("\n", "\r\n") if crlf else text).encode()
    whole = read_yaml("a.yaml", source)
    if data.draw(st.booleans()):
        leaf = data.draw(st.sampled_from([one for one in scalars(whole) if one.origin] or [whole]))
        assume(leaf is not whole)
        start, end = leaf.origin.start, leaf.origin.end
        new = data.draw(st.sampled_from(["new one", 77]))
        after = edited("a.yaml", source, spot("a.yaml", source, start, end, new))
        assert after.startswith(source[:start])
        assert after.endswith(source[end:])
    else:
        body = data.draw(st.sampled_from(collections(whole)))
        start, end = body.origin.start, body.origin.end
        after = edited("a.yaml", source, spot("a.yaml", source, start, end, "m5.large", "added"))
        assert after.startswith(source[: start + 1])
        bare = after.count(b"\n") - after.count(b"\r\n")
        assert bare == 0 or not crlf or b"\n" not in source
