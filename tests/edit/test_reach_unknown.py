"""A reader of what is edited is seen behind what is not known."""

import pytest

from remediator.model import SetAttribute
from tests.edit.sharing import LARGE, SHARED, SMALLER

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
