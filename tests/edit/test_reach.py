"""What an edit would change as well is seen, also behind what is not known, or it is said that it cannot be seen."""

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.remote_states import remote_readers
from remediator.model import RemoveResource, SetAttribute

SMALLER = SetAttribute("instance_type", "p4d.24xlarge", "g5.xlarge")
LARGE = {"instance_type": "p4d.24xlarge"}
SHARED = """
    data "aws_x" "y" {}
    locals {
      size = "p4d.24xlarge"
    }
    resource "aws_instance" "a" {
      instance_type = local.size
    }
    resource "aws_instance" "b" {
      HERE
    }
"""
UNKNOWN = {
    "the key of an object": 'tags = { (data.aws_x.y.id) = "1", size = local.size }',
    "the collection of a for": "tags = { for i in data.aws_x.y.ids : i => local.size }",
    "the condition of a for": "tags = [for i in [1] : local.size if data.aws_x.y.on]",
    "the key of a for": "tags = { for i in [1] : data.aws_x.y.id => local.size }",
    "an index of a for": "tags = { for i in data.aws_x.y.ids : i => { a = local.size }[i] }",
    "a loop in a template": 'user_data = "%{ for i in data.aws_x.y.ids }${local.size}%{ endfor }"',
    "expanded arguments": "tags = merge({ size = local.size }, data.aws_x.y.maps...)",
    "a dynamic block": 'dynamic "x" {\n for_each = data.aws_x.y.ids\n content {\n y = local.size\n }\n }',
    "a splat": "tags = data.aws_x.y.all[*][local.size]",
    "a condition whose other side fails": 'tags = data.aws_x.y.on ? { "p4d.24xlarge" = 1 }[local.size] : [][0]',
    "an argument of a function that is not followed": "tags = provider::x::y(data.aws_x.y.id, local.size)",
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_sibling_behind(code, name):
    here = code({"main.tf": SHARED.replace("HERE", UNKNOWN[name])})

    made = here.draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.edits == ()
    assert "would also change aws_instance.b" in made.doubts[0]


@pytest.mark.parametrize("inside", ["tags = { for i in data.aws_x.y.ids : i => aws_instance.a.id }"])
def test_what_reads_another_attribute_is_no_sibling(code, inside):
    made = code({"main.tf": SHARED.replace("HERE", inside)}).draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.doubts == ()


def test_a_root_that_takes_more_than_it_may_is_not_known(code):
    heavy = 'ami = join(",", [for a in range(1000) : join(",", [for b in range(1000) : "${a}${b}"])])'
    more = 'resource "aws_instance" "z" {\n  instance_type = local.size\n}\n'
    here = code({"main.tf": SHARED.replace("HERE", heavy), "z.tf": more})

    made = here.draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.edits == ()
    assert "take more steps than are allowed" in made.doubts[0]


def test_a_module_of_which_the_instances_are_not_known_is_there_all_the_same(code):
    calls = """
        data "aws_x" "y" {}
        module "a" {
          source = "./m"
        }
        module "b" {
          source   = "./m"
          for_each = toset(data.aws_x.y.ids)
        }
    """
    module = (
        'variable "size" {\n  default = "p4d.24xlarge"\n}\nresource "aws_instance" "i" {\n  instance_type = SIZE\n}\n'
    )
    shared = code({"main.tf": calls, "m/main.tf": module.replace("SIZE", "var.size")})
    literal = code({"main.tf": calls, "m/main.tf": module.replace("SIZE", '"p4d.24xlarge"')})

    made = shared.draft("module.a.aws_instance.i", SMALLER, state=LARGE)
    refused = literal.draft("module.a.aws_instance.i", SMALLER, state=LARGE)

    assert made.edits[0].path == "main.tf"
    assert "would also change module.b[*].aws_instance.i" in refused.doubts[0]


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


BIG = "# " + "x" * 1_000_001 + "\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("terraform.tfvars", 'size = "m5.large"\n'),
        ("z_override.tf", 'resource "aws_instance" "a" {\n  instance_type = "m5.large"\n}\n'),
        ("more.tf", 'resource "aws_instance" "c" {\n  instance_type = var.size\n}\n'),
    ],
)
@pytest.mark.parametrize("value", ["var.size", '"p4d.24xlarge"'])
def test_a_file_that_cannot_be_read_is_not_taken_for_absent(code, path, text, value):
    main = (
        'variable "size" {\n  default = "p4d.24xlarge"\n}\nresource "aws_instance" "a" {\n  instance_type = HERE\n}\n'
    )
    here = code({"main.tf": main.replace("HERE", value), path: BIG + text})

    made = here.draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.edits == ()
    assert f"{path} could not be read" in made.doubts[0] or f"{path}: it has 1,000," in made.doubts[0]


@pytest.mark.parametrize(
    "attribute",
    [
        'ami = formatdate("YYYY", local.size)',
        "ami = [1][local.size]",
        "ami = abs(local.size)",
        "ami = tobool(local.size)",
    ],
)
def test_what_fails_still_hangs_on_what_it_reads(code, attribute):
    made = code({"main.tf": SHARED.replace("HERE", attribute)}).draft("aws_instance.a", SMALLER, state=LARGE)

    assert "would also change aws_instance.b" in made.doubts[0]


@pytest.mark.parametrize("way", ["try(data.aws_x.y.size, local.size)", "data.aws_x.y.all[*].x[local.size]"])
def test_alternatives_to_the_unknown_count(code, way):
    made = code({"main.tf": SHARED.replace("HERE", f"ami = {way}")}).draft("aws_instance.a", SMALLER, state=LARGE)

    assert "would also change aws_instance.b" in made.doubts[0]


@pytest.mark.parametrize(
    ("pattern", "reached"),
    [
        ('"**"', True),
        ('"*"', True),
        ('"*.t?"', True),
        ('"{main,other}.tf"', True),
        ('"main.tf"', True),
        ("var.pattern", True),
        ('"${var.pattern}"', True),
        ('"*.txt"', False),
        ('"files/**/*.yaml"', False),
    ],
)
def test_code_that_is_read_as_a_set_of_files(code, pattern, reached):
    text = """
        variable "pattern" {
          default = "*"
        }
        resource "aws_instance" "a" {
          instance_type = "p4d.24xlarge"
        }
        resource "aws_x" "hash" {
          of = join("", [for f in fileset(path.module, PATTERN) : filesha1(f)])
        }
    """
    made = code({"main.tf": text.replace("PATTERN", pattern)}).draft("aws_instance.a", SMALLER, state=LARGE)

    assert [doubt.rpartition(" ")[2] for doubt in made.doubts] == ["aws_x.hash"] * reached
    assert made.alone != reached


def test_a_variable_file_that_another_root_reads_as_data(code):
    dev, prod = (
        RootConfig(path="dev", state="d", var_files=("../common.tfvars.json",)),
        RootConfig(path="prod", state="p"),
    )
    main = 'variable "size" {}\nresource "aws_instance" "a" {\n  instance_type = var.size\n}\n'
    data = 'jsondecode(file("${path.module}/../common.tfvars.json")).size'
    files = {
        "common.tfvars.json": '{"size": "p4d.24xlarge"}',
        "dev/main.tf": main,
        "prod/main.tf": f'resource "aws_instance" "a" {{\n  instance_type = {data}\n}}\n',
    }

    made = code(files, roots=(dev, prod)).draft("aws_instance.a", SMALLER, state=LARGE)

    assert "would also change prod: aws_instance.a" in made.doubts[0]


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


def test_what_a_try_passed_over_is_no_part_of_an_unknown_that_comes_after_it(code):
    made = code({
        "main.tf": """
            module "groups" {
              source  = "./groups"
              subnets = data.aws_subnets.all.ids
              groups = {
                gpu = {
                  max = 4
                }
                cpu = {}
              }
            }
        """,
        "groups/main.tf": """
            variable "groups" {}
            variable "subnets" {}

            resource "aws_instance" "this" {
              for_each      = var.groups
              instance_type = try(each.value.type, "m5.4xlarge")
              subnet_id     = try(each.value.subnets[0], var.subnets[0])
            }
        """,
    })  # fmt: skip

    draft = made.draft(
        'module.groups.aws_instance.this["gpu"]',
        SetAttribute("instance_type", "m5.4xlarge", "m5.xlarge"),
        state={"instance_type": "m5.4xlarge"},
    )

    assert made.shown(draft) == '-      max = 4\n+      max  = 4\n+      type = "m5.xlarge"\n'


def test_an_output_that_is_all_that_reads_a_file_and_is_read_elsewhere(code):
    read = 'jsondecode(file("${path.module}/../size.json"))'
    files = {
        "a/main.tf": f'resource "aws_instance" "a" {{\n  instance_type = {read}.size\n}}\n',
        "b/main.tf": f'output "size" {{\n  value = {read}.size\n}}\n',
        "c/main.tf": """
            data "terraform_remote_state" "b" {
              backend = "s3"
              config = {
                bucket = "k"
                key    = "b"
              }
            }
            resource "aws_instance" "c" {
              instance_type = data.terraform_remote_state.b.outputs.size
            }
        """,
        "size.json": '{"size": "p4d.24xlarge"}',
    }
    here = code(files, [RootConfig(path=path, state=f"s3://k/{path}") for path in "abc"])

    made = here.draft("aws_instance.a", SMALLER, state=LARGE, remote=remote_readers(here.index()))

    assert made.edits == ()
    assert "would also change b: output.size, which is read at infra: c/main.tf:1" in made.doubts[0]


PACKED = """
    data "archive_file" "z" {
      type       = "zip"
      SOURCE
    }
"""


@pytest.mark.parametrize(
    ("source", "reached"),
    [
        ('source_dir = "${path.module}/src"', True),
        ('source_file = "${path.module}/src/size.json"', True),
        ("source_dir = data.aws_x.y.path", True),
        ('source_dir = "${path.module}/sr"', False),
        ('source_content = "x"', False),
    ],
)
@pytest.mark.parametrize("other", [False, True])
def test_an_archive_that_holds_the_file(code, source, reached, other):
    read = 'jsondecode(file("${path.module}/src/size.json"))'
    instance = f'resource "aws_instance" "a" {{\n  instance_type = {read}.size\n}}\n'
    packed = PACKED.replace("SOURCE", source.replace("/src", "/../a/src") if other else source)
    files = {
        "a/main.tf": instance,
        ("b/z.tf" if other else "a/z.tf"): packed,
        "a/src/size.json": '{"size": "p4d.24xlarge"}',
    }
    here = code(files, [RootConfig(path=path, state="s") for path in "ab"])

    made = here.draft("aws_instance.a", SMALLER, state=LARGE)

    assert bool(made.doubts) is reached
    assert not reached or made.doubts[0].endswith("b: data.archive_file.z" if other else "change data.archive_file.z")


@pytest.mark.parametrize(
    ("source", "reached"),
    [
        ('source_dir = "${path.module}"', True),
        ('source_dir = "${path.module}/../a"', True),
        ('source_dir = "${path.module}/.."', True),
        ('source_dir = "."', True),
        ('source_dir = "../a"', True),
        ('source_file = "main.tf"', True),
        ('source_dir = "${path.module}/src"', False),
        ('source_file = "${path.module}/other.tf"', False),
    ],
)
def test_an_archive_of_the_module_itself_holds_what_is_edited(code, source, reached):
    instance = 'resource "aws_instance" "a" {\n  instance_type = "p4d.24xlarge"\n}\n'
    here = code({"a/main.tf": instance, "a/z.tf": PACKED.replace("SOURCE", source)}, [RootConfig(path="a", state="s")])

    made = here.draft("aws_instance.a", SMALLER, state=LARGE)

    assert bool(made.doubts) is reached
    assert not reached or made.doubts[0].endswith("change data.archive_file.z")


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
