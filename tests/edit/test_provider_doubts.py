"""Tags of a provider configuration that are not given by an edit: a ticket with the lines to write."""

import pytest

from tests.edit.providers import BUCKET, LOCK

OTHERWISE = '\nprovider "aws" {\n  alias = "west"\n}\nresource "aws_s3_bucket" "a" {\n  provider = aws.west\n}\n'
DOUBTS = {
    "no block": ({"b.tf": BUCKET}, "no file in . has a block for provider.aws"),
    "a variable": (
        {"main.tf": 'variable "t" {}\nprovider "aws" {\n  default_tags {\n    tags = var.t\n  }\n}\n'},
        "main.tf:2: which tags default_tags.tags has is not known",
    ),
    "the key is there": (
        {"main.tf": 'provider "aws" {\n  default_tags {\n    tags = { team = "ml" }\n  }\n}\n'},
        "code is ahead of live: apply is pending",
    ),
    "the key is there with another value": (
        {"main.tf": 'provider "aws" {\n  default_tags {\n    tags = { team = "x" }\n  }\n}\n'},
        "has team in the code already; and not on all that is live",
    ),
    "an object that is computed": (
        {"main.tf": 'provider "aws" {\n  default_tags {\n    tags = { for k in ["a"] : k => "b" }\n  }\n}\n'},
        "nor a merge that ends with one",
    ),
    "an old provider": (
        {"main.tf": 'provider "aws" {\n}\n', ".terraform.lock.hcl": LOCK.replace("5.80.0", "3.37.0")},
        "has version 3.37.0, and default_tags needs 3.38.0 or newer",
    ),
    "a dynamic block": (
        {"main.tf": 'provider "aws" {\n  dynamic "default_tags" {\n    for_each = data.aws_x.y.z\n    content {\n'
                    '      tags = { a = "b" }\n    }\n  }\n}\n'},
        "has several default_tags blocks, or how many is not known",
    ),
    "one line": ({"main.tf": 'provider "aws" { region = "eu-west-1" }\n'}, "is written on one line"),
    "an ignored tag": (
        {"main.tf": 'provider "aws" {\n  ignore_tags {\n    key_prefixes = ["x", "te"]\n  }\n}\n'},
        "main.tf:1: its ignore_tags ignores team",
    ),
    "tags that may be ignored": (
        {"main.tf": 'variable "k" {}\nprovider "aws" {\n  ignore_tags {\n    keys = var.k\n  }\n}\n'},
        "main.tf:2: which tags its ignore_tags ignores is not known",
    ),
    "an override": (
        {"main.tf": 'provider "aws" {\n}\n', "x_override.tf": 'provider "aws" {\n  region = "a"\n}\n'},
        "in several places",
    ),
    "another provider than in the state": (
        {"main.tf": f'provider "aws" {{\n}}\n{OTHERWISE}'},
        "aws_s3_bucket.a has another provider in the code than in the state",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DOUBTS)
def test_what_is_not_sure_is_a_ticket_with_the_lines_to_write(provider, case) -> None:
    files, doubt = DOUBTS[case]

    made = provider.draft(files)

    assert made.edits == () and doubt in made.doubts[0], made.doubts
    assert made.doubts[-1] == (
        'by hand: in provider "aws", write default_tags { tags = { team = "ml" } }, or add these keys to it'
    )


def test_a_configuration_inside_a_module_is_a_ticket_that_names_it(provider) -> None:
    files = {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": 'provider "aws" {\n}\n'}

    made = provider.draft(files, module="module.m")

    assert made.edits == () and "m/main.tf:1: module.m.provider.aws is configured inside a module" in made.doubts[0]


def test_other_tags_may_be_ignored(provider) -> None:
    ignoring = '  ignore_tags {\n    keys = ["owner"]\n  }\n'

    made = provider.draft({"main.tf": f'provider "aws" {{\n{ignoring}}}\n'})

    assert provider.after(made).startswith(f'provider "aws" {{\n{ignoring}\n  default_tags {{')
