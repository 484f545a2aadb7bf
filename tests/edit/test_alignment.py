"""What the code, the state and the live resource say of an attribute is compared before anything is edited."""

import pytest

from remediator.model import SetAttribute
from tests.edit.samples import WEB


def test_attributes_at_the_target_already_are_left_alone(code):
    here = code(
        {"main.tf": 'resource "aws_autoscaling_group" "g" {\n  min_size         = 0\n  max_size         = 4\n}\n'}
    )
    bounds = (SetAttribute("min_size", 0, 0), SetAttribute("max_size", 4, 0))

    made = here.draft("aws_autoscaling_group.g", *bounds, state={"min_size": 0, "max_size": 4})
    done = here.draft("aws_autoscaling_group.g", SetAttribute("min_size", 0, 0), state={"min_size": 0})

    assert here.shown(made) == "-  max_size         = 4\n+  max_size         = 0\n"
    assert made.expected[0].attributes == ("max_size",)
    assert done.doubts == ("main.tf:1: code and live are at the target already",)
    assert (made.settled, done.settled) == (False, True)


@pytest.mark.parametrize(
    ("live", "state", "written", "doubt"),
    [
        ("m5.4xlarge", "m5.4xlarge", "m5.xlarge", "m5.xlarge in the code, m5.4xlarge in the state and m5.4xlarge live"),
        (
            "m5.8xlarge",
            "m5.4xlarge",
            "m5.4xlarge",
            "m5.4xlarge in the code, m5.4xlarge in the state and m5.8xlarge live",
        ),
        ("m5.4xlarge", "m5.4xlarge", "m5.2xlarge", "code is ahead of live: apply is pending"),
        ("m5.2xlarge", "m5.8xlarge", "m5.4xlarge", "m5.8xlarge in the state"),
    ],
)
def test_code_state_and_live_must_agree(code, live, state, written, doubt):
    here = code({"main.tf": WEB.replace("m5.4xlarge", written)})

    made = here.draft(
        "aws_instance.web", SetAttribute("instance_type", live, "m5.2xlarge"), state={"instance_type": state}
    )

    assert made.edits == ()
    assert "main.tf:3: instance_type" in made.doubts[0]
    assert doubt in made.doubts[0]


@pytest.mark.parametrize("state", ["m5.4xlarge", "m5.2xlarge"])
def test_code_behind_live_is_aligned_and_terraform_has_nothing_to_do(code, state):
    here = code({"main.tf": WEB})

    made = here.draft(
        "aws_instance.web", SetAttribute("instance_type", "m5.2xlarge", "m5.2xlarge"), state={"instance_type": state}
    )

    assert len(made.edits) == 1
    assert made.expected == ()


def test_code_that_neither_state_nor_live_confirms(code):
    made = code({"main.tf": WEB}).draft("aws_instance.web", SetAttribute("instance_type", None, "m5.large"))

    assert made.doubts == (
        "main.tf:3: instance_type is m5.4xlarge in the code, absent in the state and absent live; "
        "nothing confirms that the code is what runs",
    )
