"""Where no edit is safe there is a doubt, which names the reason and the place."""

import textwrap
from dataclasses import replace

import pytest

from remediator.edit.edits import draft
from remediator.iac.terraform.configuration.code import Code
from remediator.model import Attributes, Effect, SetAttribute, StateAddress, StateResource
from tests.edit.samples import WEB
from tests.edit.sizes import LARGE, SMALLER


@pytest.mark.parametrize(
    ("files", "doubt"),
    [
        (
            {"main.tf": WEB.replace('"m5.4xlarge"', "local.size")},
            "main.tf:3: instance_type has no single literal: local.size",
        ),
        ({"main.tf": WEB.replace('"m5.4xlarge"', '"m5.${2 + 2}xlarge"')}, "a string template (main.tf:3)"),
        (
            {"main.tf": WEB.replace('"m5.4xlarge"', "var.size") + '\n    variable "size" {}\n'},
            "var.size has no value in the repository; -var, the environment or a service gives it (main.tf:6)",
        ),
        (
            {"main.tf": WEB.replace('"m5.4xlarge"', "data.aws_ssm_parameter.size.value")},
            "data.aws_ssm_parameter.size is not declared",
        ),
        ({"other.tf": ""}, "declares aws_instance.web"),
        ({"main.tf": 'resource "aws_instance" "web" { instance_type = "m5.4xlarge" '}, "does not parse"),
    ],
)
def test_what_has_no_literal_names_the_reason(code, files, doubt):
    made = code(files).draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert any(doubt in d for d in made.doubts), made.doubts


def test_what_fails_is_shown_where_it_is_written(code):
    here = code({"main.tf": "locals {\n  m = {}\n}\n" + textwrap.dedent(WEB.replace('"m5.4xlarge"', "local.m.size"))})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.doubts == (
        "main.tf:7: instance_type has no single literal: a value of kind object has no attribute size (main.tf:7)",
    )
    assert [place.spot for trace in made.traces for place in trace.locations] == ["main.tf:7"]


def test_code_that_declares_it_twice_is_for_a_person(code):
    here = code({"main.tf": WEB, "twin.tf": WEB})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert made.doubts == (
        "main.tf:1: aws_instance.web is declared at twin.tf:1 as well, which Terraform refuses; remove one of them",
    )


@pytest.mark.parametrize("effect", Effect)
def test_what_is_protected_is_not_replaced(code, effect):
    text = WEB.replace("\n    }", "\n      lifecycle {\n        prevent_destroy = true\n      }\n    }")
    here = code({"main.tf": text})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE, effect=effect)

    protected = ("main.tf:5: lifecycle.prevent_destroy forbids the replacement",)
    assert made.doubts == (protected if effect in (Effect.REPLACEMENT, Effect.DATA_LOSS) else ())


def test_two_values_for_one_variable(code):
    text = 'resource "aws_autoscaling_group" "g" {\n  min_size = var.n\n  max_size = var.n\n}\n'
    here = code({"main.tf": text + 'variable "n" {\n  default = 4\n}\n'})
    wanted = {"min_size": 4, "max_size": 4}

    apart = here.draft(
        "aws_autoscaling_group.g", SetAttribute("min_size", 4, 0), SetAttribute("max_size", 4, 2), state=wanted
    )
    alike = here.draft(
        "aws_autoscaling_group.g", SetAttribute("min_size", 4, 0), SetAttribute("max_size", 4, 0), state=wanted
    )

    assert apart.doubts == ("main.tf: default on line 6 would have to be both 0 and 2; edit it by hand",)
    assert here.shown(alike) == "-  default = 4\n+  default = 0\n"


@pytest.mark.parametrize(
    ("text", "path", "doubt"),
    [
        (
            'resource "aws_instance" "web" { ami = 1 }\n',
            "ebs_optimized",
            "main.tf: aws_instance.web on line 1 is written on one line",
        ),
        (
            'resource "aws_instance" "web" {\n  dynamic "root_block_device" {\n    content {}\n  }\n}\n',
            "root_block_device.volume_type",
            "makes its root_block_device blocks with a dynamic block",
        ),
        (
            'resource "aws_instance" "web" {\n  root_block_device {\n  }\n  root_block_device {\n  }\n}\n',
            "root_block_device.volume_type",
            "has 2 root_block_device blocks",
        ),
    ],
)
def test_layouts_that_leave_no_place(code, text, path, doubt):
    made = code({"main.tf": text}).draft("aws_instance.web", SetAttribute(path, None, "x"))

    assert made.edits == ()
    assert any(doubt in d for d in made.doubts), made.doubts


def test_bytes_that_are_not_the_indexed_blob(code, undeclared):
    here = code({"main.tf": WEB})
    index = here.index()
    declared = StateResource(
        StateAddress("infra", ".", "b", "default", "l", 1, "", "managed", "aws_instance", "web", None),
        "i-1",
        None,
        Attributes(LARGE),
    )
    wanted = replace(undeclared, declared=declared, actions=(SMALLER,))

    moved = draft(wanted, here.roots[0], Code(index, lambda _: here.contents["main.tf"] + b"# more\n", here.roots))
    short = draft(wanted, here.roots[0], Code(index, lambda _: b"", here.roots))

    assert "is not blob" in moved.doubts[0]
    assert (moved.edits, short.edits) == ((), ())
    assert short.doubts
