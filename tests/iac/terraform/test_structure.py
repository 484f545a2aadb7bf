"""Our own grammar of files beside tree-sitter's, and where only it reads what Terraform reads."""

import pygohcl
import pytest

from remediator.iac.terraform.language.grammar import ExpressionError
from remediator.iac.terraform.scanning import scan
from remediator.iac.terraform.structure import structure
from remediator.iac.terraform.syntax import parse

SAMPLES = [
    "",
    "a = 1",
    "\ufeffa = 1 # é\r\n\r\nb {\r\n}\r\n",
    'resource "t" "n" {\n  a = "${x.y[0]}" // why\n  b {}\n  c { d = 1 }\n  /* e */ f = [\n    1,\n  ]\n}\n',
    "a = <<-E\n  x ${y}\n  E\nb = true   # c\n",
    "locals {\n  a = (1 + 2)\n  b = (\n    3\n  ) # x\n  c = { for k, v in x : k => v... }\n  d = x ? y : z\n}\n",
    'moved {\n  from = a.b["c"]\n  to   = a.b[0]\n}\nvariable "x" { type = map(object({ a = list(any) })) }\n',
    "dynamic a-b c {\n  x = y.*.z\n  y = -1\n  z = !true\n  w = f(a, b...)\n}\n",
]


@pytest.mark.parametrize("text", SAMPLES)
def test_both_see_the_same_records(text: str) -> None:
    assert (structure(text).tobytes(), None) == scan(text.encode())


@pytest.mark.parametrize(
    "text", ["a = 1e3\n", 'a = {\n  b = v\n  ("k") = 1\n}\n', "a = 2.5E-3 # x\nb {\n  c = 1e5\n}\n"]
)
def test_what_only_our_own_grammar_reads(text: str) -> None:
    file = parse(text.encode())

    assert file.problem is None
    assert [a.name for a in file.attributes] == ["a"]
    assert pygohcl.loads(text)
    assert text[file.attributes[0].value.start : file.attributes[0].value.end] == file.attributes[0].text


@pytest.mark.parametrize(
    "text",
    [
        "a = ", "a = 1 b = 2", "a {", "}", "a = 1\na = 2\n", "a b = 1", '"a" = 1', "a = [1", "a = 1e3\nb = 1 }\n",
        "a " * 5 + "= 1", "a {" * 100 + "}" * 100, 'a "${x}" {\n}\n',
    ],
)  # fmt: skip
def test_what_is_not_right_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        structure(text)
