"""How an input arrives at a variable: as the text of a `TF_VAR_` variable, which Terraform reads by the type.

https://developer.hashicorp.com/terraform/cli/config/environment-variables#tf_var_name
"""

from collections.abc import Callable

from remediator.iac.terraform.language.conversions import as_string
from remediator.iac.terraform.language.evaluation import unknown
from remediator.iac.terraform.language.functions.encodings import json_text
from remediator.iac.terraform.language.values import Evaluated, Fields, Items
from remediator.iac.terraform.terragrunt.places import TOP

__all__ = ["arrived", "grounded"]

_PLAIN = ("string", "number", "bool")


def arrived(value: Evaluated, constraint: str | None, read: Callable[[str], Evaluated]) -> Evaluated:
    """The value that Terraform sees; `constraint` is the variable's type as it is written, `read` reads an expression.

    Without a type, or with a primitive one, the text is taken as it is: a list becomes its JSON. With any other type a
    string is read as an expression.
    """
    found = grounded(value)
    data = found.data
    if constraint is None or constraint.strip().strip('"') in _PLAIN:
        if isinstance(data, Items | Fields):
            missing = found.unknown
            return unknown(missing.reason, "TF_VAR", found.digest()) if missing else Evaluated(json_text(found))
        return as_string(found)
    return read(data) if isinstance(data, str) else found


def grounded(value: Evaluated) -> Evaluated:
    """The value as JSON carries it, without sets; an absolute path in it is unknown."""
    data = value.data
    if isinstance(data, str) and TOP[1:] in data:
        return unknown(f"it holds an absolute path (…{data.rpartition(TOP)[2][:200]})", "path", data)
    if isinstance(data, Items):
        items = tuple(map(grounded, data.items))
        same = not data.is_set and all(new is old for new, old in zip(items, data.items, strict=True))
        return value if same else value.converted(Items(items))
    if isinstance(data, Fields):
        fields = {key: grounded(inner) for key, inner in data.fields.items()}
        same = all(new is data.fields[key] for key, new in fields.items())
        return value if same else value.converted(Fields(fields, data.rest))
    return value
