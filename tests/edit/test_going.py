"""Attributes and nested blocks that go, and blocks within blocks that come."""

import pytest

from remediator.edit.edits import apply_edits
from remediator.model import ExpectedChange, SetAttribute

LOCK = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n'
VOLUME = """
    resource "aws_ebs_volume" "data" {
      size       = 100
      type       = "io1"
      # as the vendor asks
      iops       = 3000 # was 9000
      throughput = 125
    }
"""
NO_IOPS = SetAttribute("iops", 3000, None)


def test_an_attribute_goes_with_its_line(code):
    here = code({"main.tf": VOLUME, ".terraform.lock.hcl": LOCK})

    made = here.draft("aws_ebs_volume.data", SetAttribute("type", "io1", "gp3"), NO_IOPS, state={"type": "io1"})

    assert here.shown(made) == '-  type       = "io1"\n+  type       = "gp3"\n-  iops       = 3000 # was 9000\n'
    assert made.expected == (ExpectedChange("aws_ebs_volume.data", ("update",), ("type", "iops")),)


def test_the_longest_name_goes_and_the_others_close_up(code):
    here = code({"main.tf": VOLUME})

    made = here.draft("aws_ebs_volume.data", SetAttribute("throughput", 125, None))

    assert here.shown(made) == ("-  iops       = 3000 # was 9000\n-  throughput = 125\n+  iops = 3000 # was 9000\n")


@pytest.mark.parametrize(
    ("above", "below", "left"),
    [
        ("  # why\n  // so\n", "", ""),
        ("  # why\n", "\n  b = 1\n", "  b = 1\n"),
        ("  # why\n", "  # b\n  b = 1\n", "  # b\n  b = 1\n"),
        ("  # both\n", "  b = 1\n", "  # both\n  b = 1\n"),
        ("# not as deep\n", "", "# not as deep\n"),
        ("  /* why\n  # so */\n", "", "  /* why\n  # so */\n"),
        ("  # apart\n\n", "", "  # apart\n"),
    ],
)
def test_a_comment_goes_with_what_alone_it_stands_above(code, above, below, left):
    text = 'resource "aws_x" "a" {\n  c = 1\n\n'
    here = code({"main.tf": (text + above + "  size = 8\n" + below + "}\n").encode()})

    made = here.draft("aws_x.a", SetAttribute("size", 8, None), state={"size": 8})

    assert made.doubts == ()
    after = apply_edits(here.contents, made.edits)["main.tf"].decode()
    assert after.replace("\n\n", "\n") == (text + left + "}\n").replace("\n\n", "\n")


def test_what_is_not_written_needs_no_edit(code):
    here = code({"main.tf": VOLUME.replace("iops       = 3000 # was 9000", ""), ".terraform.lock.hcl": LOCK})

    made = here.draft("aws_ebs_volume.data", SetAttribute("type", "io1", "gp3"), NO_IOPS, state={"type": "io1"})

    assert here.shown(made) == '-  type       = "io1"\n+  type       = "gp3"\n'


MODULE = """
    variable "iops" {
      default = 3000
    }
    resource "aws_ebs_volume" "data" {
      size = 100
      iops = var.iops
    }
"""
TWICE = 'module "a" {\n  source = "./m"\n}\nmodule "b" {\n  source = "./m"\n  iops = 3000\n}\n'


def test_in_a_module_called_twice_the_argument_becomes_null(code):
    here = code({"m/main.tf": MODULE, "main.tf": TWICE})

    one = here.draft("module.b.aws_ebs_volume.data", NO_IOPS, others=["module.a.aws_ebs_volume.data"])
    both = here.draft(
        "module.b.aws_ebs_volume.data",
        NO_IOPS,
        others=["module.a.aws_ebs_volume.data"],
        also=["module.a.aws_ebs_volume.data"],
    )

    assert here.shown(one) == "-  iops = 3000\n+  iops = null\n"
    assert here.shown(both) == "-  iops = var.iops\n"


def test_an_attribute_in_json_becomes_null(code):
    text = '{"resource": {"aws_ebs_volume": {"data": {"iops": 3000, "size": 1}}}}'
    here = code({"main.tf.json": text})

    made = here.draft("aws_ebs_volume.data", NO_IOPS)

    assert made.edits[0].new == b"null", made.doubts


SPOT = """
    resource "aws_instance" "a" {
      ami = "ami-1"

      # cheap, while it lasts
      instance_market_options {
        market_type = "spot"

        spot_options {
          max_price = "0.1"
        }
      }

      ebs_block_device {
        device_name = "/dev/sdf"
      }

      ebs_block_device {
        device_name = "/dev/sdg"
      }
    }
"""


def test_a_block_goes_with_its_comment_and_all_that_it_holds(code):
    here = code({"main.tf": SPOT})

    made = here.draft("aws_instance.a", SetAttribute("instance_market_options", "spot", None))

    assert here.shown(made) == (
        "-  # cheap, while it lasts\n"
        '-  instance_market_options {\n-    market_type = "spot"\n-\n-    spot_options {\n'
        '-      max_price = "0.1"\n-    }\n-  }\n-\n'
    )
    assert made.expected[0].attributes == ("instance_market_options",)


@pytest.mark.parametrize(
    ("action", "doubt"),
    [
        (SetAttribute("ebs_block_device", None, None), "main.tf:13: ebs_block_device is there 2 times"),
        (SetAttribute("instance_market_options", "spot", "x"), "main.tf:5: instance_market_options is a block"),
    ],
)
def test_which_blocks_do_not_go(code, action, doubt):
    made = code({"main.tf": SPOT}).draft("aws_instance.a", action)

    assert made.edits == ()
    assert any(doubt in d for d in made.doubts), made.doubts


def test_blocks_within_blocks_are_added(code):
    here = code({"main.tf": 'resource "aws_instance" "a" {\n  ami = "ami-1"\n}\n'})

    made = here.draft(
        "aws_instance.a",
        SetAttribute("instance_market_options.market_type", None, "spot"),
        SetAttribute("instance_market_options.spot_options.max_price", None, "0.1"),
        SetAttribute("instance_market_options.spot_options.spot_instance_type", None, "one-time"),
    )

    assert here.shown(made) == (
        '+\n+  instance_market_options {\n+    market_type = "spot"\n+\n+    spot_options {\n'
        '+      max_price          = "0.1"\n+      spot_instance_type = "one-time"\n+    }\n+  }\n'
    )


def test_a_block_is_added_inside_one_that_is_there(code):
    here = code(
        {"main.tf": 'resource "aws_instance" "a" {\n  instance_market_options {\n    market_type = "spot"\n  }\n}\n'}
    )

    made = here.draft("aws_instance.a", SetAttribute("instance_market_options.spot_options.max_price", None, "0.1"))

    assert here.shown(made) == '+\n+    spot_options {\n+      max_price = "0.1"\n+    }\n'
