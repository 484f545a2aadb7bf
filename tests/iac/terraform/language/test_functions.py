"""Every function against Terraform's own answer."""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.language.functions.table import FUNCTIONS
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | float | bool | None"
ROOT = RootConfig(path=".", state="s")
EXPRESSIONS = [
    'format("%s %d %05.2f %v %#v %q %t", "a", 5, 3.14159, [1,"a"], {a=1}, "q\\"x", true)',
    'format("%x %X %o %b %e %g", 255, 255, 8, 5, 12345.678, 0.00001)',
    'format("%5s|%-5s|%05d %+d %%", "ab", "ab", 42, 3)',
    'format("%[2]s %[1]s %s", "a", "b")',
    'format("%s", true)',
    'formatlist("%s-%s", ["a","b"], "c")',
    'indent(2, "a\\nb\\n")',
    'title("hello wORLD")',
    'substr("héllo", 1, -1)',
    'substr("hello", -3, 2)',
    'strrev("héy")',
    'trim("?!hello?!", "!?")',
    'trimprefix("helloworld","hello")',
    'trimsuffix("a.tf",".tf")',
    'trimspace("  a\\n")',
    'chomp("a\\r\\n\\n")',
    'join(",", ["a",1,true])',
    'split(",", "a,,b")',
    'split(",", "")',
    'replace("a1b2", "/[0-9]/", "<$0>")',
    'replace("aXbX","X","$1")',
    'regex("([a-z]+)(\\\\d)?", "abc1")',
    'regex("[a-z]+", "abc")',
    'regex("(?P<x>a)(?P<y>z)?", "ab")',
    'regexall("[a-z]", "a1b")',
    'max(1,2,3)',
    'min([1,2]...)',
    'parseint("ff",16)',
    'pow(2,0.5)',
    'log(8,2)',
    'signum(-3)',
    'ceil(1.2)',
    'floor(-1.2)',
    'abs(-1.5)',
    'range(3)',
    'range(1,4)',
    'range(4,1)',
    'range(0,1,0.25)',
    'range(5,0,-2)',
    'chunklist(["a","b","c"],2)',
    'coalesce("", null, "x")',
    'coalesce(1, "a")',
    'coalescelist([], ["a"])',
    'compact(["a","",null])',
    'concat([1],["a"])',
    'distinct(["a","b","a"])',
    'element(["a","b"],3)',
    'flatten([[1,[2]],3])',
    'index(["a","b"],"b")',
    'keys({b=1,a=2})',
    'values({b=1,a=2})',
    'length("héy")',
    'length({a=1})',
    'lookup({a=1},"b","x")',
    'matchkeys(["i1","i2"],["a","b"],["b"])',
    'merge({a=1},null,{b=2,a=3})',
    'one(["x"])',
    'one([])',
    'one(null==null?[5]:[])',
    'reverse([1,2])',
    'reverse(toset(["a","b"]))',
    'setintersection(["a","b"],["b"])',
    'setproduct(["a","b"],["c"])',
    'setsubtract(["a","b"],["b"])',
    'setunion(["b"],["a"])',
    'slice(["a","b","c"],1,2)',
    'sort(["b","a","B"])',
    'sum([1,2.5])',
    'transpose({a=["x","y"],b=["x"]})',
    'zipmap(["a","b"],[1,2])',
    'alltrue([true,"true"])',
    'alltrue([])',
    'anytrue([false])',
    'contains(["a"],"a")',
    'startswith("abc","a")',
    'strcontains("abc","b")',
    'cidrhost("10.0.0.0/8", 5)',
    'cidrhost("10.0.0.0/8",-2)',
    'cidrnetmask("10.0.0.0/12")',
    'cidrsubnet("10.0.0.0/8",8,2)',
    'cidrsubnets("10.0.0.0/16",4,8)',
    'base64encode("hé")',
    'base64decode("aMOp")',
    'jsonencode({a=[1,null,"<x>"],b=1.50})',
    'jsondecode("{\\"a\\":[1,2.5,null]}")',
    'urlencode("a b&c/é")',
    'csvdecode("a,b\\n1,2\\n")',
    'md5("a")',
    'sha1("a")',
    'sha256("a")',
    'sha512("a")',
    'base64sha256("a")',
    'uuidv5("dns","x.y")',
    'basename("a/b.c")',
    'dirname("a/b.c")',
    'textdecodebase64("aABpAA==","UTF-16LE")',
    'tolist(toset(["b","a"]))',
    'toset([3,1,2])',
    'tomap({a=1,b="x"})',
    'tostring(1.50)',
    'tonumber("1e2")',
    'split(".", "a.b")',
    'lower("ÀB")',
    'upper("àb")',
    'formatlist("%d", [1,2])',
    'format("%.2f", 1)',
    'format("%d", 3.0)',
    'format("%s", [1]...)',
    'can(regex("z","a"))',
    'try(regex("z","a"), "none")',
    'parseint("-101",2)',
    'strcontains("a","")',
    'yamldecode("a: [1, x, yes, null, 0x10, 1e3, 2020-01-01]\\nb: ~\\nc: &x {d: 1.50}\\ne: *x\\n")',
    'timeadd("2020-01-01T00:00:00Z","1h")',
    'formatdate("YYYY-MM-DD\'T\'hh:mm","2020-01-02T03:04:05Z")',
    'keys([{a=1}][0])',
    'jsonencode("é\\u2028&")',
    'replace("a.b","."," ")',
    'lookup({a={b=1}},"a",{})',
    'endswith("a.tf","tf")',
    'length(null == null ? [] : [])',
    'sort([3,10,2])',
    'fileset("${path.module}/files", "**/*.txt")',
    'fileset("files", "*.{txt,md}")',
    'file("files/a.txt")',
    'fileexists("files/none.txt")',
    'filemd5("${path.root}/files/a.txt")',
    'templatefile("files/t.tpl", { x = "X", l = ["1", "2"] })',
    'templatestring(local.template, { x = 1 })',
    'coalesce(null, 5)',
    'try(element([], 0), "none")',
    'can(element(["a"], 1))',
    'lookup({ a = "x" }, "a")',
    'nonsensitive(sensitive("a"))',
    'concat(["a"], tolist(["b"]), [1])',
    'tolist(["a", 1, true])',
    'tomap({ a = 1, b = true, c = "x" })',
    'toset(["b", "a", "b"])',
    'toset([3, 20, 100])',
    'merge([{ a = 1 }, { a = 2 }]...)',
    'values({ b = 1, a = 2 })[0]',
    '[for k, v in { b = 1, a = 2 } : "${k}=${v}"]',
    '{ for x in ["a", "b", "ab"] : substr(x, 0, 1) => x... }',
    'distinct([1, "1", 1])',
    'sum(["1", 2])',
    'min("3", 2)',
    'join("-", toset(["b", "a"]))',
    'contains([1, 2], "1")',
    'index([1, 2], 2)',
    'flatten([["a"], toset(["b"]), "c"])',
    'sort(toset(["b", "a"]))',
    'format("%-8s|%8.3f|%03d", "ab", 3.14159, 7)',
    'format("%v", { a = [1, "x"] })',
    'title("o\'neil and_so on-so")',
    'replace("a b", "/(\\\\w) (\\\\w)/", "$2 $1")',
    'regexall("(a)(b)?", "abaa")',
    'cidrsubnet("fd00::/48", 16, 5)',
    'cidrhost("fd00::/64", 1)',
    'urlencode("~*\'()")',
    'jsonencode(1000000000000000000000000000000)',
    'jsonencode({ "b" = null, "a" = { c = 0.1 } })',
    'jsondecode("1e3")',
    'textencodebase64("hi", "UTF-16LE")',
    'base64sha512("a")',
    'startswith("abc", "")',
    'trim("  x ", " ")',
    'substr("abc", 1, 100)',
    'split("", "abc")',
    'chunklist([], 2)',
    'setproduct(["a"], ["b", "c"], [1])',
    'setunion(["a"], toset(["a", "b"]))',
    'pow(2, 10)',
    'log(100, 10)',
    'ceil(-1.5)',
    'parseint("z", 36)',
    '1 / 3 * 3',
    '"${1 / 3}"',
    '10 % 4',
    '-7 % 3',
    '1.5 + 1.5',
    '"a" == "a" && !false || false',
    '[1, 2] == [1, 2]',
    '{ a = 1 } != { a = 2 }',
    '"10" > 9',
    'true ? "a" : 1',
    'true ? 1 : "a"',
    'false ? [1] : []',
    '[{ a = [1] }, { a = [2] }][*].a[0]',
    'null[*]',
    '"x"[*]',
    'timeadd("2020-01-01T00:00:00+02:00", "-1h30m")',
    'timecmp("2020-01-01T00:00:00Z", "2020-01-01T01:00:00+01:00")',
    'formatdate("EEE, D MMMM YY h:m:s HH AA aa ZZZZZ Z", "2020-01-02T13:04:05+02:00")',
    'dirname("a/b/../c")',
    'basename("a/b/")',
]  # fmt: skip
FILES = {
    "files/a.txt": "text a\n",
    "files/deep/er/b.txt": "b",
    "files/c.md": "c",
    "files/t.tpl": 'a ${x ~}\n\n   b\n  ${~ x} "q" \\n $${y} %{ if true }z%{ endif }\n'
    "%{ for i in l ~}\n  - ${i}\n%{ endfor ~}\n end",
}
LOCALS = 'locals {\n  template = "v $${x ~} \\n  w"\n}\n'


def plain(value: Evaluated) -> Json:
    data = value.data
    assert not isinstance(data, Unknown), data.reason
    if isinstance(data, Items):
        return [plain(item) for item in data.items]
    if isinstance(data, Fields):
        return {key: plain(inner) for key, inner in data.fields.items()}
    return float(data) if isinstance(data, Decimal) else data


def ours(code: Code) -> dict[str, Evaluated]:
    instances = code.root(ROOT).instances
    return {address.split(".")[1]: made.block.attributes["input"] for address, made in instances.items()}


def test_every_expression_is_what_terraform_makes_of_it(
    make_code: Callable[..., Code], terraform_outputs: Callable[..., Mapping[str, Json]]
) -> None:
    outputs = "".join(f'output "o{n}" {{\n  value = {text}\n}}\n' for n, text in enumerate(EXPRESSIONS))
    theirs = terraform_outputs({"main.tf": LOCALS + outputs, **FILES})
    data = "".join(f'resource "terraform_data" "o{n}" {{\n  input = {text}\n}}\n' for n, text in enumerate(EXPRESSIONS))
    found = ours(make_code({"main.tf": LOCALS + data, **FILES}, ROOT))

    wrong = [
        (EXPRESSIONS[n], plain(found[f"o{n}"]), theirs[f"o{n}"])
        for n in range(len(EXPRESSIONS))
        if json.dumps(plain(found[f"o{n}"]), sort_keys=True) != json.dumps(_floats(theirs[f"o{n}"]), sort_keys=True)
    ]
    assert wrong == []


def _floats(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_floats(item) for item in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_every_function_is_tried() -> None:
    """Save those that give another value at every run, or read the machine, or have a test of their own."""
    untried = [name for name in FUNCTIONS if not any(f"{name}(" in text for text in EXPRESSIONS)]
    assert set(untried) <= {
        "abspath", "pathexpand", "timestamp", "plantimestamp", "uuid", "bcrypt", "rsadecrypt", "ephemeralasnull",
        "filebase64", "filebase64sha256", "filebase64sha512", "filesha1", "filesha256", "filesha512",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "range(10000)",
        "range(1, 0, 1)",
        "element([], 0)",
        'regex("(", "a")',
        'jsondecode("{")',
        'format("%d")',
        'format("%z", 1)',
        'parseint("9", 8)',
        'cidrsubnet("10.0.0.0/30", 8, 0)',
        'lookup({}, "a")',
        'index(["a"], "b")',
        'coalesce(null, "")',
        "setproduct(range(1000), range(1000))",
        'indent(10000000, "a\\nb")',
    ],
)
def test_what_terraform_refuses_or_what_would_grow_is_unknown(make_code: Callable[..., Code], text: str) -> None:
    found = ours(make_code({"main.tf": f'resource "terraform_data" "o" {{\n  input = {text}\n}}\n'}, ROOT))["o"]

    assert isinstance(found.data, Unknown)
    assert "(main.tf:2)" in found.data.reason


@pytest.mark.parametrize(
    "text",
    [
        "merge({ a = local.x }, { b = 1 }).a",
        'lookup({ a = local.x }, "a", "y")',
        "coalesce(null, local.x)",
        'concat(["a"], [local.x])[1]',
        "values({ a = local.x })[0]",
        "one([local.x])",
        "flatten([[local.x]])[0]",
        "element([local.x], 0)",
        'zipmap(["a"], [local.x])["a"]',
        "try({}.none, local.x)",
        "reverse([local.x])[0]",
        "tolist(toset([local.x]))[0]",
        "[for x in [local.x] : x][0]",
        "{ for k, v in { a = local.x } : k => v }.a",
        "true ? local.x : null",
        '"${local.x}"',
    ],
)
def test_what_hands_a_value_on_keeps_the_place_where_it_is_written(make_code: Callable[..., Code], text: str) -> None:
    main = f'locals {{\n  x = "here"\n}}\nresource "terraform_data" "o" {{\n  input = {text}\n}}\n'
    found = ours(make_code({"main.tf": main}, ROOT))["o"]

    assert found.data == "here"
    assert found.origin is not None
    assert main[found.origin.start : found.origin.end] == '"here"'


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("merge({ a = var.u }, { b = 1 }).b", True),
        ("merge({ a = var.u }, { b = 1 }).a", False),
        ("length([var.u, var.u])", True),
        ("keys({ a = var.u })[0]", True),
        ("[var.u, 1][1]", True),
        ('contains(["a", var.u], "a")', True),
        ('contains(["a", var.u], "b")', False),
        ('"${var.u}-x"', False),
        ("var.u ? 1 : 2", False),
        ("upper(var.u)", False),
        ("timestamp()", False),
        ("[for k in var.u : k]", False),
        ("null == var.u", False),
        ("provider::aws::arn_parse(1)", False),
    ],
)
def test_what_is_not_known(make_code: Callable[..., Code], text: str, known: bool) -> None:
    main = f'variable "u" {{}}\nresource "terraform_data" "o" {{\n  input = {text}\n}}\n'
    first, second = (ours(make_code({"main.tf": more + main}, ROOT))["o"] for more in ("", "# moved\n"))

    assert (first.unknown is None) is known
    assert first.plain() == second.plain()
