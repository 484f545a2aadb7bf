"""What is sensitive stands neither in an edit nor around one."""

import pytest

from remediator.model import SetAttribute
from tests.edit.sizes import LARGE, SMALLER

VARIABLES = """\
variable "size" {}
variable "password" {
  sensitive = true
}
resource "aws_instance" "a" {
  instance_type = var.size
}
"""


def test_a_value_file_that_holds_a_password_is_edited_and_the_password_not_shown(code):
    files = {"main.tf": VARIABLES, "terraform.tfvars": 'size = "m5.4xlarge"\npassword = "hunter2"\n'}

    made = code(files).draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.doubts == ()
    assert [edit.path for edit in made.edits] == ["terraform.tfvars"]
    assert made.secret == (("terraform.tfvars", 2),)


def test_lines_of_a_sensitive_object_and_of_a_call_are_secret(code):
    main = """\
    variable "db" {
      sensitive = true
      default = {
        password = "hunter2"
        port     = 5432
      }
    }
    locals {
      token = sensitive("s3cret")
    }
    resource "aws_instance" "a" {
      instance_type = "m5.4xlarge"
    }
    """

    made = code({"main.tf": main}).draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.secret == (("main.tf", 4), ("main.tf", 5), ("main.tf", 9))


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        ('resource "aws_db_instance" "d" {\n  password = "hunter2"\n}', (5,)),
        ('resource "aws_db_instance" "d" {\n  password = "${var.none}-hunter2"\n}', (5,)),
        ('resource "aws_secretsmanager_secret_version" "d" {\n  secret_string = <<E\nhunter2\nE\n}', (5, 6, 7)),
        ('resource "aws_mq_broker" "d" {\n  user {\n    password = "hunter2"\n  }\n}', (6,)),
        ('resource "aws_ssm_parameter" "d" {\n  value = "hunter2"\n}', (5,)),
        ('locals {\n  p = "hunter2"\n}\nresource "aws_db_instance" "d" {\n  password = local.p\n}', (5,)),
        ('module "d" {\n  source   = "terraform-aws-modules/rds/aws"\n  password = "hunter2"\n}', (6,)),
        ('resource "aws_db_instance" "d" {\n  password = var.none\n}', ()),
        ('resource "aws_db_instance" "d" {\n  password = random_password.d.result\n}', ()),
        ('resource "aws_instance" "d" {\n  value = "plain"\n}', ()),
    ],
)
def test_what_providers_mark_as_sensitive_is_secret(code, block, lines):
    main = 'resource "aws_instance" "a" {\n  instance_type = "m5.4xlarge"\n}\n' + block

    made = code({"main.tf": main}).draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.doubts == ()
    assert made.secret == tuple(("main.tf", line) for line in lines)


def test_no_password_is_moved_into_line_with_what_is_added(code):
    main = 'resource "aws_db_instance" "d" {\n  password = "hunter2"\n}\n'

    made = code({"main.tf": main}).draft("aws_db_instance.d", SetAttribute("max_allocated_storage", 0, 100))

    assert made.edits == ()
    assert made.doubts == ("main.tf:2: a sensitive value is written there, which a diff of the edit would show",)


@pytest.mark.parametrize("default", ["null", '""', "false"])
def test_a_default_that_tells_nothing_is_no_secret(code, default):
    main = f'variable "p" {{\n  sensitive = true\n  default = {default}\n}}\nresource "aws_instance" "a" {{\n'
    made = code({"main.tf": main + '  instance_type = "m5.4xlarge"\n}\n'}).draft("aws_instance.a", SMALLER, state=LARGE)

    assert made.edits
    assert made.secret == ()


def test_an_edit_on_a_line_that_holds_something_sensitive_is_a_ticket(code):
    main = """\
    resource "aws_instance" "a" {
      instance_type = true ? "m5.4xlarge" : sensitive("hunter2")
    }
    """
    made = code({"main.tf": main}).draft("aws_instance.a", SMALLER, state=LARGE)

    assert not made.edits
    assert made.doubts
    assert "hunter2" not in "".join(made.doubts)
