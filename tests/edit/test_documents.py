"""Values that code reads from JSON and YAML files, and code written in JSON."""

import json
from typing import TypeAlias

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from remediator.edit.documents import document_problem, rewrite_document
from remediator.edit.placement import Place
from remediator.edit.splice import apply_edits, to_edits
from remediator.iac.documents import read_json
from remediator.iac.terraform.language.values import Evaluated, Fields, Items
from remediator.model import Role, SetAttribute, SourceLocation

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
