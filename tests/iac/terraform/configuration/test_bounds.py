"""What would take minutes or all the memory ends within seconds, with a reason."""

import time
from collections.abc import Callable, Mapping

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.configuration.root import STEPS

ROOT = RootConfig(path=".", state="s")
SECONDS = 20.0
"""Of this process: two at most where nothing else runs; what is not bounded takes a minute, or never ends."""
DEEP = 10_000


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the steps that a root may take, so that what counts none of them is told from what does."""
    monkeypatch.setattr("remediator.iac.terraform.configuration.root.STEPS", STEPS // 10)


def made(make_code: Callable[..., Code], files: Mapping[str, str]) -> list[str]:
    """Why values of a root are not known, after all of them were asked for in bounded time."""
    begun = time.process_time()
    code = make_code(files, ROOT)
    flat = code.flat(ROOT)
    root = code.root(ROOT)
    found = [flat] if isinstance(flat, str) else []
    found += root.gaps.values()
    for instance in root.instances.values():
        unknown = [value.unknown for value in instance.block.attributes.values()]
        found += [one.reason for one in unknown if one is not None]
    assert time.process_time() - begun < SECONDS
    return found


def resource(value: str) -> str:
    return f'resource "terraform_data" "x" {{\n  input = {value}\n}}\n'


@pytest.mark.parametrize(
    "value",
    [
        "(" * DEEP + "1" + ")" * DEEP,
        "[" * DEEP + "]" * DEEP,
        "{ a = " * DEEP + "1" + "}" * DEEP,
        '"${' * DEEP + "1" + '}"' * DEEP,
        "abs(" * DEEP + "1" + ")" * DEEP,
        "!" * DEEP + "true",
        "true ? 1 : " * DEEP + "1",
        "1" + " + 1" * DEEP,
        '"' + "%{ if true }" * DEEP + "x" + "%{ endif }" * DEEP + '"',
        " " * 90_000 + "1",
        "range(1e9)",
        "setproduct(range(1024), range(1024), range(1024))",
        'format("%1000000000d", 1)',
        'cidrsubnet("10.0.0.0/8", 1e9, 0)',
        'tostring(replace(replace(join("", range(1024)), "/./", "aaaaaaaaaaaaaaaaaaaa"), "/./", "$0$0$0$0$0$0$0$0"))',
        "jsonencode([for i in range(1024) : [for j in range(1024) : 1]])",
        "[for i in range(1024) : [for j in range(1024) : 1 / (3 + j)]]",
        "[for i in range(1024) : tolist([for j in range(1024) : j])]",
        "1e-3999 * 1.1",
        'parseint(join("", range(1024)), 10)',
    ],
    ids=lambda value: value[:30],
)
def test_an_expression_that_grows_is_unknown_with_a_reason(make_code: Callable[..., Code], value: str) -> None:
    assert made(make_code, {"main.tf": resource(value)})


@pytest.mark.parametrize("merged", ["<<: *a{0}\n  <<: *a{0}", "<<: [*a{0}, *a{0}]"])
def test_merges_of_nothing_that_double_are_counted(make_code: Callable[..., Code], merged: str) -> None:
    text = "a0: &a0 {}\n" + "".join(f"a{at}: &a{at}\n  {merged.format(at - 1)}\n" for at in range(1, 40))
    assert made(make_code, {"main.tf": resource('yamldecode(file("f.yaml"))'), "f.yaml": text})


def test_two_thousand_modules_in_a_chain_are_cut_with_a_reason(make_code: Callable[..., Code]) -> None:
    call = 'module "m" {{\n  source = "{}"\n}}\n'
    files = {f"m{at}/main.tf": call.format(f"../m{at + 1}") + resource("1") for at in range(2000)}
    reasons = made(make_code, {"main.tf": call.format("./m0"), **files})
    assert "modules are nested deeper than 32 levels" in reasons


def test_a_module_cycle_is_named(make_code: Callable[..., Code]) -> None:
    files = {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/main.tf": 'module "n" {\n  source = "../m"\n}\n'}
    reason = "module.n calls the module that it stands in (m/main.tf:1); Terraform loads none of it"
    assert reason in made(make_code, files)


@pytest.mark.parametrize("lines", ["a = local.b\n  b = local.a", "a = [local.a]"])
def test_a_cycle_of_locals_is_named(make_code: Callable[..., Code], lines: str) -> None:
    reasons = made(make_code, {"main.tf": f"locals {{\n  {lines}\n}}\n{resource('local.a')}"})
    assert any("refers to itself" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("function", "text"),
    [
        ("csvdecode", "a,b\n" + "1,2\n" * 240_000),
        ("csvdecode", "a\n" + '"' * 900_001),
        ("jsondecode", "[" * 400_000 + "]" * 400_000),
        ("jsondecode", "[" + "1," * 400_000 + "1]"),
        ("yamldecode", "- " * 400_000),
    ],
    ids=["csv rows", "csv quotes", "json deep", "json long", "yaml deep"],
)
def test_a_megabyte_is_refused_with_a_reason(make_code: Callable[..., Code], function: str, text: str) -> None:
    files = {"main.tf": resource(f'{function}("${{file("f.txt")}}")'), "f.txt": text}
    assert made(make_code, files)
