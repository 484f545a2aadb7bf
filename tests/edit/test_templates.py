"""Texts that are put together: the part that has to change is edited where it is written, and nothing else."""

import pytest

from remediator.config import RootConfig
from remediator.edit.splice import apply_edits
from remediator.model import Role, SetAttribute

SMALLER = SetAttribute("instance_type", "m5.4xlarge", "m5.2xlarge")
LARGE = {"instance_type": "m5.4xlarge"}
TYPE = '"m5.${var.size}"'


def web(type_: str, more: str = "", name: str = "web") -> str:
    return f'resource "aws_instance" "{name}" {{\n{more}  instance_type = {type_}\n}}\n'


def variable(name: str, default: str, type_: str | None = None) -> str:
    typed = f"  type    = {type_}\n" if type_ else ""
    return f'variable "{name}" {{\n{typed}  default = {default}\n}}\n'


SIZE = variable("size", '"4xlarge"')


@pytest.mark.parametrize(
    ("main", "shown"),
    [
        (web(TYPE) + SIZE, '-  default = "4xlarge"\n+  default = "2xlarge"\n'),
        (
            web('"${var.family}.4xlarge"') + variable("family", '"m5"'),
            '-  instance_type = "${var.family}.4xlarge"\n+  instance_type = "${var.family}.2xlarge"\n',
        ),
        (
            web('"${var.family}.${var.size}"') + variable("family", '"m5"') + SIZE,
            '-  default = "4xlarge"\n+  default = "2xlarge"\n',
        ),
        (
            web('"m5.${var.sizes[var.env]}"')
            + variable("env", '"prod"')
            + 'variable "sizes" {\n  default = {\n    dev  = "large"   # a\n    prod = "4xlarge" # b\n  }\n}\n',
            '-    prod = "4xlarge" # b\n+    prod = "2xlarge" # b\n',
        ),
        (web('"m5.${var.n}xlarge"') + variable("n", "4"), "-  default = 4\n+  default = 2\n"),
        (web('"m5.${var.n}xlarge"') + variable("n", "4", "string"), "-  default = 4\n+  default = 2\n"),
        (web('"m5.${var.n}xlarge"') + variable("n", '"4"', "number"), '-  default = "4"\n+  default = "2"\n'),
        (
            web("local.type") + SIZE + 'locals {\n  part = "${var.size}"\n  type = "m5.${trimspace("")}${local.part}"\n}\n',
            '-  default = "4xlarge"\n+  default = "2xlarge"\n',
        ),
        (web('format("m5.%s", var.size)') + SIZE, '-  default = "4xlarge"\n+  default = "2xlarge"\n'),
        (web('format("m5.%dxlarge", var.n)') + variable("n", "4"), "-  default = 4\n+  default = 2\n"),
        (web('join(".", ["m5", var.size])') + SIZE, '-  default = "4xlarge"\n+  default = "2xlarge"\n'),
        (
            web('join(".", ["m5", "4xlarge"])'),
            '-  instance_type = join(".", ["m5", "4xlarge"])\n+  instance_type = join(".", ["m5", "2xlarge"])\n',
        ),
        (web('var.big ? "m5.${var.size}" : "t3.${var.size}"') + SIZE + variable("big", "true"),
         '-  default = "4xlarge"\n+  default = "2xlarge"\n'),
        (web('"m5.%{ if true }${var.size}%{ else }x%{ endif }"') + SIZE, '-  default = "4xlarge"\n+  default = "2xlarge"\n'),
        (web("<<-E\n    m5.${var.size}\n  E\n  ").replace("    m5", "    m5"), None),
    ],
)  # fmt: skip
def test_the_part_that_changes(code, main, shown):
    here = code({"main.tf": main})
    state = LARGE
    change = SMALLER
    if shown is None:
        change, state = SetAttribute("instance_type", "m5.4xlarge\n", "m5.2xlarge\n"), {"instance_type": "m5.4xlarge\n"}
        here, shown = code({"main.tf": main + SIZE}), '-  default = "4xlarge"\n+  default = "2xlarge"\n'
    made = here.draft("aws_instance.web", change, state=state)
    assert here.shown(made) == shown


@pytest.mark.parametrize("type_", ['"${var.family}.4xlarge"', 'true ? "m5.4xlarge" : "m5.large"'])
def test_comments_behind_it_stay_in_their_column(code, fmt, type_):
    width = len(f"instance_type = {type_}")
    main = web(
        f"{type_} # the size",
        more=f"  {'ami           = ' + repr('a').replace(chr(39), chr(34)):<{width}} # the image\n",
    )
    here = code({"main.tf": main + variable("family", '"m5"')})
    assert fmt(here.contents) == set()

    for target in ("m5.2xlarge", "m5.24xlarge"):
        made = here.draft("aws_instance.web", SetAttribute("instance_type", "m5.4xlarge", target), state=LARGE)

        assert made.doubts == ()
        assert fmt(apply_edits(here.contents, made.edits)) == set()
