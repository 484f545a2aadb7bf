"""Changes become edits of the right bytes, or doubts that name the place to look at."""

import pickle
import textwrap
from dataclasses import replace

import pytest

from remediator.config import RootConfig
from remediator.edit.edits import draft, same_bytes
from remediator.iac.terraform.configuration.code import Code
from remediator.model import (
    AddResource,
    Attributes,
    Effect,
    ExpectedChange,
    RemoveResource,
    Role,
    SetAttribute,
    StateAddress,
    StateResource,
)

SMALLER = SetAttribute("instance_type", "m5.4xlarge", "m5.2xlarge")
LARGE = {"instance_type": "m5.4xlarge"}
STOP = AddResource(
    "aws_ec2_instance_state",
    Attributes({"state": "stopped"}),
    (("instance_id", "id"),),
    SetAttribute("instance_state", "running", "stopped"),
)
LOCK = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n'
WEB = """
    resource "aws_instance" "web" {
      ami           = "ami-1"
      instance_type = "m5.4xlarge" # enough for Monday
    }
"""
GP2 = """
    resource "aws_ebs_volume" "data" {
      availability_zone = "us-east-1a"
      size              = 100
      type              = "gp2"

      tags = {
        team = "ranking"
      }
    }
"""
TO_GP3 = (
    SetAttribute("type", "gp2", "gp3"),
    SetAttribute("iops", 300, 3000),
    SetAttribute("throughput", None, 125),
)
GP2_STATE = {"type": "gp2", "iops": 300, "throughput": 0, "size": 100}
MODULE = """
    variable "size" {
      default = "m5.4xlarge"
    }
    resource "aws_instance" "this" {
      ami           = "ami-1"
      instance_type = var.size
    }
"""


def test_a_literal(code):
    here = code({"main.tf": WEB})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == (
        '-  instance_type = "m5.4xlarge" # enough for Monday\n+  instance_type = "m5.2xlarge" # enough for Monday\n'
    )
    assert made.expected == (ExpectedChange("aws_instance.web", ("update",), ("instance_type",)),)
    assert [(x.path, x.start_line, x.role) for x in made.locations] == [("main.tf", 3, Role.LITERAL)]
    assert pickle.loads(pickle.dumps(made)) == made


def test_a_variable_default_and_a_tfvars_entry(code):
    main = 'resource "aws_instance" "web" {\n  instance_type = var.size\n}\n'
    variables = 'variable "size" {\n  default = "m5.4xlarge"\n}\n'

    plain = code({"main.tf": main, "variables.tf": variables})
    given = code({"main.tf": main, "variables.tf": variables, "terraform.tfvars": 'size = "m5.4xlarge"\n'})

    assert [e.path for e in plain.draft("aws_instance.web", SMALLER, state=LARGE).edits] == ["variables.tf"]
    assert [e.path for e in given.draft("aws_instance.web", SMALLER, state=LARGE).edits] == ["terraform.tfvars"]


def test_a_module_argument_one_step_away(code):
    here = code(
        {"main.tf": 'module "web" {\n  source = "./m"\n  size   = "m5.4xlarge"\n}\n', "m/main.tf": MODULE},
    )

    made = here.draft("module.web.aws_instance.this", SMALLER, state=LARGE)

    assert here.shown(made) == '-  size   = "m5.4xlarge"\n+  size   = "m5.2xlarge"\n'
    assert made.expected[0].address == "module.web.aws_instance.this"


def test_a_default_shared_by_two_callers_gets_an_argument_at_the_one_call(code):
    here = code(
        {
            "main.tf": 'module "web" {\n  source = "./m"\n}\n\nmodule "api" {\n  source = "./m"\n}\n',
            "m/main.tf": MODULE,
        }
    )

    made = here.draft("module.web.aws_instance.this", SMALLER, state=LARGE, others=["module.api.aws_instance.this"])

    assert here.shown(made) == '+  size   = "m5.2xlarge"\n'
    assert (made.edits[0].path, made.locations[0].role) == ("main.tf", Role.MODULE_CALL)


def test_a_default_that_all_callers_change_alike_is_edited_once(code):
    here = code(
        {
            "main.tf": 'module "web" {\n  source = "./m"\n}\n\nmodule "api" {\n  source = "./m"\n}\n',
            "m/main.tf": MODULE,
        }
    )
    web, api = "module.web.aws_instance.this", "module.api.aws_instance.this"

    one = here.draft(web, SMALLER, state=LARGE, others=[api], also=[web, api])
    other = here.draft(api, SMALLER, state=LARGE, others=[web], also=[web, api])

    assert [e.path for e in one.edits] == ["m/main.tf"]
    assert same_bytes(one.edits, other.edits)
    assert not same_bytes((), ())


def test_gp3_sets_three_attributes_in_one_group(code):
    here = code({"main.tf": GP2, ".terraform.lock.hcl": LOCK})

    made = here.draft("aws_ebs_volume.data", *TO_GP3, state=GP2_STATE)

    assert here.shown(made) == (
        '-  type              = "gp2"\n'
        '+  type              = "gp3"\n'
        "+  iops              = 3000\n"
        "+  throughput        = 125\n"
    )
    assert made.expected == (ExpectedChange("aws_ebs_volume.data", ("update",), ("type", "iops", "throughput")),)


def test_several_attributes_are_all_edited_or_none(code):
    old = LOCK.replace("5.31.0", "3.10.0")
    here = code({"main.tf": GP2, ".terraform.lock.hcl": old})

    made = here.draft("aws_ebs_volume.data", *TO_GP3, state=GP2_STATE)

    assert made.edits == ()
    assert made.expected == ()
    assert "3.10.0" in made.doubts[0]
    assert "3.25.0" in made.doubts[0]
    assert ".terraform.lock.hcl" in made.doubts[0]


def test_attributes_at_the_target_already_are_left_alone(code):
    here = code(
        {"main.tf": 'resource "aws_autoscaling_group" "g" {\n  min_size         = 0\n  max_size         = 4\n}\n'}
    )
    bounds = (SetAttribute("min_size", 0, 0), SetAttribute("max_size", 4, 0))

    made = here.draft("aws_autoscaling_group.g", *bounds, state={"min_size": 0, "max_size": 4})
    done = here.draft("aws_autoscaling_group.g", SetAttribute("min_size", 0, 0), state={"min_size": 0})

    assert here.shown(made) == "-  max_size         = 4\n+  max_size         = 0\n"
    assert made.expected[0].attributes == ("max_size",)
    assert done.doubts == ("main.tf:1: code and live are at the target already",)
    assert (made.settled, done.settled) == (False, True)


@pytest.mark.parametrize("present", [False, True])
def test_an_attribute_of_a_nested_block(code, present):
    block = "\n\n      root_block_device {\n        volume_size = 40\n      }\n    }" if present else "\n    }"
    here = code({"main.tf": WEB.replace("\n    }", block), ".terraform.lock.hcl": LOCK})
    action = SetAttribute("root_block_device.volume_type", "gp2", "gp3")

    made = here.draft("aws_instance.web", action, state={"root_block_device.volume_type": "gp2"})

    added = '+    volume_type = "gp3"\n'
    assert here.shown(made) == (added if present else f"+\n+  root_block_device {{\n{added}+  }}\n")
    assert made.expected == (ExpectedChange("aws_instance.web", ("update",), ("root_block_device",)),)


@pytest.mark.parametrize(
    ("live", "state", "written", "doubt"),
    [
        ("m5.4xlarge", "m5.4xlarge", "m5.xlarge", "m5.xlarge in the code, m5.4xlarge in the state and m5.4xlarge live"),
        (
            "m5.8xlarge",
            "m5.4xlarge",
            "m5.4xlarge",
            "m5.4xlarge in the code, m5.4xlarge in the state and m5.8xlarge live",
        ),
        ("m5.4xlarge", "m5.4xlarge", "m5.2xlarge", "code is ahead of live: apply is pending"),
        ("m5.2xlarge", "m5.8xlarge", "m5.4xlarge", "m5.8xlarge in the state"),
    ],
)
def test_code_state_and_live_must_agree(code, live, state, written, doubt):
    here = code({"main.tf": WEB.replace("m5.4xlarge", written)})

    made = here.draft(
        "aws_instance.web", SetAttribute("instance_type", live, "m5.2xlarge"), state={"instance_type": state}
    )

    assert made.edits == ()
    assert "main.tf:3: instance_type" in made.doubts[0]
    assert doubt in made.doubts[0]


@pytest.mark.parametrize("state", ["m5.4xlarge", "m5.2xlarge"])
def test_code_behind_live_is_aligned_and_terraform_has_nothing_to_do(code, state):
    here = code({"main.tf": WEB})

    made = here.draft(
        "aws_instance.web", SetAttribute("instance_type", "m5.2xlarge", "m5.2xlarge"), state={"instance_type": state}
    )

    assert len(made.edits) == 1
    assert made.expected == ()


@pytest.mark.parametrize(
    ("ignored", "refused"),
    [
        ("[instance_type]", True),
        ("all", True),
        ('["instance_type"]', True),
        ('["*"]', True),
        ('[tags["a#b"], instance_type]', True),
        ("[\n          # see tags[0\n          instance_type,\n        ]", True),
        ("[instance_type[*].x]", True),
        ("[tags, ami]", False),
        ("[\n          # instance_type is ours\n          tags,\n        ]", False),
        ("[]", False),
        ('[tags.all, tags["all"]]', False),
    ],
)
def test_ignored_changes(code, ignored, refused):
    text = WEB.replace("\n    }", f"\n      lifecycle {{\n        ignore_changes = {ignored}\n      }}\n    }}")
    here = code({"main.tf": text})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert bool(made.doubts) == refused
    assert all("main.tf:5: lifecycle.ignore_changes" in d for d in made.doubts)


@pytest.mark.parametrize(
    ("ignored", "refused"),
    [
        ("root_block_device", True),
        ("root_block_device[0]", True),
        ("root_block_device[0].volume_type", True),
        ('"root_block_device.0.volume_type"', True),
        ("root_block_device[0].volume_size", False),
        ("ebs_block_device", False),
    ],
)
def test_an_ignored_part_of_a_nested_block(code, ignored, refused):
    block = f'root_block_device {{\n volume_type = "gp2"\n }}\n lifecycle {{\n ignore_changes = [{ignored}]\n }}\n'
    here = code({"main.tf": f'resource "aws_instance" "web" {{\n {block}}}\n'})
    gp3 = SetAttribute("root_block_device.volume_type", "gp2", "gp3")

    made = here.draft("aws_instance.web", gp3, state={"root_block_device.volume_type": "gp2"})

    assert bool(made.doubts) == refused


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


def test_two_steps_away(code):
    here = code(
        {
            "main.tf": 'module "web" {\n  source = "./m"\n  size   = var.size\n}\n'
            'variable "size" {\n  default = "m5.4xlarge"\n}\n',
            "m/main.tf": MODULE,
        }
    )

    made = here.draft("module.web.aws_instance.this", SMALLER, state=LARGE)

    assert here.shown(made) == '-  default = "m5.4xlarge"\n+  default = "m5.2xlarge"\n'
    assert [(x.path, x.start_line, x.role) for x in made.traces[0].locations] == [
        ("m/main.tf", 6, Role.ATTRIBUTE),
        ("main.tf", 3, Role.MODULE_ARGUMENT),
        ("main.tf", 6, Role.VARIABLE_DEFAULT),
    ]


def test_siblings_are_listed(code):
    here = code({"main.tf": WEB.replace("ami  ", "count         = 2\n      ami  ")})

    made = here.draft("aws_instance.web[0]", SMALLER, state=LARGE, others=["aws_instance.web[1]"])
    together = here.draft(
        "aws_instance.web[0]", SMALLER, state=LARGE, others=["aws_instance.web[1]"], also=["aws_instance.web[1]"]
    )

    assert made.doubts == ("main.tf:4: literal aws_instance.web would also change aws_instance.web[1]",)
    assert len(together.edits) == 1


def test_a_call_with_for_each_gets_no_argument(code):
    here = code(
        {
            "main.tf": 'module "web" {\n  for_each = toset(["a", "b"])\n  source   = "./m"\n}\n',
            "m/main.tf": MODULE,
        }
    )

    made = here.draft(
        'module.web["a"].aws_instance.this', SMALLER, state=LARGE, others=['module.web["b"].aws_instance.this']
    )

    assert made.edits == ()
    assert made.doubts == (
        'm/main.tf:2: variable default var.size would also change module.web["b"].aws_instance.this',
    )


def test_a_file_of_variables_that_another_root_reads(code):
    main = 'resource "aws_instance" "web" {\n  instance_type = var.size\n}\nvariable "size" {}\n'
    roots = [RootConfig(path=p, state="s", var_files=("../common.tfvars",)) for p in ("dev", "prod")]
    here = code({"dev/main.tf": main, "prod/main.tf": main, "common.tfvars": 'size = "m5.4xlarge"\n'}, roots)

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert "common.tfvars:1: tfvars var.size would also change prod: aws_instance.web" in made.doubts[0]


def test_a_resource_that_no_state_holds(code, undeclared):
    here = code({"main.tf": WEB})

    made = draft(undeclared, here.roots[0], Code(here.index(), here.blobs.__getitem__, here.roots))

    assert made.doubts == ("no Terraform state holds i-1; ask who made it",)


def test_a_removal_is_alone(code):
    here = code({"main.tf": WEB})

    made = here.draft("aws_instance.web", RemoveResource(), SMALLER, state=LARGE)

    assert made.edits == ()
    assert any("never in one request" in d for d in made.doubts)


def test_an_addition_and_an_attribute_in_the_same_file(code):
    here = code({"main.tf": WEB, ".terraform.lock.hcl": LOCK})

    made = here.draft("aws_instance.web", SMALLER, STOP, state=LARGE)

    assert [e.actions for e in made.expected] == [("update",), ("create",)]
    assert "m5.2xlarge" in here.shown(made)
    assert "aws_instance.web.id" in here.shown(made)


def test_a_new_argument_at_a_call_must_not_reach_more_of_the_module(code):
    two = MODULE + '    resource "aws_instance" "other" {\n      instance_type = var.size\n    }\n'
    calls = 'module "web" {\n  source = "./m"\n}\n\nmodule "api" {\n  source = "./m"\n}\n'
    here = code({"main.tf": calls, "m/main.tf": two})

    made = here.draft("module.web.aws_instance.this", SMALLER, state=LARGE)

    assert made.edits == ()
    assert "m/main.tf:2: variable default var.size would also change module.api" in made.doubts[0]


def test_a_new_attribute_must_not_reach_other_instances(code):
    here = code({"main.tf": GP2.replace("type  ", "count             = 2\n      type  "), ".terraform.lock.hcl": LOCK})

    made = here.draft(
        "aws_ebs_volume.data[0]",
        SetAttribute("final_snapshot", None, True),
        state={"final_snapshot": False},
        others=["aws_ebs_volume.data[1]"],
    )

    assert made.doubts == (
        "main.tf:1: a new final_snapshot at block aws_ebs_volume.data would also change aws_ebs_volume.data[1]",
    )


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


def test_code_that_neither_state_nor_live_confirms(code):
    made = code({"main.tf": WEB}).draft("aws_instance.web", SetAttribute("instance_type", None, "m5.large"))

    assert made.doubts == (
        "main.tf:3: instance_type is m5.4xlarge in the code, absent in the state and absent live; "
        "nothing confirms that the code is what runs",
    )


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


@pytest.mark.parametrize(
    ("was", "live", "target", "becomes"),
    [('"3"', 3, 4, '"4"'), ("3", 3, 4, "4"), ('"true"', True, False, '"false"'), ("true", True, False, "false")],
)
def test_the_quoting_of_numbers_and_truth_values_stays(code, was, live, target, becomes):
    here = code({"main.tf": f'resource "aws_instance" "web" {{\n  x = {was}\n}}\n'})

    made = here.draft("aws_instance.web", SetAttribute("x", live, target), state={"x": live})

    assert here.shown(made) == f"-  x = {was}\n+  x = {becomes}\n"


def test_what_the_environment_sets_is_changed_there(code):
    root = RootConfig(path=".", state="s", environment={"TF_VAR_size": "m5.4xlarge"})
    here = code({"main.tf": MODULE.replace("  default", "  # default")}, roots=(root,))

    made = here.draft("aws_instance.this", SMALLER, state=LARGE)

    assert made.edits == ()
    assert made.doubts == (
        "TF_VAR_size: var.size is set by the environment that Terraform is run with, as the root's environment in "
        "the configuration says; change it there",
    )
