"""Groups that are meant to take the new version of a launch template, and whether their code does."""

import pytest

from remediator.model import ExpectedChange, SetAttribute

SMALLER = SetAttribute("instance_type", "m5.4xlarge", "m5.2xlarge")
LARGE = {"instance_type": "m5.4xlarge"}
TEMPLATE = """
    resource "aws_launch_template" "t" {
      name_prefix   = "web-"
      instance_type = "m5.4xlarge" # for the spring sale
    }
"""
GROUP = """
    resource "aws_autoscaling_group" "g" {
      min_size = 2
      max_size = 2

      launch_template {
        id      = aws_launch_template.t.id
        version = VERSION
      }
    }
"""
SHOWN = '-  instance_type = "m5.4xlarge" # for the spring sale\n+  instance_type = "m5.2xlarge" # for the spring sale\n'
TAKES = [("aws_autoscaling_group.g", "launch_template")]


def with_group(version: str, more: str = "") -> dict[str, str]:
    return {"main.tf": TEMPLATE + GROUP.replace("VERSION", version) + more}


@pytest.mark.parametrize(
    "version", ["aws_launch_template.t.latest_version", '"${aws_launch_template.t.latest_version}"', "local.version"]
)
def test_a_group_that_takes_the_number_changes_with_its_template(code, version) -> None:
    more = "\n    locals {\n      version = aws_launch_template.t.latest_version\n    }\n"
    here = code(with_group(version, more))

    made = here.draft("aws_launch_template.t", SMALLER, state=LARGE, updates=TAKES)

    assert here.shown(made) == SHOWN
    assert made.expected == (
        ExpectedChange("aws_launch_template.t", ("update",), ("instance_type",)),
        ExpectedChange("aws_autoscaling_group.g", ("update",), ("launch_template",)),
    )


@pytest.mark.parametrize("version", ['"3"', "var.version", '"$Latest"'])
def test_a_group_that_names_the_version_itself_would_not_be_reached(code, version) -> None:
    here = code(with_group(version, '\n    variable "version" {\n      default = 3\n    }\n'))

    made = here.draft("aws_launch_template.t", SMALLER, state=LARGE, updates=TAKES)

    assert made.edits == ()
    [doubt] = made.doubts
    assert doubt == (
        "launch_template of aws_autoscaling_group.g does not follow latest_version of it, so that the change would not "
        "reach it"
    )


def test_what_else_takes_the_number_is_still_a_doubt(code) -> None:
    another = GROUP.replace("VERSION", "aws_launch_template.t.latest_version").replace('"g"', '"other"')
    here = code(with_group("aws_launch_template.t.latest_version", another))

    made = here.draft("aws_launch_template.t", SMALLER, state=LARGE, updates=TAKES)

    assert made.edits == ()
    assert "would also change aws_autoscaling_group.other" in made.doubts[0]


def test_a_group_whose_tags_take_the_type_as_well_is_a_doubt(code) -> None:
    tagged = "version = aws_launch_template.t.latest_version\n      }\n      tag {\n        value = local.size"
    files = with_group("x").copy()
    files["main.tf"] = files["main.tf"].replace("version = x", tagged).replace('"m5.4xlarge"', "local.size")
    files["main.tf"] += '\n    locals {\n      size = "m5.4xlarge"\n    }\n'

    made = code(files).draft("aws_launch_template.t", SMALLER, state=LARGE, updates=TAKES)

    assert made.edits == ()
    assert "would also change aws_autoscaling_group.g" in made.doubts[0]


def test_the_argument_of_a_module_call_changes_for_template_and_group_in_it(code) -> None:
    inside = TEMPLATE.replace('"m5.4xlarge" # for the spring sale', "var.size")
    inside += GROUP.replace("VERSION", "aws_launch_template.t.latest_version") + '\n    variable "size" {\n    }\n'
    calls = """
        module "web" {
          source = "./fleet"
          size   = "m5.4xlarge"
        }
        module "api" {
          source = "./fleet"
          size   = "m5.4xlarge"
        }
    """
    here = code({"main.tf": calls, "fleet/main.tf": inside})
    takes = [("module.web.aws_autoscaling_group.g", "launch_template")]

    made = here.draft("module.web.aws_launch_template.t", SMALLER, state=LARGE, updates=takes)

    assert here.shown(made) == '-  size   = "m5.4xlarge"\n+  size   = "m5.2xlarge"\n'
    assert [edit.path for edit in made.edits] == ["main.tf"]
    assert [one.address for one in made.expected] == ["module.web.aws_launch_template.t", takes[0][0]]


def test_a_literal_that_another_module_call_shares_too_is_a_doubt(code) -> None:
    inside = TEMPLATE + GROUP.replace("VERSION", "aws_launch_template.t.latest_version")
    calls = 'module "web" {\n  source = "./fleet"\n}\nmodule "api" {\n  source = "./fleet"\n}\n'
    here = code({"main.tf": calls, "fleet/main.tf": inside})
    takes = [("module.web.aws_autoscaling_group.g", "launch_template")]

    made = here.draft("module.web.aws_launch_template.t", SMALLER, state=LARGE, updates=takes)

    assert made.edits == ()
    assert "would also change" in made.doubts[0] and "module.api" in made.doubts[0]


@pytest.mark.parametrize("ignored", ["launch_template", "launch_template[0].version", "all"])
def test_a_group_whose_code_ignores_its_version_would_not_be_reached(code, ignored) -> None:
    listed = ignored if ignored == "all" else f"[desired_capacity, {ignored}]"
    files = with_group("aws_launch_template.t.latest_version")
    files["main.tf"] = files["main.tf"].replace(
        "max_size = 2\n", f"max_size = 2\n      lifecycle {{\n        ignore_changes = {listed}\n      }}\n"
    )

    made = code(files).draft("aws_launch_template.t", SMALLER, state=LARGE, updates=TAKES)

    assert made.edits == ()
    assert made.doubts[0].endswith("so apply would not change launch_template of aws_autoscaling_group.g")


def test_a_group_whose_code_ignores_its_size_is_reached(code) -> None:
    files = with_group("aws_launch_template.t.latest_version")
    files["main.tf"] = files["main.tf"].replace(
        "max_size = 2\n", "max_size = 2\n      lifecycle {\n        ignore_changes = [desired_capacity]\n      }\n"
    )
    here = code(files)

    assert here.shown(here.draft("aws_launch_template.t", SMALLER, state=LARGE, updates=TAKES)) == SHOWN
