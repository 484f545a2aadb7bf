"""Code that is read as a file, or packed into an archive, is reached by an edit of it."""

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.remote_states import remote_readers
from tests.edit.sharing import LARGE, SMALLER

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
