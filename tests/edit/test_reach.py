"""What an edit would change as well is seen, also behind what is not known, or it is said that it cannot be seen."""

import pytest

from remediator.config import RootConfig
from remediator.model import RemoveResource, SetAttribute
from tests.edit.sharing import LARGE, SHARED, SMALLER


@pytest.mark.parametrize("comment", ["# Same as in main.tf.", "# the size"])
def test_a_comment_does_not_hide_a_reader(code, comment):
    text = """
        resource "aws_instance" "a" {
          instance_type = "p4d.24xlarge"
        }
        resource "aws_instance" "b" {
          instance_type = join("", [
            COMMENT
            aws_instance.a.instance_type,
          ])
        }
    """
    made = code({"main.tf": text.replace("COMMENT", comment)}).draft("aws_instance.a", SMALLER, state=LARGE)

    assert "would also change aws_instance.b" in made.doubts[0]


TWO_STATES = {
    "envs/main.tf": 'variable "size" {}\nresource "aws_instance" "a" {\n  instance_type = var.size\n}\n',
    "envs/dev.tfvars": 'size = "p4d.24xlarge"\n',
    "envs/prod.tfvars": 'size = "p4d.24xlarge"\n',
}


def test_two_states_of_one_folder_are_two_roots(code):
    dev = RootConfig(path="envs", name="dev", state="dev", var_files=("dev.tfvars",))
    prod = RootConfig(path="envs", name="prod", state="prod", var_files=("prod.tfvars",))
    for own, other in ((dev, prod), (prod, dev)):
        made = code(TWO_STATES, roots=(own, other)).draft("aws_instance.a", SMALLER, state=LARGE)
        assert [edit.path for edit in made.edits] == [f"envs/{own.name}.tfvars"]


@pytest.mark.parametrize("comment", [" /* a */ ", "/**/"])
def test_a_comment_inside_a_reference_does_not_hide_it(code, comment):
    text = f'resource "aws_y" "b" {{\n  c = aws_instance{comment}.a{comment}.instance_type\n}}\n'
    here = code({"main.tf": 'resource "aws_instance" "a" {\n  instance_type = "p4d.24xlarge"\n}\n' + text})

    made = here.draft("aws_instance.a", SMALLER, state=LARGE)

    assert "would also change aws_y.b" in made.doubts[0]


def test_an_edit_that_would_replace_something_else_is_refused(code):
    text = SHARED.replace(
        "HERE", "ami = 1\n      lifecycle {\n        replace_triggered_by = [aws_instance.a.instance_type]\n      }"
    )

    made = code({"main.tf": text}).draft("aws_instance.a", SMALLER, state=LARGE)
    other = code({"main.tf": text.replace("a.instance_type]", "a.ami]")})

    assert "would also change aws_instance.b" in made.doubts[0]
    assert other.draft("aws_instance.a", SMALLER, state=LARGE).doubts == ()


def test_what_an_override_ignores_is_not_edited(code):
    override = 'resource "aws_instance" "a" {\n  lifecycle {\n    ignore_changes = [instance_type]\n  }\n}\n'
    here = code({"main.tf": SHARED.replace("HERE", "ami = 1"), "x.prod_override.tf": override})

    made = here.draft("aws_instance.a", SMALLER, state=LARGE)

    assert "x.prod_override.tf:3: lifecycle.ignore_changes holds instance_type" in made.doubts[0]


def test_a_resource_that_an_override_completes_is_not_removed(code):
    files = {"a_override.tf": 'resource "aws_x" "a" {\n  y = 1\n}\n', "main.tf": 'resource "aws_x" "a" {\n  y = 2\n}\n'}

    made = code(files).draft("aws_x.a", RemoveResource())

    assert "main.tf:1: aws_x.a is declared at a_override.tf:1 as well" in made.doubts[0]


def test_a_block_in_json_that_takes_more_from_the_same_place(code):
    text = """
        {
          "locals": {"t": "gp2"},
          "resource": {"aws_instance": {"a": {
            "root_block_device": [{"volume_type": "${local.t}", "tags": {"type": "${local.t}"}}]
          }}}
        }
    """
    made = code({"main.tf.json": text}).draft(
        "aws_instance.a", SetAttribute("root_block_device.volume_type", "gp2", "gp3")
    )

    assert made.edits == ()
    assert "would also change root_block_device.tags.type of aws_instance.a" in made.doubts[0]


def test_data_that_code_outside_the_configured_roots_names(code):
    read = 'jsondecode(file("${path.module}/../shared/sizes.json")).size'
    main = f'resource "aws_instance" "a" {{\n  instance_type = {read}\n}}\n'
    files = {"shared/sizes.json": '{"size": "p4d.24xlarge"}', "dev/main.tf": main}
    dev = RootConfig(path="dev", state="d")

    alone = code(files, roots=(dev,)).draft("aws_instance.a", SMALLER, state=LARGE)
    shared = code({**files, "prod/main.tf": main}, roots=(dev,)).draft("aws_instance.a", SMALLER, state=LARGE)

    assert alone.doubts == ()
    assert "prod, which names shared/sizes.json in prod/main.tf and belongs to no configured root" in shared.doubts[0]


def test_the_tags_that_a_provider_gives_everything(code):
    provider = 'provider "aws" {\n  default_tags {\n    tags = { size = local.size }\n  }\n}\n'
    here = code({"main.tf": SHARED.replace("HERE", "ami = 1"), "p.tf": provider})

    made = here.draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.doubts[0].endswith("would also change provider.aws")


VALIDATED = """
    variable "size" {
      default = "p4d.24xlarge"
      validation {
        condition     = OPERATOR(var.size, "p4d")
        error_message = "No."
      }
    }
    resource "aws_instance" "a" {
      instance_type = var.size
      lifecycle {
        precondition {
          condition     = CONDITION
          error_message = "No."
        }
      }
    }
"""


@pytest.mark.parametrize(
    ("operator", "condition", "doubt"),
    [
        ("startswith", "true", "the validation of var.size would fail (main.tf:4)"),
        ("strcontains", 'var.size != "g5.xlarge"', "would fail"),
        ("length", 'var.size != "g5.xlarge"', "the precondition of aws_instance.a would fail (main.tf:12)"),
        ("length", "data.aws_x.y.on", None),
    ],
)
def test_conditions_that_the_new_value_would_break(code, operator, condition, doubt):
    text = VALIDATED.replace("OPERATOR", operator).replace("CONDITION", condition)

    made = code({"main.tf": text}).draft("aws_instance.a", SMALLER, state=LARGE)

    assert bool(made.edits) is (doubt is None), made.doubts
    assert doubt is None or doubt in made.doubts[0]


def test_an_output_that_fails_once_the_edit_is_made_is_a_doubt(code):
    files = {
        "main.tf": """
            locals {
              type = "p4d.24xlarge"
            }
            resource "aws_instance" "a" {
              instance_type = local.type
            }
            module "m" {
              source = "./m"
              type   = local.type
            }
            resource "aws_x" "b" {
              y = [module.m]
            }
        """,
        "m/main.tf": 'variable "type" {}\noutput "o" {\n  value = { "p4d.24xlarge" = 1 }[var.type]\n}\n',
    }

    made = code(files).draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.edits == ()
    assert "could not be evaluated: a value of kind object has no attribute g5.xlarge" in made.doubts[0]
