"""A part of a text that other resources use as well is overridden for one, or changed for all that want it."""

import pytest

from remediator.config import RootConfig
from remediator.model import SetAttribute
from tests.edit.parts import DEFAULT, SIZE, TYPE, variable
from tests.edit.sizes import LARGE, SMALLER, web


def test_a_part_that_stands_twice_does_not_make_the_whole(code):
    here = code({"main.tf": web('"${var.a}.${var.a}x"') + variable("a", '"4"')})
    change = SetAttribute("instance_type", "4.4x", "2.4x")

    made = here.draft("aws_instance.web", change, state={"instance_type": "4.4x"})

    assert made.edits == ()
    assert "the edit would not give instance_type the value 2.4x" in made.doubts[0]


def test_other_texts_that_the_part_makes_are_siblings(code):
    here = code({"main.tf": web(TYPE) + SIZE + web('"r5.${var.size}"', name="other")})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert made.doubts == ("main.tf:5: variable default var.size would also change aws_instance.other",)


def test_those_that_want_the_same_of_it_are_edited_together(code):
    here = code({"main.tf": web(TYPE) + SIZE + web(TYPE, name="other")})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE, also=["aws_instance.other"])

    assert here.shown(made) == DEFAULT
    assert made.together == ("aws_instance.other",)


FLEET = """
module "web" {
  source = "./m"
}
module "db" {
  source = "./m"
}
"""


@pytest.mark.parametrize(
    ("variables", "type_", "line"),
    [
        (SIZE, TYPE, '+  size   = "2xlarge"'),
        (variable("n", "4"), '"m5.${var.n}xlarge"', "+  n      = 2"),
        (variable("n", "4", "number"), 'format("m5.%sxlarge", var.n)', "+  n      = 2"),
    ],
)
def test_a_shared_part_is_overridden_at_the_one_call(code, variables, type_, line):
    here = code({"main.tf": FLEET, "m/main.tf": web(type_) + variables})

    made = here.draft("module.web.aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == f"{line}\n"


def test_a_shared_default_is_overridden_in_the_file_of_one_root(code):
    prod = RootConfig(path="live", name="prod", state="p", var_files=("prod.tfvars",))
    dev = RootConfig(path="live", name="dev", state="d", var_files=("dev.tfvars",))
    files = {"live/main.tf": web(TYPE) + SIZE, "live/prod.tfvars": "", "live/dev.tfvars": ""}
    here = code(files, roots=(prod, dev))

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert [edit.path for edit in made.edits] == ["live/prod.tfvars"]
    assert here.shown(made) == '+size = "2xlarge"\n'


LOOKUP = """
variable "sizes" {
  default = {
    a = "x"
  }
}
locals {
  size = "4xlarge"
}
"""


@pytest.mark.parametrize(
    ("web_type", "other_type", "entry"),
    [
        ('"m5.${lookup(var.sizes, "web", local.size)}"', '"m5.${lookup(var.sizes, "b", local.size)}"', "2xlarge"),
        ('lookup(var.sizes, "web", "m5.${local.size}")', '"r5.${local.size}"', "m5.2xlarge"),
    ],
)
def test_an_entry_behind_a_template_takes_the_part_and_one_before_it_the_whole(code, web_type, other_type, entry):
    here = code({"main.tf": web(web_type) + web(other_type, name="other") + LOOKUP})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == f'-    a = "x"\n+    a   = "x"\n+    web = "{entry}"\n'
