"""Values written inside expressions: map entries, optional defaults, lookups, conditionals."""

import pytest

from remediator.edit.splice import apply_edits
from remediator.model import Role, SetAttribute
from tests.edit.sizes import LARGE, SMALLER, web


def test_an_entry_of_a_map_by_a_key_that_a_variable_gives(code):
    text = web("local.sizes[var.env]") + (
        'variable "env" {\n  default = "prod"\n}\n'
        'locals {\n  sizes = {\n    dev     = "t3.micro"\n    prod    = "m5.4xlarge" # busy\n'
        '    staging = "t3.small"   # idle\n  }\n}\n'
    )
    here = code({"main.tf": text})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == ('-    prod    = "m5.4xlarge" # busy\n+    prod    = "m5.2xlarge" # busy\n')
    assert made.traces[0].conditions == ('var.env is "prod"',)
    assert [x.role for x in made.traces[0].locations] == [Role.ATTRIBUTE, Role.MAP_ENTRY]


def test_one_key_of_a_for_each_map(code):
    text = web("each.value.type", '  for_each = { a = { type = "m5.4xlarge" }, b = { type = "m5.4xlarge" } }\n')
    here = code({"main.tf": text})

    made = here.draft('aws_instance.web["b"]', SMALLER, state=LARGE, others=['aws_instance.web["a"]'])

    assert here.shown(made) == (
        '-  for_each = { a = { type = "m5.4xlarge" }, b = { type = "m5.4xlarge" } }\n'
        '+  for_each = { a = { type = "m5.4xlarge" }, b = { type = "m5.2xlarge" } }\n'
    )


@pytest.mark.parametrize(
    ("size", "inside"),
    [
        ("local.s.a", '{{\n    a = "${{local.m5}}.{size}" # one\n    b = "m5" # two\n  }}'),
        ("local.s.a", '{{\n    a = join(".", ["m5", "{size}"]) # one\n    b = "m5" # two\n  }}'),
        ("local.s.a", '{{\n    a = true ? "m5.{size}" : "" # one\n    b = "m5" # two\n  }}'),
        ("local.s.a.b", '{{\n    a = {{ c = 1, b = "m5.{size}" }} # one\n    b = "m5" # two\n  }}'),
        ("local.s[1]", '[\n    "m5", # one\n    "m5.{size}", # two\n    "r5", # three\n  ]'),
        ("local.s[0].a", '[\n    {{ a = "m5.{size}" }}, # one\n    {{ a = "m5" }}, # two\n  ]'),
        ("local.s", 'format(\n    "%s.%s", # one\n    "m5", # two\n    "{size}", # three\n  )'),
    ],
)
def test_comments_inside_an_expression_stay_in_their_column(code, formatted, size, inside):
    for before, after in (("4xlarge", "large"), ("large", "24xlarge")):
        texts = [
            f'{web(size)}locals {{\n  m5 = "m5"\n  s = {inside.format(size=name)}\n}}\n' for name in (before, after)
        ]
        files = formatted({"before.tf": texts[0].encode(), "after.tf": texts[1].encode()})
        here = code({"main.tf": files["before.tf"]})
        change = SetAttribute("instance_type", f"m5.{before}", f"m5.{after}")

        made = here.draft("aws_instance.web", change, state={"instance_type": f"m5.{before}"})

        assert made.doubts == ()
        assert apply_edits(here.contents, made.edits) == {"main.tf": files["after.tf"]}


FLEET = """
    module "fleet" {
      source = "./m"
      machines = {
        a = {
          disk = 10
        }
        b = {
          disk = 20
        }
      }
    }
"""
OPTIONAL = """
    variable "machines" {
      type = map(object({
        disk = number
        size = optional(string, "m5.4xlarge")
      }))
    }
    resource "aws_instance" "this" {
      for_each      = var.machines
      instance_type = each.value.size
    }
"""


def test_the_default_of_an_optional_attribute_is_overridden_for_the_one_key(code):
    here = code({"main.tf": FLEET, "m/main.tf": OPTIONAL})

    made = here.draft('module.fleet.aws_instance.this["a"]', SMALLER, state=LARGE)
    both = here.draft(
        'module.fleet.aws_instance.this["a"]', SMALLER, state=LARGE, also=['module.fleet.aws_instance.this["b"]']
    )

    assert here.shown(made) == '+      size = "m5.2xlarge"\n'
    assert made.edits[0].path == "main.tf"
    assert here.shown(both) == (
        '-    size = optional(string, "m5.4xlarge")\n+    size = optional(string, "m5.2xlarge")\n'
    )
    assert both.traces[0].siblings == ('module.fleet.aws_instance.this["b"]',)


@pytest.mark.parametrize(
    ("size", "entry"),
    [
        ('lookup(each.value, "size", "m5.4xlarge")', "size"),
        ('try(each.value.size, "m5.4xlarge")', "size"),
        ('lookup(each.value, "instance type", "m5.4xlarge")', '"instance type"'),
        ('merge({ size = "m5.4xlarge" }, each.value).size', "size"),
        ('merge({ size = "m5.4xlarge", disk = 2 }, { disk = 3 }, each.value, {}).size', "size"),
    ],
)
def test_a_default_beside_the_map_is_overridden_for_the_one_key(code, size, entry):
    here = code({"main.tf": web(size, "  for_each      = { a = { disk = 1 }, b = {} }\n")})

    one = here.draft('aws_instance.web["a"]', SMALLER, state=LARGE)
    empty = here.draft('aws_instance.web["b"]', SMALLER, state=LARGE)

    assert f'+  for_each      = {{ a = {{ disk = 1, {entry} = "m5.2xlarge" }}, b = {{}} }}\n' in here.shown(one)
    assert f'+  for_each      = {{ a = {{ disk = 1 }}, b = {{ {entry} = "m5.2xlarge" }} }}\n' in here.shown(empty)


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize("inside", ["", "      # none yet\n", "\n"])
def test_an_entry_in_an_object_that_is_empty_over_several_lines(code, eol, inside):
    text = f"locals {{\n  them = {{\n    a = {{\n{inside}    }}\n    b = {{}}\n  }}\n}}\n"
    text += 'resource "aws_instance" "s" {\n  for_each      = local.them\n'
    text += '  instance_type = lookup(each.value, "type", "m5.4xlarge")\n}\n'
    here = code({"main.tf": text.replace("\n", eol).encode()})

    made = here.draft('aws_instance.s["a"]', SMALLER, state=LARGE)

    assert here.shown(made) == '+      type = "m5.2xlarge"' + eol


def test_the_side_of_a_conditional_that_is_taken(code):
    here = code({"main.tf": web('var.big ? "m5.4xlarge" : "t3.micro"') + 'variable "big" {\n  default = true\n}\n'})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert '+  instance_type = var.big ? "m5.2xlarge" : "t3.micro"\n' in here.shown(made)
    assert made.traces[0].conditions == ("var.big is true",)
