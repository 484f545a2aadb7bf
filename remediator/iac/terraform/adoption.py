"""The Terraform code that takes a live resource into a state."""

import re

from remediator.iac.terraform.importing import IMPORTED, NOT_IMPORTED
from remediator.model import Resource

_NO_NAME = re.compile(r"[^a-z0-9_]+")
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("${", "$${"), ("%{", "%%{"))
_LONGEST = 60
"""Characters of a name that are kept."""


def import_block(resource: Resource) -> tuple[str, ...] | str:
    """The lines of the `import` block that adopts a resource, under a name made from its `Name` tag; or why none can.

    Terraform 1.5 and newer: https://developer.hashicorp.com/terraform/language/import
    """
    find = IMPORTED.get(resource.kind)
    if find is None:
        return NOT_IMPORTED.get(resource.kind, f"whether Terraform can import {resource.kind} is not known here")
    provider = resource.kind.partition("_")[0]
    needs = () if provider == "aws" else (f"# It takes the provider hashicorp/{provider}.",)
    at, id_ = f"{resource.kind}.{_name(resource)}", _quoted(find(resource))
    return *needs, "import {", f"  to = {at}", f'  id = "{id_}"', "}"


def _name(resource: Resource) -> str:
    wanted = resource.tags.text("Name") or resource.id
    name = _NO_NAME.sub("_", wanted.lower()).strip("_")[:_LONGEST] or "adopted"
    return name if name[0].isalpha() else f"r_{name}"


def _quoted(text: str) -> str:
    for characters, escaped in _ESCAPES:
        text = text.replace(characters, escaped)
    return text
