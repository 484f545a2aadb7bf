"""Resources added beside others, and resources removed."""

import pytest

from remediator.model import AddResource, Attributes, ExpectedChange, RemoveResource, SetAttribute

STOP = AddResource(
    "aws_ec2_instance_state",
    Attributes({"state": "stopped"}),
    (("instance_id", "id"),),
    SetAttribute("instance_state", "running", "stopped"),
)
LOCK = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n'
TRAINER = """
    resource "aws_instance" "trainer" {
      ami = "ami-1"
    }

    output "n" {
      value = 1
    }
"""
ADDED = """\
+
+resource "aws_ec2_instance_state" "{name}" {{
+  instance_id = {reference}.id
+  state       = "stopped"
+}}
"""


def shown_addition(name="trainer", reference="aws_instance.trainer"):
    return ADDED.format(name=name, reference=reference)


def moved_blank(text):
    """A diff may take the blank line above or the one below for the new one."""
    body = [line for line in text.splitlines() if line != "+"]
    return body, text.count("+\n")


def test_a_state_beside_an_instance(code):
    here = code({"main.tf": TRAINER, ".terraform.lock.hcl": LOCK})

    made = here.draft("aws_instance.trainer", STOP)

    assert moved_blank(here.shown(made)) == moved_blank(shown_addition())
    assert made.expected == (ExpectedChange("aws_ec2_instance_state.trainer", ("create",), ()),)


def test_the_name_is_free_and_the_address_lies_in_the_module(code):
    module = (
        TRAINER
        + '\n    resource "aws_ec2_instance_state" "trainer" {\n      instance_id = "i-9"\n      state = "x"\n    }\n'
    )
    here = code({"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": module, ".terraform.lock.hcl": LOCK})

    made = here.draft("module.m.aws_instance.trainer", STOP)

    assert made.expected[0].address == "module.m.aws_ec2_instance_state.trainer_2"


@pytest.mark.parametrize(
    ("files", "doubt"),
    [
        ({"main.tf": TRAINER}, "does not say its version, and aws_ec2_instance_state needs 4.49.0"),
        (
            {
                "main.tf": TRAINER,
                ".terraform.lock.hcl": LOCK,
                "state.tf": 'resource "aws_ec2_instance_state" "t" {\n  instance_id = aws_instance.trainer.id\n}\n',
            },
            "state.tf:1: aws_ec2_instance_state.t is there for aws_instance.trainer already",
        ),
        ({"main.tf": TRAINER, ".terraform.lock.hcl": LOCK, "bad.tf": "resource {"}, "bad.tf could not be read"),
    ],
)
def test_why_no_state_is_added(code, files, doubt):
    made = code(files).draft("aws_instance.trainer", STOP)

    assert made.edits == ()
    assert any(doubt in d for d in made.doubts), made.doubts


@pytest.mark.parametrize(
    ("repeated", "address", "name", "reference"),
    [
        ("count = 2", "aws_instance.trainer[1]", "trainer_1", "aws_instance.trainer[1]"),
        ('for_each = toset(["a-1", "b"])', 'aws_instance.trainer["a-1"]', "trainer_a_1", 'aws_instance.trainer["a-1"]'),
        ('for_each = { a = 1, "b" = 2 }', 'aws_instance.trainer["b"]', "trainer_b", 'aws_instance.trainer["b"]'),
        ("count = 1", "aws_instance.trainer[1]", None, "the code does not make it"),
        ("count = var.n", "aws_instance.trainer[0]", None, "count = var.n"),
        ("for_each = var.them", 'aws_instance.trainer["a"]', None, "for_each = var.them"),
        ('for_each = { for k in ["a"] : k => 1 }', 'aws_instance.trainer["a"]', None, "for_each = { for"),
        ("count = 1", "aws_instance.trainer", None, "the code does not make it"),
    ],
)
def test_one_instance_of_several_only_by_a_key_that_is_written_out(code, repeated, address, name, reference):
    text = TRAINER.replace("ami =", f"{repeated}\n      ami =")
    here = code({"main.tf": text, ".terraform.lock.hcl": LOCK})

    made = here.draft(address, STOP, others=["aws_instance.trainer[7]"])

    if name is None:
        assert made.edits == ()
        assert reference in made.doubts[0]
    else:
        assert moved_blank(here.shown(made)) == moved_blank(shown_addition(name, reference))


def test_no_state_beside_an_instance_of_a_module_called_twice(code):
    calls = 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n}\n'
    here = code({"main.tf": calls, "m/main.tf": TRAINER, ".terraform.lock.hcl": LOCK})

    made = here.draft("module.a.aws_instance.trainer", STOP, others=["module.b.aws_instance.trainer"])

    assert "would also change module.b.aws_ec2_instance_state.trainer" in made.doubts[0]


def test_a_removal_takes_the_comment_above_and_one_set_of_blank_lines(code):
    text = """
    # kept

    # The old scratch disk,
    // nobody uses it.
    resource "aws_ebs_volume" "old" {
      size = 1
    }

    resource "aws_ebs_volume" "new" {
      size = 1
    }
    """
    here = code({"main.tf": text})

    made = here.draft("aws_ebs_volume.old", RemoveResource())

    assert here.shown(made) == (
        '-# The old scratch disk,\n-// nobody uses it.\n-resource "aws_ebs_volume" "old" {\n-  size = 1\n-}\n-\n'
    )
    assert made.expected == (ExpectedChange("aws_ebs_volume.old", ("delete",), ()),)


OLD = 'resource "aws_ebs_volume" "old" {\n  size = 1\n}\n'


@pytest.mark.parametrize(
    ("more", "doubt"),
    [
        ('output "o" {\n  value = aws_ebs_volume.old.id\n}\n', "still referred to at more.tf:2"),
        ('resource "x" "y" {\n  depends_on = [\n    aws_ebs_volume.old,\n  ]\n}\n', "more.tf:3"),
        ('resource "x" "y" {\n  a {\n    v = "${aws_ebs_volume.old.id}"\n  }\n}\n', "more.tf:3"),
        ("moved {\n  from = aws_ebs_volume.older\n  to   = aws_ebs_volume.old\n}\n", "more.tf:3"),
        ('import {\n  to = aws_ebs_volume.old\n  id = "v"\n}\n', "more.tf:2"),
        ("removed {\n  from = aws_ebs_volume.old\n}\n", "more.tf:2"),
        ("resource {", "more.tf could not be read"),
    ],
)
def test_what_is_referred_to_stays(code, more, doubt):
    made = code({"main.tf": OLD, "more.tf": more}).draft("aws_ebs_volume.old", RemoveResource())

    assert made.edits == ()
    assert any(doubt in d for d in made.doubts), made.doubts


@pytest.mark.parametrize(
    "more",
    ["", "# aws_ebs_volume.old\n", 'output "o" {\n  value = aws_ebs_volume.older.id + data.aws_ebs_volume.old.id\n}\n'],
)
def test_what_only_looks_like_a_reference_does_not_keep_it(code, more):
    made = code({"main.tf": OLD, "more.tf": more}).draft("aws_ebs_volume.old", RemoveResource())

    assert made.doubts == ()
    assert made.edits[0].new == b""


def test_a_caller_that_names_it_through_the_module_keeps_it(code):
    call = 'module "m" {\n  source = "./m"\n}\n'
    main = call + "moved {\n  from = aws_ebs_volume.old\n  to   = module.m.aws_ebs_volume.old\n}\n"

    made = code({"main.tf": main, "m/main.tf": OLD}).draft("module.m.aws_ebs_volume.old", RemoveResource())

    assert "main.tf:6" in made.doubts[0]


@pytest.mark.parametrize(
    ("inside", "doubt"),
    [
        ("count = 2", "the code does not make it"),
        ("for_each = var.x", "has for_each"),
        ("lifecycle {\n    prevent_destroy = true\n  }", "main.tf:3: lifecycle.prevent_destroy"),
    ],
)
def test_repeated_or_protected_resources_stay(code, inside, doubt):
    here = code({"main.tf": OLD.replace("size = 1", inside)})

    made = here.draft("aws_ebs_volume.old", RemoveResource())

    assert made.edits == ()
    assert any(doubt in d for d in made.doubts), made.doubts
