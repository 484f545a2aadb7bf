"""Units that Terraform refuses, each for one fault."""

from collections.abc import Mapping

from bench.oracle.units import MARK, Unit

__all__ = ["FAULTS", "faulty"]

FAULTS: Mapping[str, str] = {
    "an attribute that an object lacks": "{ a = 1 }.b",
    "a key that a map lacks": 'tomap({ a = 1 })["b"]',
    "an index behind the end": "[1, 2][2]",
    "a text as a number": '"x" + 1',
    "a number as a condition": '2 ? "a" : "b"',
    "a division by zero": "1 / 0",
    "null in a template": '"${null}-x"',
    "a list in a template": '"${["a"]}-x"',
    "null in arithmetic": "null + 1",
    "an undeclared local": "local.nowhere",
    "an undeclared variable": "var.nowhere",
    "an undeclared module": "module.nowhere.out",
    "a local that needs itself": f"local.{MARK}_loop",
    "each without for_each": "each.key",
    "count without count": "count.index",
    "two equal keys": '{ for x in ["a", "a"] : x => 1 }',
    "a for over a number": "[for x in 1 : x]",
    "a key that is null": "{ (null) = 1 }",
    "a try without a way out": 'try({}.a, tonumber("x"))',
    "a coalesce of nothing": "coalesce(null, null)",
    "a number of elements below one": "element([], 0)",
    "an unknown function": "nosuch(1)",
    "a file that is missing": 'file("${path.module}/nowhere.txt")',
    "JSON that is none": 'jsondecode("{")',
    "a zipmap of different lengths": 'zipmap(["a"], [1, 2])',
    "a range without end": "range(1, 10, -1)[0]",
    "branches that do not agree": "true ? [1] : { a = 1 }",
    "a set where a list is due": 'concat(toset(["a"]), [])',
    "too few arguments": 'replace("a", "b")',
}
"""What is wrong, and the expression that is so."""


def faulty(expression: str) -> Unit:
    """A unit with the expression as an attribute."""
    text = f'resource "terraform_data" "{MARK}_r" {{\n  input = {{\n    a = {expression}\n  }}\n}}\n'
    loop = f"locals {{\n  {MARK}_loop = [local.{MARK}_loop]\n}}\n" if "_loop" in expression else ""
    return Unit({f"{MARK}_main.tf": text + loop}, {})
