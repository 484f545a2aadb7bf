"""Conditions in the code that the new value would not meet: such an edit could not be applied."""

import pytest

from remediator.model import SetAttribute

SMALLER = SetAttribute("instance_type", "m5.4xlarge", "m5.large")
LARGE = {"instance_type": "m5.4xlarge"}
WEB = """
    resource "aws_instance" "web" {
      ami           = "ami-1"
      instance_type = "m5.4xlarge"
      lifecycle {
        postcondition {
          condition     = CONDITION
          error_message = "too small"
        }
      }
    }
"""


@pytest.mark.parametrize(
    "condition", ['self.instance_type == "m5.4xlarge"', 'endswith(self.instance_type, ".4xlarge")']
)
def test_a_postcondition_that_would_fail(code, condition):
    made = code({"main.tf": WEB.replace("CONDITION", condition)}).draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert "the postcondition of aws_instance.web would fail (main.tf:6)" in made.doubts[0]


@pytest.mark.parametrize(
    "condition", ['self.instance_type != "m5.4xlarge" || true', 'self.ami == "ami-1"', 'self.public_ip != ""']
)
def test_a_postcondition_that_holds_or_is_not_known(code, condition):
    here = code({"main.tf": WEB.replace("CONDITION", condition)})

    assert here.draft("aws_instance.web", SMALLER, state=LARGE).doubts == ()


def test_the_precondition_of_an_output(code):
    output = """
        output "size" {
          value = "x"
          precondition {
            condition     = aws_instance.web.instance_type == "m5.4xlarge"
            error_message = "too small"
          }
        }
    """
    files = {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": WEB.replace("CONDITION", "true") + output}
    made = code(files).draft("module.m.aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert "the precondition of module.m.output.size would fail" in made.doubts[0]
