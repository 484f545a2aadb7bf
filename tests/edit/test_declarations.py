"""Resources added beside others."""

import pytest

from remediator.edit.edits import apply_edits
from remediator.model import AddResource, Attributes, ExpectedChange, SetAttribute

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
        (
            'for_each = { for k in ["a"] : k => 1 }',
            'aws_instance.trainer["a"]',
            "trainer_a",
            'aws_instance.trainer["a"]',
        ),
        ("for_each = local.them", 'aws_instance.trainer["a.b"]', "trainer_a_b", 'aws_instance.trainer["a.b"]'),
        ("count = length(local.them)", "aws_instance.trainer[0]", "trainer_0", "aws_instance.trainer[0]"),
        ("for_each = data.x.y.ids", 'aws_instance.trainer["a"]', None, "whether it keeps the key a is not known: "),
        ("count = 1", "aws_instance.trainer", None, "the code does not make it"),
    ],
)
def test_one_instance_of_several_only_by_a_key_that_the_code_is_known_to_have(code, repeated, address, name, reference):
    text = TRAINER.replace("ami =", f"{repeated}\n      ami =")
    them = 'locals {\n  them = { "a.b" = 1 }\n}\n'
    here = code({"main.tf": text, "them.tf": them, ".terraform.lock.hcl": LOCK})

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


EACH = 'resource "aws_instance" "x" {\n  for_each = toset(["a-b", "a_b", "c"])\n}\n'


def test_keys_that_come_to_one_word_have_names_of_their_own(code):
    here = code({"main.tf": EACH, ".terraform.lock.hcl": LOCK})

    names = [here.draft(f'aws_instance.x["{key}"]', STOP).expected[0].address for key in ("a-b", "a_b", "c")]

    assert names == [f"aws_ec2_instance_state.{name}" for name in ("x_a_b_d44362", "x_a_b", "x_c")]


@pytest.mark.parametrize(
    ("reference", "taken"), [('aws_instance.x["c"]', ["c"]), ("aws_instance.x[each.key]", ["c", "a_b"])]
)
def test_an_instance_beside_one_that_has_its_state_already(code, reference, taken):
    state = f'resource "aws_ec2_instance_state" "s" {{\n  instance_id = {reference}.id\n  state = "stopped"\n}}\n'
    here = code({"main.tf": EACH, "state.tf": state, ".terraform.lock.hcl": LOCK})

    for key in ("c", "a_b"):
        made = here.draft(f'aws_instance.x["{key}"]', STOP)
        assert bool(made.doubts) is (key in taken)
        assert not made.doubts or "state.tf:1: aws_ec2_instance_state.s is there for aws_instance.x" in made.doubts[0]


def schedule(name: str, recurrence: str) -> AddResource:
    return AddResource(
        "aws_autoscaling_schedule",
        Attributes({"scheduled_action_name": name, "recurrence": recurrence, "min_size": 0}),
        (("autoscaling_group_name", "name"),),
        SetAttribute(f"schedule.{name}", None, recurrence),
        name,
    )


@pytest.mark.parametrize("below", ["", '\noutput "n" {\n  value = 1\n}\n', 'output "n" {\n  value = 1\n}\n'])
def test_two_of_one_type_stand_one_below_the_other_under_names_of_their_own(code, below):
    group = 'resource "aws_autoscaling_group" "web" {\n  max_size = 2\n}\n'
    here = code({"main.tf": group + below, ".terraform.lock.hcl": LOCK})

    made = here.draft("aws_autoscaling_group.web", schedule("down", "0 19 * * *"), schedule("up", "0 8 * * *"))

    assert made.doubts == ()
    added = "\n".join(
        f'\nresource "aws_autoscaling_schedule" "web_{name}" {{\n'
        "  autoscaling_group_name = aws_autoscaling_group.web.name\n"
        f'  scheduled_action_name  = "{name}"\n  recurrence             = "{when}"\n'
        "  min_size               = 0\n}"
        for name, when in (("down", "0 19 * * *"), ("up", "0 8 * * *"))
    )
    after = apply_edits(here.contents, made.edits)["main.tf"].decode()
    assert after == group + added + "\n" + ("\n" if below.startswith("output") else "") + below
    assert {e.address for e in made.expected} == {
        "aws_autoscaling_schedule.web_down",
        "aws_autoscaling_schedule.web_up",
    }


TAG = SetAttribute("tags.Schedule", None, "office-hours")
MACHINE = """
    resource "aws_instance" "a" {
      ami = "ami-1"
      %s
    }
"""


@pytest.mark.parametrize(
    ("tags", "shown"),
    [
        ('tags = { Name = "a" }', '+  tags = { Name = "a", Schedule = "office-hours" }\n'),
        ('tags = {\n        Name = "a"\n      }', '+    Schedule = "office-hours"\n'),
    ],
)
def test_a_tag_is_added_to_those_that_are_written(code, tags, shown):
    here = code({"main.tf": MACHINE % tags, ".terraform.lock.hcl": LOCK})

    made = here.draft("aws_instance.a", TAG)

    assert shown.replace(" ", "") in here.shown(made).replace(" ", "")


def test_where_there_are_no_tags_none_are_written_as_a_block(code):
    made = code({"main.tf": MACHINE % "", ".terraform.lock.hcl": LOCK}).draft("aws_instance.a", TAG)

    assert made.edits == ()
    assert made.doubts == ('main.tf:1: aws_instance.a has no tags; add tags = { "Schedule" = "office-hours" } by hand',)


def test_arguments_with_dots_stand_in_nested_blocks(code):
    rule = AddResource(
        "aws_s3_bucket_lifecycle_configuration",
        Attributes({"rule.id": "drop", "rule.status": "Enabled", "rule.filter.prefix": "", "rule.drop.after.days": 7}),
        (("bucket", "id"),),
        SetAttribute("lifecycle.abort_days", None, 7),
    )
    bucket = """
    resource "aws_s3_bucket" "runs" {
      bucket = "runs"
    }
    """
    here = code({"main.tf": bucket, ".terraform.lock.hcl": LOCK})

    made = here.draft("aws_s3_bucket.runs", rule)

    assert made.doubts == ()
    assert (
        here.shown(made).replace("+\n", "").replace("+", "").strip()
        == """\
resource "aws_s3_bucket_lifecycle_configuration" "runs" {
  bucket = aws_s3_bucket.runs.id
  rule {
    id     = "drop"
    status = "Enabled"
    filter {
      prefix = ""
    }
    drop {
      after {
        days = 7
      }
    }
  }
}"""
    )
    assert made.expected == (ExpectedChange("aws_s3_bucket_lifecycle_configuration.runs", ("create",), ()),)


def test_a_provider_before_the_resource_makes_it_a_ticket(code):
    old = LOCK.replace("5.31.0", "3.75.2")
    rule = AddResource(
        "aws_s3_bucket_lifecycle_configuration",
        Attributes({"rule.status": "Enabled"}),
        (("bucket", "id"),),
        SetAttribute("lifecycle.abort_days", None, 7),
    )
    here = code({"main.tf": 'resource "aws_s3_bucket" "runs" {\n}\n', ".terraform.lock.hcl": old})

    made = here.draft("aws_s3_bucket.runs", rule)

    assert not made.edits
    assert "4.0.0" in made.doubts[0]
