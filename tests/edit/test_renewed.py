"""What a provider computes anew with a change, and who reads it: they would change as well, so a person decides."""

import pytest

from remediator.model import SetAttribute

SMALLER = SetAttribute("instance_type", "m5.4xlarge", "m5.large")
LARGE = {"instance_type": "m5.4xlarge"}
TEMPLATE = """
    resource "aws_launch_template" "t" {
      update_default_version = true
      instance_type          = "m5.4xlarge"
    }
    resource "aws_autoscaling_group" "g" {
      launch_template {
        id      = aws_launch_template.t.id
        version = VERSION
      }
    }
"""
INSTANCE = """
    resource "aws_instance" "web" {
      instance_type = "m5.4xlarge"
      root_block_device {
        volume_type = "gp2"
      }
    }
    resource "aws_route53_record" "web" {
      records = [aws_instance.web.ADDRESS]
    }
"""


@pytest.mark.parametrize("version", ["aws_launch_template.t.latest_version", "aws_launch_template.t.default_version"])
def test_a_group_that_takes_the_new_version_of_a_launch_template(code, version):
    here = code({"main.tf": TEMPLATE.replace("VERSION", version)})

    made = here.draft("aws_launch_template.t", SMALLER, state=LARGE)

    assert made.edits == ()
    assert made.doubts == ("main.tf:3: literal aws_launch_template.t would also change aws_autoscaling_group.g",)


def test_a_version_that_goes_through_a_local_and_a_module(code):
    files = {
        "main.tf": TEMPLATE.replace("VERSION", "local.version").replace("aws_launch_template.t.id", '"lt-1"')
        + '\n    locals {\n      version = module.m.version\n    }\n    module "m" {\n      source = "./m"\n    }\n',
        "m/main.tf": """
            variable "size" {
              default = "m5.4xlarge"
            }
            resource "aws_launch_template" "t" {
              dynamic "instance_market_options" {
                for_each = ["spot"]
                content {
                  market_type = instance_market_options.value
                }
              }
              instance_type = var.size
            }
            output "version" {
              value = aws_launch_template.t.latest_version
            }
        """,
    }
    made = code(files).draft("module.m.aws_launch_template.t", SMALLER, state=LARGE)

    assert made.edits == ()
    assert "would also change aws_autoscaling_group.g" in made.doubts[0]


def test_a_group_that_names_the_version_itself_does_not_change(code):
    here = code({"main.tf": TEMPLATE.replace("VERSION", '"$Latest"')})

    made = here.draft("aws_launch_template.t", SMALLER, state=LARGE)

    assert here.shown(made) == '-  instance_type          = "m5.4xlarge"\n+  instance_type          = "m5.large"\n'


@pytest.mark.parametrize("address", ["public_ip", "public_dns"])
def test_a_record_that_holds_the_address_of_an_instance_that_is_stopped_for_it(code, address):
    made = code({"main.tf": INSTANCE.replace("ADDRESS", address)}).draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert made.doubts == ("main.tf:2: literal aws_instance.web would also change aws_route53_record.web",)


def test_what_stays_the_same_or_changes_without_a_stop_reaches_nobody(code):
    gp3 = SetAttribute("root_block_device.volume_type", "gp2", "gp3")
    here = code({"main.tf": INSTANCE.replace("ADDRESS", "public_ip")})
    private = code({"main.tf": INSTANCE.replace("ADDRESS", "private_ip")})

    assert here.draft("aws_instance.web", gp3, state={"root_block_device.volume_type": "gp2"}).doubts == ()
    assert private.draft("aws_instance.web", SMALLER, state=LARGE).doubts == ()


@pytest.mark.parametrize(
    "block",
    [
        "scaling_config {\n desired_size = 4\n }",
        'dynamic "scaling_config" {\n for_each = [4]\n content {\n desired_size = scaling_config.value\n }\n }',
    ],
)
def test_what_reads_a_nested_block(code, block):
    files = {
        "main.tf": f"""
            resource "aws_eks_node_group" "gpu" {{
              node_role_arn = "arn"
              {block}
            }}
            resource "aws_ssm_parameter" "size" {{
              value = aws_eks_node_group.gpu.scaling_config[0].desired_size
            }}
            resource "aws_ssm_parameter" "role" {{
              value = aws_eks_node_group.gpu.node_role_arn
            }}
        """
    }
    made = code(files).draft(
        "aws_eks_node_group.gpu",
        SetAttribute("scaling_config.desired_size", 4, 2),
        state={"scaling_config.desired_size": 4},
    )

    assert made.edits == ()
    assert made.doubts[0].endswith(" would also change aws_ssm_parameter.size")


GROUP = """
    resource "aws_eks_node_group" "gpu" {
      BLOCK
      timeouts {
        create = "1h"
      }
    }
    resource "aws_ssm_parameter" "p" {
      value = aws_eks_node_group.gpu.READ
    }
"""
ONCE = "scaling_config {\n desired_size = 4\n max_size = 8\n inner {\n size = 4\n }\n }"
FEWER = SetAttribute("scaling_config.desired_size", 4, 2)


@pytest.mark.parametrize(
    "read",
    [
        "scaling_config[0].max_size",
        "scaling_config.0.max_size",
        "scaling_config[*].max_size",
        "scaling_config[0].inner[0].size",
        "scaling_config[0].inner[0].computed",
        "timeouts.create",
        "resources[0].name",
    ],
)
def test_what_reads_another_attribute_of_a_nested_block_does_not_change(code, read):
    here = code({"main.tf": GROUP.replace("BLOCK", ONCE).replace("READ", read)})

    made = here.draft("aws_eks_node_group.gpu", FEWER, state={"scaling_config.desired_size": 4})

    assert here.shown(made) == "-desired_size = 4\n+desired_size = 2\n"


@pytest.mark.parametrize(
    ("block", "read"),
    [
        (ONCE, "scaling_config[0].min_size"),  # what is not written may be computed of what is
        (ONCE, "scaling_config[*].desired_size"),
        (ONCE, "scaling_config.desired_size"),
        (ONCE, "scaling_config"),
        ("update_config {\n x = 1\n }\n update_config {\n x = 2\n }\n " + ONCE, "scaling_config[0]"),
    ],
)
def test_what_reads_the_attribute_or_may_follow_from_it_does(code, block, read):
    here = code({"main.tf": GROUP.replace("BLOCK", block).replace("READ", read)})

    made = here.draft("aws_eks_node_group.gpu", FEWER, state={"scaling_config.desired_size": 4})

    assert made.edits == ()
    assert "would also change aws_ssm_parameter.p" in made.doubts[0]


@pytest.mark.parametrize(("read", "reached"), [("volume_id", False), ("device_name", False), ("iops", True)])
def test_a_volume_stays_the_same_volume_when_its_type_changes(code, read, reached):
    gp3 = SetAttribute("root_block_device.volume_type", "gp2", "gp3")
    here = code({"main.tf": INSTANCE.replace("ADDRESS", f"root_block_device[0].{read}")})

    made = here.draft("aws_instance.web", gp3, state={"root_block_device.volume_type": "gp2"})

    assert bool(made.doubts) == reached


@pytest.mark.parametrize(
    "attribute",
    [
        "version = local.size",
        "source = local.size",
        "set {\n      count = local.size\n    }",
        "config {\n      version = local.size\n    }",
    ],
)
def test_what_is_called_like_an_argument_of_a_module(code, attribute):
    files = {
        "main.tf": f"""
            locals {{
              size = "m5.4xlarge"
            }}
            resource "aws_instance" "web" {{
              instance_type = local.size
            }}
            resource "aws_other" "other" {{
              {attribute}
            }}
        """
    }
    made = code(files).draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert made.doubts == ("main.tf:2: local local.size would also change aws_other.other",)


def test_the_tags_that_a_module_gives_through_a_provider_of_its_own(code):
    module = """
        locals {
          size = "m5.4xlarge"
        }
        provider "aws" {
          default_tags {
            tags = {
              size = local.size
            }
          }
        }
        resource "aws_instance" "web" {
          instance_type = local.size
        }
    """
    here = code({"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": module})
    made = here.draft("module.m.aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert made.doubts[0].endswith("would also change module.m.provider.aws")
