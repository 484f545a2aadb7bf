"""An attribute that `ignore_changes` names is not edited."""

import pytest

from remediator.model import SetAttribute
from tests.edit.samples import WEB
from tests.edit.sizes import LARGE, SMALLER


@pytest.mark.parametrize(
    ("ignored", "refused"),
    [
        ("[instance_type]", True),
        ("all", True),
        ('["instance_type"]', True),
        ('["*"]', True),
        ('[tags["a#b"], instance_type]', True),
        ("[\n          # see tags[0\n          instance_type,\n        ]", True),
        ("[instance_type[*].x]", True),
        ("[tags, ami]", False),
        ("[\n          # instance_type is ours\n          tags,\n        ]", False),
        ("[]", False),
        ('[tags.all, tags["all"]]', False),
    ],
)
def test_ignored_changes(code, ignored, refused):
    text = WEB.replace("\n    }", f"\n      lifecycle {{\n        ignore_changes = {ignored}\n      }}\n    }}")
    here = code({"main.tf": text})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert bool(made.doubts) == refused
    assert all("main.tf:5: lifecycle.ignore_changes" in d for d in made.doubts)


@pytest.mark.parametrize(
    ("ignored", "refused"),
    [
        ("root_block_device", True),
        ("root_block_device[0]", True),
        ("root_block_device[0].volume_type", True),
        ('"root_block_device.0.volume_type"', True),
        ("root_block_device[0].volume_size", False),
        ("ebs_block_device", False),
    ],
)
def test_an_ignored_part_of_a_nested_block(code, ignored, refused):
    block = f'root_block_device {{\n volume_type = "gp2"\n }}\n lifecycle {{\n ignore_changes = [{ignored}]\n }}\n'
    here = code({"main.tf": f'resource "aws_instance" "web" {{\n {block}}}\n'})
    gp3 = SetAttribute("root_block_device.volume_type", "gp2", "gp3")

    made = here.draft("aws_instance.web", gp3, state={"root_block_device.volume_type": "gp2"})

    assert bool(made.doubts) == refused
