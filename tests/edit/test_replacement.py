"""What cannot change in place: made anew before it goes, with what takes its name after it."""

from dataclasses import replace

import pytest

from remediator.edit.edits import apply_edits, draft
from remediator.iac.terraform.configuration.code import Code as Terraform
from remediator.model import Attributes, Effect, ExpectedChange, SetAttribute, StateResource
from tests.edit.conftest import address_of, change

CODE = """
resource "aws_sagemaker_endpoint_configuration" "rank" {
  name_prefix = "rank-"

  production_variants {
    variant_name           = "v1"
    model_name             = aws_sagemaker_model.rank.name
    initial_instance_count = 1
    instance_type          = "ml.m5.2xlarge" # to be sure
  }
LIFECYCLE}

resource "aws_sagemaker_endpoint" "rank" {
  name                 = "rank"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.rank.name
}
"""
WITH = "\n  lifecycle {\n    create_before_destroy = true\n  }\n"
ACTIONS = (
    SetAttribute("production_variants.instance_type", "ml.m5.2xlarge", "ml.m5.xlarge"),
    SetAttribute("lifecycle.create_before_destroy", None, True),
)
SIZE = """\
-    instance_type          = "ml.m5.2xlarge" # to be sure
+    instance_type          = "ml.m5.xlarge" # to be sure
"""


@pytest.fixture
def drafted(code):
    def run(lifecycle):
        here = code({"main.tf": CODE.replace("LIFECYCLE", lifecycle)})
        stated = Attributes({"production_variants.instance_type": "ml.m5.2xlarge"})
        declared = StateResource(address_of("aws_sagemaker_endpoint_configuration.rank"), "rank-1", None, stated)
        updates = (("aws_sagemaker_endpoint.rank", "endpoint_config_name"),)
        wanted = replace(change(declared, *ACTIONS), effect=Effect.REPLACEMENT, updates=updates)
        root = here.roots[0]
        return here, draft(wanted, root, Terraform(here.index(), here.blobs.__getitem__, here.roots, [declared], ()))

    return run


def test_the_new_one_comes_before_the_old_one_goes(drafted) -> None:
    here, made = drafted("")

    assert made.doubts == ()
    after = apply_edits(here.contents, made.edits)["main.tf"].decode()
    assert after == here.contents["main.tf"].decode().replace('"ml.m5.2xlarge"', '"ml.m5.xlarge"').replace(
        "  }\n}\n\nresource", "  }\n" + WITH + "}\n\nresource"
    )
    assert made.expected == (
        ExpectedChange("aws_sagemaker_endpoint_configuration.rank", ("create", "delete"), ("production_variants",)),
        ExpectedChange("aws_sagemaker_endpoint.rank", ("update",), ("endpoint_config_name",)),
    )
    # the code alone shows an update, since it knows of no value that a provider makes
    assert made.evaluated == (
        ExpectedChange("aws_sagemaker_endpoint_configuration.rank", ("update",), ("production_variants",)),
    )


def test_what_says_so_already_stays_as_it_is(drafted) -> None:
    here, made = drafted(WITH)

    assert here.shown(made) == SIZE


def test_what_says_the_opposite_is_a_persons_decision(drafted) -> None:
    _, made = drafted(WITH.replace("true", "false"))

    assert "lifecycle.create_before_destroy is false in the code" in made.doubts[0] and not made.edits
