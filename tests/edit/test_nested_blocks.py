"""Nested blocks added, changed and removed, each as `terraform fmt` would have it."""

import pytest

from remediator.edit.edits import apply_edits
from remediator.model import SetAttribute, Value

LOCK = 'provider "registry.terraform.io/hashicorp/aws" {\n  version = "5.31.0"\n}\n'
PLAIN = """
    resource "TYPE" "x" {
      name = "x"

      tags = {
        team = "ranking"
      }
    }
"""
BLOCKS = {
    "root_block_device.volume_type": ("aws_instance", """
      root_block_device {
        volume_type = "gp2"
        volume_size = 100 # GiB
      }
    """, "gp2", "gp3"),
    "instance_market_options.market_type": ("aws_instance", """
      instance_market_options {
        market_type = "spot"
      }
    """, "spot", "capacity-block"),
    "instance_market_options.spot_options.max_price": ("aws_launch_template", """
      instance_market_options {
        market_type = "spot"

        spot_options {
          max_price = "0.1"
        }
      }
    """, "0.1", "0.2"),
    "lifecycle.create_before_destroy": ("aws_instance", """
      lifecycle {
        create_before_destroy = true
        ignore_changes        = [ami]
      }
    """, True, False),
    "scaling_config.min_size": ("aws_eks_node_group", """
      scaling_config {
        desired_size = 2
        max_size     = 4
        min_size     = 1
      }
    """, 1, 0),
    "mixed_instances_policy.instances_distribution.on_demand_base_capacity": ("aws_autoscaling_group", """
      mixed_instances_policy {
        instances_distribution {
          on_demand_base_capacity = 2
          spot_allocation_strategy = "lowest-price"
        }

        launch_template {
          launch_template_specification {
            launch_template_id = "lt-1"
          }

          override {
            instance_type = "m5.large"
          }

          override {
            instance_type = "m5a.large"
          }
        }
      }
    """.replace("base_capacity = ", "base_capacity  = "), 2, 0),
}  # fmt: skip
"""By path: the resource's type, the block that holds it, its value there and another one."""


def with_block(path: str) -> str:
    type_, block, _, _ = BLOCKS[path]
    inside = "\n".join(line for line in block.strip("\n ").splitlines())
    return PLAIN.replace("TYPE", type_).replace('      name = "x"\n', f'      name = "x"\n\n      {inside}\n')


@pytest.mark.parametrize("path", BLOCKS)
def test_a_value_in_it_changes(code, fmt, path):
    _, _, old, new = BLOCKS[path]
    here = code({"main.tf": with_block(path), ".terraform.lock.hcl": LOCK})

    made = here.draft(f"{BLOCKS[path][0]}.x", SetAttribute(path, old, new), state={path: old})

    assert made.doubts == ()
    assert fmt({"main.tf": here.contents["main.tf"]}) == set()
    assert fmt(apply_edits(here.contents, made.edits)) == set()
    assert len(made.edits) == 1
    top = path.split(".")[0]
    assert [e.attributes for e in made.expected] == ([] if top == "lifecycle" else [(top,)])
    shown = [line.split("#")[0].split() for line in here.shown(made).splitlines()]
    assert [(line[0][0], line[-1].strip('"')) for line in shown] == [("-", text(old)), ("+", text(new))]


@pytest.mark.parametrize("path", BLOCKS)
def test_it_is_added_with_all_that_is_around_it(code, fmt, path):
    type_, _, _, new = BLOCKS[path]
    here = code({"main.tf": PLAIN.replace("TYPE", type_), ".terraform.lock.hcl": LOCK})

    made = here.draft(f"{type_}.x", SetAttribute(path, None, new))

    assert made.doubts == ()
    assert fmt(apply_edits(here.contents, made.edits)) == set()
    added = [line[1:].strip() for line in here.shown(made).splitlines()]
    *outer, name = path.split(".")
    assert [line for line in added if line] == [
        *(f"{block} {{" for block in outer), f"{name} = {written(new)}", *("}" for _ in outer),
    ]  # fmt: skip


@pytest.mark.parametrize("path", BLOCKS)
def test_it_goes_with_all_that_it_holds(code, fmt, path):
    type_, _, old, _ = BLOCKS[path]
    here = code({"main.tf": with_block(path), ".terraform.lock.hcl": LOCK})

    made = here.draft(f"{type_}.x", SetAttribute(path.split(".")[0], old, None))

    assert made.doubts == ()
    assert apply_edits(here.contents, made.edits) == {
        "main.tf": code({"main.tf": PLAIN.replace("TYPE", type_)}).contents["main.tf"]
    }


@pytest.mark.parametrize("path", BLOCKS)
def test_a_value_in_it_goes(code, fmt, path):
    type_, _, old, _ = BLOCKS[path]
    here = code({"main.tf": with_block(path), ".terraform.lock.hcl": LOCK})

    made = here.draft(f"{type_}.x", SetAttribute(path, old, None))

    assert made.doubts == ()
    assert fmt(apply_edits(here.contents, made.edits)) == set()
    assert any(line.startswith("-") and path.split(".")[-1] in line for line in here.shown(made).splitlines())


def text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def written(value: Value) -> str:
    return f'"{value}"' if isinstance(value, str) else text(value)


def test_a_lifecycle_that_no_plan_shows_is_expected_of_none(code):
    here = code({"main.tf": 'resource "aws_instance" "a" {\n  ami = "ami-1"\n}\n'})

    made = here.draft("aws_instance.a", SetAttribute("lifecycle.prevent_destroy", None, True))

    assert "prevent_destroy = true" in here.shown(made)
    assert (made.expected, made.evaluated, made.silent) == ((), (), ())
