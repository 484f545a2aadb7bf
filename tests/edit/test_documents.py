"""Values that code reads from JSON and YAML files, and code written in JSON."""

import pytest

from remediator.errors import RemediatorError
from remediator.model import Role, SetAttribute
from tests.edit.documents import edited, spot
from tests.edit.sizes import LARGE, SMALLER, web

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


def test_a_string_of_terraforms_json_that_is_a_template_is_no_literal() -> None:
    for source, value in ((b'{"locals": {"a": "${var.x}"}}', "m5"), (b'{"locals": {"a": "x"      }}', "${x}")):
        end = source.index(b'"', 19) + 1
        with pytest.raises(RemediatorError, match="is a template"):
            edited("a.tf.json", source, spot("a.tf.json", source, 17, end, value))
