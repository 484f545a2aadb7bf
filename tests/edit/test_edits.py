"""Changes become edits of the right bytes, or doubts that name the place to look at."""

import pickle

import pytest

from remediator.config import RootConfig
from remediator.edit.edits import draft
from remediator.iac.terraform.configuration.code import Code
from remediator.model import AddResource, Attributes, ExpectedChange, RemoveResource, Role, SetAttribute
from tests.edit.samples import GP2, LOCK, MODULE, WEB
from tests.edit.sizes import LARGE, SMALLER

STOP = AddResource(
    "aws_ec2_instance_state",
    Attributes({"state": "stopped"}),
    (("instance_id", "id"),),
    SetAttribute("instance_state", "running", "stopped"),
)
TO_GP3 = (
    SetAttribute("type", "gp2", "gp3"),
    SetAttribute("iops", 300, 3000),
    SetAttribute("throughput", None, 125),
)
GP2_STATE = {"type": "gp2", "iops": 300, "throughput": 0, "size": 100}


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


@pytest.mark.parametrize("present", [False, True])
def test_an_attribute_of_a_nested_block(code, present):
    block = "\n\n      root_block_device {\n        volume_size = 40\n      }\n    }" if present else "\n    }"
    here = code({"main.tf": WEB.replace("\n    }", block), ".terraform.lock.hcl": LOCK})
    action = SetAttribute("root_block_device.volume_type", "gp2", "gp3")

    made = here.draft("aws_instance.web", action, state={"root_block_device.volume_type": "gp2"})

    added = '+    volume_type = "gp3"\n'
    assert here.shown(made) == (added if present else f"+\n+  root_block_device {{\n{added}+  }}\n")
    assert made.expected == (ExpectedChange("aws_instance.web", ("update",), ("root_block_device",)),)


def test_siblings_are_listed(code):
    here = code({"main.tf": WEB.replace("ami  ", "count         = 2\n      ami  ")})

    made = here.draft("aws_instance.web[0]", SMALLER, state=LARGE, others=["aws_instance.web[1]"])
    together = here.draft(
        "aws_instance.web[0]", SMALLER, state=LARGE, others=["aws_instance.web[1]"], also=["aws_instance.web[1]"]
    )

    assert made.doubts == ("main.tf:4: literal aws_instance.web would also change aws_instance.web[1]",)
    assert len(together.edits) == 1


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
