"""Which parts of Terraform's language the generated units use."""

import re
from collections.abc import Mapping, Sequence

from bench.oracle.units import ENVIRONMENT, SOURCES, Unit

__all__ = ["FEATURES", "covered"]

FEATURES: Mapping[str, str] = {
    "count": r"^  count = ",
    "for_each over a map": r"^  for_each = (?!toset)",
    "for_each over a set": r"^  for_each = toset",
    "module in a module in a module": r"# UNIT/m\d+/m\d+/",
    "module beside its caller": r'source = "\.\./',
    "output of a module": r"module\.\w+\.out",
    "output of a module, by key": r'module\.\w+\["[^"]*"\]\.out',
    "output of a module, by index": r"module\.\w+\[\d\]\.out",
    "outputs of all instances": r"module\.\w+\[\*\]\.out|values\(module",
    "variable without a constraint": r'variable "\w+" \{\n(  default|\})',
    "list, set and map constraints": r"type = (list|set|map)\(",
    "object constraint": r"object\(",
    "optional() with a default": r"optional\([^()]*(\([^()]*\))?, ",
    "optional() without a default": r"optional\(\w+\)",
    "nullable = false": "nullable = false",
    "local": r"local\.",
    "dynamic key": r"\[(var\.\w+|terraform\.workspace)\]",
    "workspace": r"terraform\.workspace",
    "each.key": r"each\.key",
    "each.value": r"each\.value",
    "path into each.value": r"each\.value[.\[]",
    "count.index": r"count\.index",
    "merge": r"merge\(",
    "lookup": r"lookup\(",
    "try": r"try\(",
    "can": r"can\(",
    "coalesce": r"coalesce\(",
    "element": r"element\(",
    "conditional": r" \? .* : ",
    "collection or nothing": r" : (\[\]|\{\})\)",
    "interpolation": r"\$\{",
    "if directive": r"%\{~? if ",
    "for directive": r"%\{~? for ",
    "strip markers": r"~\}",
    "flush heredoc": r"<<-EOT",
    "heredoc": r"<<EOT",
    "for, list": r"\[for ",
    "for, object": r"\{ ?for ",
    "for, filtered": r" if .*[\]}]",
    "for, grouped": r"=> \w+\.\.\.",
    "splat": r"\[\*\]",
    "old splat": r"\.\*\.",
    "arithmetic": r" [-+*/%] ",
    "comparison": r" (<|<=|==|!=) ",
    "logic": r" (&&|\|\|) ",
    "jsondecode(file())": r"jsondecode\(file\(",
    "yamldecode(file())": r"yamldecode\(file\(",
    "templatefile": r"templatefile\(",
    "expanded arguments": r"\.\.\.\)",
    "module called twice": r'module "\w+_again"',
    "attribute of another resource": r"terraform_data\.\w+\.input\.",
    "null": r"\bnull\b",
    "validation": r"^  validation \{",
    "set of objects": r"set\(object\(",
    "list(any)": r"list\(any\)",
    "override of a call": r"# \S+_override\.tf\nmodule ",
    "override of an output": r"# \S+_override\.tf\noutput ",
    "override file": r"^# \S+_override\.tf$",
    "variable in JSON": r'^  "variable": \{$',
    "resource in JSON": r'^  "resource": \{$',
    "unknown": r"terraform_data\.\w+\.id",
    **{f"value in {source}": re.escape(f"<{source}>") for source in (ENVIRONMENT, *SOURCES)},
}
"""A pattern for each."""


def covered(units: Sequence[Unit]) -> Mapping[str, int]:
    """How many of the units use each feature."""
    texts = [unit.text + "".join(f"<{source}>" for source in unit.given) for unit in units]
    patterns = {name: re.compile(pattern, re.MULTILINE) for name, pattern in FEATURES.items()}
    return {name: sum(bool(pattern.search(text)) for text in texts) for name, pattern in patterns.items()}
