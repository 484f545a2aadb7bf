"""Parts of texts that other kinds of file hold: JSON, YAML, template files, the inputs of Terragrunt."""

import json

import pytest

from remediator.config import RootConfig
from remediator.edit.splice import apply_edits
from remediator.model import Role
from tests.edit.parts import DEFAULT, SIZE, variable
from tests.edit.sizes import LARGE, SMALLER, web


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
