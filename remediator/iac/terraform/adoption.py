"""The Terraform code that takes a live resource into a state."""

import re

from remediator.model import Resource

_NO_NAME = re.compile(r"[^a-z0-9_]+")
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("${", "$${"), ("%{", "%%{"))
_LONGEST = 60
"""Characters of a name that are kept."""


def import_block(resource: Resource) -> tuple[str, ...]:
    """The lines of the `import` block that adopts a resource, under a name made from its `Name` tag.

    Terraform 1.5 and newer: https://developer.hashicorp.com/terraform/language/import
    """
    id_ = resource.id
    if resource.kind == "aws_ecs_service":  # imported as CLUSTER/NAME, which its ARN ends with
        id_ = id_.rpartition(":service/")[2]
    return "import {", f"  to = {resource.kind}.{_name(resource)}", f'  id = "{_quoted(id_)}"', "}"


def _name(resource: Resource) -> str:
    wanted = resource.tags.text("Name") or resource.id
    name = _NO_NAME.sub("_", wanted.lower()).strip("_")[:_LONGEST] or "adopted"
    return name if name[0].isalpha() else f"r_{name}"


def _quoted(text: str) -> str:
    for characters, escaped in _ESCAPES:
        text = text.replace(characters, escaped)
    return text
