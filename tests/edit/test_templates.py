"""Texts that are put together: the part that has to change is edited where it is written, and nothing else."""

import json
import time
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.config import RootConfig
from remediator.edit.splice import apply_edits
from remediator.iac.terraform.configuration.layers import layers
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.splicing import spliced
from remediator.iac.terraform.language.values import Evaluated
from remediator.model import ExpectedChange, Role, SetAttribute

SMALLER = SetAttribute("instance_type", "m5.4xlarge", "m5.2xlarge")
LARGE = {"instance_type": "m5.4xlarge"}
TYPE = '"m5.${var.size}"'


def web(type_: str, more: str = "", name: str = "web") -> str:
    return f'resource "aws_instance" "{name}" {{\n{more}  instance_type = {type_}\n}}\n'


def variable(name: str, default: str, type_: str | None = None) -> str:
    typed = f"  type    = {type_}\n" if type_ else ""
    return f'variable "{name}" {{\n{typed}  default = {default}\n}}\n'


SIZE = variable("size", '"4xlarge"')


DEFAULT = '-  default = "4xlarge"\n+  default = "2xlarge"\n'
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
    ("size", "shown"),
    [
        ('"4xlarge"', '-  instance_type = CALL"4xlarge" })\n+  instance_type = CALL"2xlarge" })\n'),
        ("var.size", DEFAULT),
        ('"${4}xlarge"', '-  instance_type = CALL"${4}xlarge" })\n+  instance_type = CALL"${2}xlarge" })\n'),
    ],
)
@pytest.mark.parametrize("template", ["m5.${size}", '${"m5"}.${size}', '%{ if size != "" }m5.${size}%{ endif }'])
def test_what_a_template_file_is_given(code, size, shown, template):
    call = 'templatefile("t.tftpl", { size = '
    here = code({"main.tf": web(f"{call}{size} }})") + SIZE, "t.tftpl": template})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == shown.replace("CALL", call)


def test_the_trace_leads_through_the_template_to_the_part(code):
    text = web('"m5.${var.big ? var.size : "large"}"') + SIZE + variable("big", "true")

    made = code({"main.tf": text}).draft("aws_instance.web", SMALLER, state=LARGE)

    (trace,) = made.traces
    assert (trace.value, trace.unresolved) == ("m5.4xlarge", None)
    assert [at.role for at in trace.locations] == [Role.ATTRIBUTE, Role.VARIABLE_DEFAULT]
    assert trace.conditions == ("var.big is true",)
    assert made.locations[0].start_line == 5


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


def test_a_part_that_stands_twice_does_not_make_the_whole(code):
    here = code({"main.tf": web('"${var.a}.${var.a}x"') + variable("a", '"4"')})
    change = SetAttribute("instance_type", "4.4x", "2.4x")

    made = here.draft("aws_instance.web", change, state={"instance_type": "4.4x"})

    assert made.edits == ()
    assert "the edit would not give instance_type the value 2.4x" in made.doubts[0]


def test_other_texts_that_the_part_makes_are_siblings(code):
    here = code({"main.tf": web(TYPE) + SIZE + web('"r5.${var.size}"', name="other")})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.edits == ()
    assert made.doubts == ("main.tf:5: variable default var.size would also change aws_instance.other",)


def test_those_that_want_the_same_of_it_are_edited_together(code):
    here = code({"main.tf": web(TYPE) + SIZE + web(TYPE, name="other")})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE, also=["aws_instance.other"])

    assert here.shown(made) == DEFAULT
    assert made.together == ("aws_instance.other",)


FLEET = """
module "web" {
  source = "./m"
}
module "db" {
  source = "./m"
}
"""


@pytest.mark.parametrize(
    ("variables", "type_", "line"),
    [
        (SIZE, TYPE, '+  size   = "2xlarge"'),
        (variable("n", "4"), '"m5.${var.n}xlarge"', "+  n      = 2"),
        (variable("n", "4", "number"), 'format("m5.%sxlarge", var.n)', "+  n      = 2"),
    ],
)
def test_a_shared_part_is_overridden_at_the_one_call(code, variables, type_, line):
    here = code({"main.tf": FLEET, "m/main.tf": web(type_) + variables})

    made = here.draft("module.web.aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == f"{line}\n"


def test_a_shared_default_is_overridden_in_the_file_of_one_root(code):
    prod = RootConfig(path="live", name="prod", state="p", var_files=("prod.tfvars",))
    dev = RootConfig(path="live", name="dev", state="d", var_files=("dev.tfvars",))
    files = {"live/main.tf": web(TYPE) + SIZE, "live/prod.tfvars": "", "live/dev.tfvars": ""}
    here = code(files, roots=(prod, dev))

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert [edit.path for edit in made.edits] == ["live/prod.tfvars"]
    assert here.shown(made) == '+size = "2xlarge"\n'


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


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_document_without_white_space_around_it(code, end):
    here = code(
        {"main.tf": web('jsondecode(trimspace(file("s.json"))).type'), "s.json": '{"type": "m5.4xlarge"}' + end}
    )

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    if end:
        assert "it is" in made.doubts[0]
    else:
        assert [(edit.path, edit.new) for edit in made.edits] == [("s.json", b'"m5.2xlarge"')]


LOOKUP = """
variable "sizes" {
  default = {
    a = "x"
  }
}
locals {
  size = "4xlarge"
}
"""


@pytest.mark.parametrize(
    ("web_type", "other_type", "entry"),
    [
        ('"m5.${lookup(var.sizes, "web", local.size)}"', '"m5.${lookup(var.sizes, "b", local.size)}"', "2xlarge"),
        ('lookup(var.sizes, "web", "m5.${local.size}")', '"r5.${local.size}"', "m5.2xlarge"),
    ],
)
def test_an_entry_behind_a_template_takes_the_part_and_one_before_it_the_whole(code, web_type, other_type, entry):
    here = code({"main.tf": web(web_type) + web(other_type, name="other") + LOOKUP})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == f'-    a = "x"\n+    a   = "x"\n+    web = "{entry}"\n'


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


def test_terraforms_json(code):
    body = {"resource": {"aws_instance": {"web": {"instance_type": "m5.${var.size}"}}}}
    files = {"main.tf.json": json.dumps(body), "v.tf.json": '{"variable": {"size": {"default": "4xlarge"}}}\n'}
    here = code(files)
    written_here = code({"main.tf.json": json.dumps(body).replace("m5.${var.size}", "${var.size}.4xlarge"),
                         "v.tf.json": files["v.tf.json"].replace("4xlarge", "m5")})  # fmt: skip

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)
    refused = written_here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made).splitlines()[1] == '+{"variable": {"size": {"default": "2xlarge"}}}'
    assert refused.edits == ()


def test_the_inputs_of_a_terragrunt_unit(code):
    unit = (
        'terraform {\n  source = "../../m"\n}\nlocals {\n  size = "4xlarge"\n}\n'
        'inputs = {\n  type = "m5.${local.size}"\n}\n'
    )
    module = web("var.type") + 'variable "type" {}\n'
    root = RootConfig(path="live/web", state="s")
    here = code({"live/web/terragrunt.hcl": unit, "m/main.tf": module}, roots=(root,))

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert here.shown(made) == '-  size = "4xlarge"\n+  size = "2xlarge"\n'


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


@pytest.mark.parametrize("text", ["", "4"])
def test_templates_without_an_end_take_no_time(code, text):
    once = '${{local.l{0} == "{1}" ? "" : local.l{0}}}'
    layer = '  l{1} = "' + "".join(once.replace("{1}", str(at)) for at in range(4)) + '"\n'
    deep = "".join(layer.format(at - 1, at) for at in range(1, 41))
    if text:
        deep = "".join(f'  l{at} = "${{local.l{at - 1}}}${{local.none}}"\n' for at in range(1, 400))
    last = 399 if text else 40
    body = f'locals {{\n  none = ""\n  l0 = "{text}"\n{deep}}}\n'
    each = "".join(f'resource "aws_x" "r{at}" {{\n  y = local.l{at}\n}}\n' for at in range(last))
    here = code({"main.tf": web(f'"m5.${{local.l{last}}}xlarge"') + body, "a.tf": each})
    change = SetAttribute("instance_type", f"m5.{text}xlarge", "m5.2xlarge")

    started = time.monotonic()
    made = here.draft("aws_instance.web", change, state={"instance_type": change.live})

    assert [edit.new for edit in made.edits] == ([] if text else [b"2xlarge"])
    assert time.monotonic() - started < 20


@given(st.data())
def test_the_layers_make_the_whole_what_is_wanted(data):
    def value(depth: int) -> Evaluated:
        if depth and data.draw(st.integers(0, 3)):
            return spliced([value(depth - 1) for _ in range(data.draw(st.integers(1, 4)))])
        plain = data.draw(st.sampled_from(("", "a", "ab", "x1", "1", ".", "é", Decimal(4), Decimal("1.5"), True)))
        return Evaluated(plain, data.draw(st.sampled_from((None, PLACE))))

    whole = value(3)
    goal = data.draw(st.text("ab1x.é4", max_size=8))
    found = layers(whole, goal)

    for above, inner in pairwise(() if isinstance(found, str) else found):
        (step,) = above.value.trail
        texts = [written(part.data) for part in step.parts]
        places = [at for at, part in enumerate(step.parts) if part is inner.value]
        assert written(above.wanted) in ["".join((*texts[:n], written(inner.wanted), *texts[n + 1 :])) for n in places]
    if not isinstance(found, str):
        assert found[-1].value.origin is not None or goal == whole.data


def written(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


PLACE = Place("main.tf", 0, 1, Role.LOCAL, "local.x")


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("s.yaml", "web:\n  times: 4 # busy\n", "web:\n  times: 2 # busy\n"),
        ("s.yaml", "web: {times: '4'}\n", "web: {times: '2'}\n"),
        ("s.json", '{"web": {"times": 4}}\n', '{"web": {"times": 2}}\n'),
    ],
)
def test_a_part_that_a_document_holds(code, path, before, after):
    decode = f'{path.partition(".")[2]}decode(file("{path}"))'
    here = code({"main.tf": web(f'"m5.${{{decode}.web.times}}xlarge"'), path: before})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.doubts == ()
    assert apply_edits(here.contents, made.edits) == {path: after.encode()}


@pytest.mark.parametrize(("path", "text"), [("s.json", '{"p": "%s.4xlarge"}'), ("s.yaml", "p: '%s.4xlarge'\n")])
def test_a_pattern_that_a_document_holds_is_named(code, path, text):
    decode = f'{path.partition(".")[2]}decode(file("{path}")).p'
    here = code({"main.tf": web(f'format({decode}, "m5")'), path: text})

    made = here.draft("aws_instance.web", SMALLER, state=LARGE)

    assert made.doubts == (f"{path}:1: a part of the text that stands there would change; edit it by hand",)


def test_the_part_of_one_key(code):
    each = "  for_each = { a = { n = 4 }, b = { n = 4 } }\n"
    here = code({"main.tf": web('"m5.${each.value.n}xlarge"', each)})

    made = here.draft('aws_instance.web["b"]', SMALLER, state=LARGE, others=['aws_instance.web["a"]'])

    assert here.shown(made).splitlines()[1] == "+  for_each = { a = { n = 4 }, b = { n = 2 } }"
