"""Texts that are put together: the part that has to change is edited where it is written, and nothing else."""

import pytest

from remediator.edit.splice import apply_edits
from remediator.model import ExpectedChange, SetAttribute
from tests.edit.parts import DEFAULT, SIZE, TYPE, variable
from tests.edit.sizes import LARGE, SMALLER, web

NUMBER = "-  default = 4\n+  default = 2\n"
SIZES = """
variable "sizes" {
  default = {
    dev  = "large"   # a
    prod = "4xlarge" # b
  }
}
"""
TYPE_IN_LOCALS = """
locals {
  part = "${var.size}"
  type = "m5.${trimspace("")}${local.part}"
}
"""


@pytest.mark.parametrize(
    ("main", "shown"),
    [
        (web(TYPE) + SIZE, DEFAULT),
        (web('"${var.family}.${var.size}"') + variable("family", '"m5"') + SIZE, DEFAULT),
        (web('"m5.${var.sizes["prod"]}"') + SIZES, '-    prod = "4xlarge" # b\n+    prod = "2xlarge" # b\n'),
        (web('"m5.${var.n}xlarge"') + variable("n", "4"), NUMBER),
        (web('"m5.${var.n}xlarge"') + variable("n", "4", "string"), NUMBER),
        (web('"m5.${var.n}xlarge"') + variable("n", '"4"', "number"), NUMBER.replace("4", '"4"').replace("2", '"2"')),
        (web("local.type") + SIZE + TYPE_IN_LOCALS, DEFAULT),
        (web('format("m5.%s", var.size)') + SIZE, DEFAULT),
        (web('lower("m5.${trimspace(var.size)}")') + SIZE, DEFAULT),
        (web('trimprefix("m5.${var.n}xlarge", "aws.")') + variable("n", "4"), NUMBER),
        (web('format("m5.%dxlarge", var.n)') + variable("n", "4"), NUMBER),
        (web('join(".", ["m5", var.size])') + SIZE, DEFAULT),
        (web('var.big ? "m5.${var.size}" : "t3.${var.size}"') + SIZE + variable("big", "true"), DEFAULT),
        (web('"m5.%{ if true }${var.size}%{ else }x%{ endif }"') + SIZE, DEFAULT),
    ],
)
def test_the_part_that_is_written_elsewhere(code, main, shown):
    here = code({"main.tf": main})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == shown


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"${var.family}.4xlarge"', '"${var.family}.2xlarge"'),
        ('"${ var.family }.4xlarge"', '"${ var.family }.2xlarge"'),
        ('"${var.family}.4${var.end}"', '"${var.family}.2${var.end}"'),
        ('"m5.4${var.end}"', '"m5.2${var.end}"'),
        ('"${var.family}.${4}xlarge"', '"${var.family}.${2}xlarge"'),
        ('format("%s.%s", var.family, "4xlarge")', 'format("%s.%s", var.family, "2xlarge")'),
        ('format("%s.4xlarge", var.family)', 'format("%s.2xlarge", var.family)'),
        ('formatlist("%s.4xlarge", [var.family])[0]', 'formatlist("%s.2xlarge", [var.family])[0]'),
        ('format(true ? "m5.4%s" : "%s", var.end)', 'format(true ? "m5.2%s" : "%s", var.end)'),
        ('join(".", ["m5", "4xlarge"])', 'join(".", ["m5", "2xlarge"])'),
        ('lower("M5") == "m5" ? "${var.family}.4xlarge" : ""', 'lower("M5") == "m5" ? "${var.family}.2xlarge" : ""'),
    ],
)
def test_the_part_that_is_written_on_the_spot(code, before, after):
    here = code({"main.tf": web(before) + variable("family", '"m5"') + variable("end", '"xlarge"')})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == f"-  instance_type = {before}\n+  instance_type = {after}\n"
    assert made.evaluated == (ExpectedChange("aws_instance.web", ("update",), ("instance_type",)),)


@pytest.mark.parametrize(
    ("before", "after", "target"),
    [
        ('"é-${var.x}.ö"', '"é-${var.x}.ü"', "é-$1.ü"),
        ('"$${a}\\t${var.x}"', '"$${b}\\t${var.x}"', "${b}\t$1"),
        ('"a${var.x}"', '"q\\"$${b${var.x}"', 'q"${b$1'),
    ],
)
def test_text_keeps_its_escapes(code, before, after, target):
    here = code({"main.tf": web(before) + variable("x", '"1"')})
    live = {"é": "é-1.ö", "$": "${a}\t1", "a": "a1"}[before[1]]
    change = SetAttribute("instance_type", live, target.replace("$1", "1"))

    made = here.draft("aws_instance.web", change, state={"instance_type": live})

    assert here.shown(made) == f"-  instance_type = {before}\n+  instance_type = {after}\n"


@pytest.mark.parametrize(
    "before",
    [
        '"${var.family ~} .4xlarge"',
        "<<-E\n    ${var.family}.4xlarge\n  E\n",
        'format("%s.4x\\u006carge", var.family)',
        'templatefile("t.tftpl", { family = var.family })',
        'templatefile("e.tftpl", { family = var.family })',
        '"${substr("m5x", 0, 2)}.${lower("4XLARGE")}"',
        'trimspace("m5.${"4xlarge"} ")',
    ],
)
def test_text_that_does_not_stand_there_as_it_is_stays(code, before):
    here = code({"main.tf": web(before) + variable("family", '"m5"'), "t.tftpl": "${family}.4xlarge",
                 "e.tftpl": '${family}.${"4xlarge"}'})  # fmt: skip
    end = "\n" if before.startswith("<<") else ""
    change = SetAttribute("instance_type", f"m5.4xlarge{end}", f"m5.2xlarge{end}")

    made = here.draft("aws_instance.web", change, state={"instance_type": change.live})

    assert made.edits == ()
    assert "main.tf:2: instance_type has no single literal: it is" in made.doubts[0]


@pytest.mark.parametrize(
    ("type_", "target"),
    [
        (TYPE, "r5.2xlarge"),
        ('"${var.family}.${var.size}"', "r5.2xlarge"),
        ('"m5.${var.size}"', "m5."),
        ('"${var.family}.${var.size}"', "m5.4.4xlarge"),
        ('"${var.family}${var.size}"', "m5y4xlarge"),
        ('"${var.size}.${var.size}"', "2xlarge.2xlarge"),
    ],
)
def test_where_no_single_part_is_the_one_there_is_no_edit(code, type_, target):
    here = code({"main.tf": web(type_) + SIZE + variable("family", '"m5"')})
    live = type_.strip('"').replace("${var.family}", "m5").replace("${var.size}", "4xlarge")

    made = here.draft("aws_instance.web", SetAttribute("instance_type", live, target), state={"instance_type": live})

    assert made.edits == ()
    assert "part could change to make it" in made.doubts[0] or "parts could change to make it" in made.doubts[0]


@pytest.mark.parametrize(
    ("live", "target", "text"),
    [
        ("m5.large", "m5.xlarge", "xlarge"),
        ("m5.large", "m5.2xlarge", "2xlarge"),
        ("m5.xlarge", "m5.16xlarge", "16xlarge"),
        ("m5.24xlarge", "m5.4xlarge", "4xlarge"),
        ("m5.2xlarge", "m5.metal", "metal"),
    ],
)
def test_the_mark_between_two_parts_stays_where_it_is(code, live, target, text):
    here = code({"main.tf": web(TYPE) + variable("size", f'"{live.partition(".")[2]}"')})

    made = here.draft("aws_instance.web", SetAttribute("instance_type", live, target), state={"instance_type": live})

    assert here.shown(made).splitlines()[1] == f'+  default = "{text}"'


@pytest.mark.parametrize(
    ("type_", "live", "target", "part"),
    [
        ('"m5.${var.part}xlarge"', "m5.xlarge", "m5.2xlarge", "2"),
        ('"x1${var.part}.32xlarge"', "x1.32xlarge", "x1e.32xlarge", "e"),
    ],
)
def test_an_empty_part_takes_what_comes_where_it_stands(code, type_, live, target, part):
    here = code({"main.tf": web(type_) + variable("part", '""')})

    made = here.draft("aws_instance.web", SetAttribute("instance_type", live, target), state={"instance_type": live})

    assert here.shown(made) == f'-  default = ""\n+  default = "{part}"\n'


def test_where_an_empty_part_could_take_it_as_well_as_its_neighbour_there_is_no_edit(code):
    here = code({"main.tf": web('"${var.name}${var.end}"') + variable("name", '"web"') + variable("end", '""')})
    change = SetAttribute("instance_type", "web", "web-x")

    made = here.draft("aws_instance.web", change, state={"instance_type": "web"})

    assert made.edits == ()
    assert "several parts could change to make it 'web-x'" in made.doubts[0]


def test_a_verb_that_would_come_into_the_pattern_is_seen(code):
    here = code({"main.tf": web('format("a-%s", var.size)') + SIZE})
    change = SetAttribute("instance_type", "a-4xlarge", "100%d-4xlarge")

    made = here.draft("aws_instance.web", change, state={"instance_type": "a-4xlarge"})

    assert made.edits == ()
    assert "instance_type" in made.doubts[0]


def test_a_function_that_would_make_another_text_is_seen(code):
    here = code({"main.tf": web("lower(var.type)") + variable("type", '"m5.4xlarge"')})
    change = SetAttribute("instance_type", "m5.4xlarge", "M5.2xlarge")

    made = here.draft("aws_instance.web", change, state=LARGE)

    assert made.edits == ()
    assert "the edit would not give instance_type the value M5.2xlarge" in made.doubts[0]


def test_code_state_and_live_are_compared_as_a_whole(code):
    here = code({"main.tf": web(TYPE) + SIZE})

    made = here.draft("aws_instance.web", SetAttribute("instance_type", "m5.8xlarge", "m5.2xlarge"), state=LARGE)
    ahead = here.draft("aws_instance.web", SetAttribute("instance_type", "m5.8xlarge", "m5.4xlarge"), state=LARGE)

    assert "instance_type is m5.4xlarge in the code, m5.4xlarge in the state and m5.8xlarge live" in made.doubts[0]
    assert "code is ahead of live: apply is pending" in " ".join(ahead.doubts)


def test_a_number_that_is_put_together(code):
    text = 'resource "aws_ebs_volume" "v" {\n  size = "${var.n}00"\n}\n' + variable("n", "4")
    here = code({"main.tf": text})

    made = here.draft("aws_ebs_volume.v", SetAttribute("size", 400, 200), state={"size": 400})

    assert here.shown(made) == NUMBER


def test_a_secret_part_is_shown_to_nobody(code):
    secret = 'variable "size" {\n  default   = "4xlarge"\n  sensitive = true\n}\n'
    for type_ in (TYPE, f"nonsensitive({TYPE})"):
        made = code({"main.tf": web(type_) + secret}).draft("aws_instance.web", SMALLER, state=LARGE)

        assert made.edits == ()
        assert "4xlarge" not in made.doubts[0]


def test_an_element_of_a_set_is_no_part_to_change(code):
    text = web("each.value", '  for_each = toset(["m5.${var.size}"])\n') + SIZE

    made = code({"main.tf": text}).draft('aws_instance.web["m5.4xlarge"]', SMALLER, state=LARGE)

    assert made.edits == ()
    assert 'would also change aws_instance.web["m5.2xlarge"]' in made.doubts[0]


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
