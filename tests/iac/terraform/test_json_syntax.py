"""Terraform written in JSON means what Terraform makes of it, and every value knows its bytes."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.json_syntax import json_source
from remediator.iac.terraform.language.evaluation import evaluated_text
from remediator.iac.terraform.language.functions.protocol import Surroundings
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.scope import Budget, Scope
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown
from remediator.iac.terraform.syntax import Piece
from remediator.model import Role

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
ROOT = RootConfig(path=".", state="s")
EXPRESSIONS = r"""
"${lookup(var.m, \"k\")}"
"x\/y\ud83d\ude00\u00e9\b\f"
"${upper(\"a b\")} %{ if true }yes%{ endif } $${lit} %%{lit} \"q\" \\ back"
{"${var.n}": 1, "//": "kept"}
{"a"
 :
 1
 , "b": [ 1
 , 2 ]
 }
[1e3, 1.50, 12345678901234567890, -7, true, null]
"${var.n}"
"\ud800x"
"${\"x\\ny\"}"
"${join(\"\\n\", [\"a\", \"}\", \"{${\"in\"}\"])}"
"line1\nline2 ${1}\t"
"a \n ${~ 1 ~} \n b"
" \n a \n ${1 ~} ${~ 2} x  %{~ if true ~}  \n\n y ${\"~}\" ~}%{~ endif ~} \n\n z"
"${~ var.n ~}"
"%{ for x in [\"p\", \"q\"] ~}\n<${x}>\n%{ endfor ~}\n"
"${\n  var.n\n}"
{"x": {"y": "${1 + 1}"}, "z": []}
"${var.m}"
"$"
"100%"
"$$"
"${var.big.type}${var.big.disk}"
"""
VARIABLES = (
    '{"m": {"type": "map(string)", "default": {"k": "v", "lit": "${not} %{x} $${y}"}},'
    ' "n": {"type": "number", "default": "3"},'
    ' "big": [{"type": "object({type = string, disk = optional(number, 8)})", "default": {"type": "m5.large"}}]}'
)


def expressions() -> list[str]:
    decoder, found, at = json.JSONDecoder(), [], 0
    text = EXPRESSIONS.strip()
    while at < len(text):
        _, end = decoder.raw_decode(text, at)
        found.append(text[at:end])
        at = end + len(text[end:]) - len(text[end:].lstrip())
    return found


def plain(value: Evaluated) -> Json:
    data = value.data
    assert not isinstance(data, Unknown), data.reason
    if isinstance(data, Items):
        return [plain(item) for item in data.items]
    if isinstance(data, Fields):
        return {key: plain(inner) for key, inner in data.fields.items()}
    return float(data) if isinstance(data, Decimal) else data


def test_every_expression_is_what_terraform_makes_of_it(
    make_code: Callable[..., Code], terraform_outputs: Callable[..., Mapping[str, Json]]
) -> None:
    texts = expressions()
    outputs = ", ".join(f'"o{n}": {{"value": {text}}}' for n, text in enumerate(texts))
    data = ", ".join(f'"o{n}": {{"input": {text}}}' for n, text in enumerate(texts))
    theirs = terraform_outputs({"main.tf.json": f'{{"variable": {VARIABLES}, "output": {{{outputs}}}}}'})
    code = make_code(
        {"main.tf.json": f'{{"variable": {VARIABLES}, "resource": [{{"terraform_data": {{{data}}}}}]}}'}, ROOT
    )
    instances = code.root(ROOT).instances

    found = {n: plain(instances[f"terraform_data.o{n}"].block.attributes["input"]) for n in range(len(texts))}

    wanted = {n: floats(theirs[f"o{n}"]) for n in found}
    assert [(texts[n], found[n], wanted[n]) for n in found if found[n] != wanted[n]] == []


def floats(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [floats(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_blocks_of_every_shape_are_the_blocks_of_the_language() -> None:
    text = (
        '{"//": "c", "resource": [{"aws_instance": {"a": {"//": "c", "provider": "aws.west",'
        ' "depends_on": ["aws_vpc.v"],'
        ' "lifecycle": [{"ignore_changes": ["ami", "tags[\\"a\\"]"]}], "root_block_device": {"volume_type": "gp2"},'
        ' "dynamic": {"ebs_block_device": {"for_each": "${var.d}", "iterator": "it",'
        ' "content": {"size": "${it.value}"}}}'
        '}}}, {"aws_instance": [{"b": [{"count": 2}]}]}],'
        ' "variable": {"x": {"type": "list(string)", "default": "${no}"}},'
        ' "module": {"m": {"source": "./m", "providers": {"aws": "aws.west"}}},'
        ' "moved": [{"from": "a.b", "to": "a.c"}],'
        ' "terraform": {"backend": {"s3": {"key": "k"}}, "required_providers": {"aws": {"version": "~> 5.0"}}}}'
    )
    source = json_source("main.tf.json", text.encode())

    assert source.problem is None
    assert [b.address for b in source.blocks] == [
        "aws_instance.a", "aws_instance.b", "var.x", "module.m", "moved", "terraform",
    ]  # fmt: skip
    a, b, x, m, moved, terraform = source.blocks
    texts = {attribute.name: attribute.text for block in (a, x, m, moved) for attribute in block.attributes}
    assert texts == {
        "provider": "aws.west",
        "depends_on": "[aws_vpc.v]",
        "root_block_device": '{"volume_type": "gp2"}',
        "type": "list(string)",
        "default": '"$${no}"',
        "source": '"./m"',
        "providers": "{aws: aws.west}",
        "from": "a.b",
        "to": "a.c",
    }
    assert [n.type for n in a.blocks] == ["lifecycle", "dynamic"]
    assert a.blocks[0].attributes[0].text == '[ami, tags["a"]]'
    assert a.blocks[1].labels == ("ebs_block_device",)
    assert [c.text for c in a.blocks[1].attributes] == ['"${var.d}"', "it"]
    assert a.blocks[1].blocks[0].attributes[0].text == '"${it.value}"'
    assert [c.text for c in b.attributes] == ["2"]
    assert [(n.type, n.labels) for n in terraform.blocks] == [("backend", ("s3",)), ("required_providers", ())]
    raw = text.encode()
    for block in source.blocks:
        for attribute in block.attributes:
            assert json.loads(raw[attribute.value.start : attribute.value.end]) is not None
            assert json.loads(raw[attribute.name_span.start : attribute.name_span.end]) == attribute.name


def test_a_top_that_is_a_list_counts_as_its_members() -> None:
    source = json_source("a.tf.json", b'[{"locals": {"a": 1}}, {"locals": {"b": 2}}]')
    assert [attribute.name for block in source.blocks for attribute in block.attributes] == ["a", "b"]


@pytest.mark.parametrize("text", ["1", '"x"', "[1]", "{", '{"a": 1, "a": 2}', "[" * 100_000, '{"a": NaN}', "\0"])
def test_what_is_no_terraform_says_so(text: str) -> None:
    assert json_source("a.tf.json", text.encode()).problem is not None


def test_a_variable_file_in_json_holds_text() -> None:
    source = json_source("a.tfvars.json", b'{"//": "c", "a": "${x} %{y}", "b": ["$${z}"]}')
    assert {a.name: a.text for a in source.attributes} == {"a": '"$${x} %%{y}"', "b": '["$$${z}"]'}


TEXTS = st.text('aé😀"\\\n\t\b/{}$%~', max_size=8)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@given(VALUES, st.sampled_from([None, 1, "\t"]), st.sampled_from([(",", ":"), (" , ", " : ")]), st.booleans())
def test_every_scalar_that_has_an_origin_spans_its_json(
    value: Json, indent: int | str | None, separators: tuple[str, str], ascii_: bool
) -> None:
    """As text, so that every document is one that Terraform would take."""
    written = json.dumps(value, indent=indent, separators=separators, ensure_ascii=ascii_)
    content = f'{{"variable":{{"x":{{"description":"é","default":{written}}}}}}}'.encode()
    source = json_source("a.tf.json", content)
    assert source.problem is None
    default = source.blocks[0].attribute("default")
    assert default is not None

    found = evaluate(default.text, default.value.start, default.pieces)

    assert json.dumps(plain(found), sort_keys=True) == json.dumps(floats(value), sort_keys=True)
    check(found, content)


def check(value: Evaluated, content: bytes) -> None:
    assert value.origin is not None
    written = json.loads(content[value.origin.start : value.origin.end])
    assert json.dumps(floats(written), sort_keys=True) == json.dumps(plain(value), sort_keys=True)
    inside = value.data.items if isinstance(value.data, Items) else ()
    for inner in tuple(value.data.fields.values()) if isinstance(value.data, Fields) else inside:
        check(inner, content)


class Nothing:
    def refer(self, kind: str, name: str) -> Evaluated:
        raise AssertionError(f"{kind}.{name}")

    def read(self, path: str) -> Evaluated | None:
        return None

    def list(self, folder: str) -> tuple[str, ...]:
        return ()

    def document(self, path: str, language: str) -> Evaluated | None:
        return None


def evaluate(text: str, start: int, pieces: tuple[Piece, ...]) -> Evaluated:
    place = Place("a.tf.json", start, start, Role.VARIABLE_DEFAULT, "var.x")
    return evaluated_text(Scope(Nothing(), Surroundings(Nothing(), ""), Budget(100_000), place, text, pieces=pieces))


def test_a_literal_inside_of_a_template_has_no_place_of_its_own() -> None:
    text = b'{"locals": {"a": "${true ? \\"x\\" : \\"y\\"}", "b": ["\\u0061", {"c": "z"}]}}'
    a, b = json_source("a.tf.json", text).blocks[0].attributes

    assert evaluate(a.text, a.value.start, a.pieces).origin is None
    found = evaluate(b.text, b.value.start, b.pieces)
    assert isinstance(found.data, Items)
    origins = [found.origin, *(item.origin for item in found.data.items)]
    assert [origin and text[origin.start : origin.end] for origin in origins] == [
        b'["\\u0061", {"c": "z"}]',
        b'"\\u0061"',
        b'{"c": "z"}',
    ]
