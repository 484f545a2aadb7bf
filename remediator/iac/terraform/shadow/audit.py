"""The last look at a shadow before Terraform sees it: only what can do no harm is in it."""

import re
from collections.abc import Iterator

from remediator.iac.terraform.shadow.functions import has_unguarded_reader
from remediator.iac.terraform.shadow.shadow import FILE_NAME, Shadow
from remediator.iac.terraform.syntax import Block, parse

__all__ = ["violations"]

_ALLOWED = {
    "resource": frozenset({"count", "for_each", "input"}),
    "variable": frozenset({"type", "default", "nullable"}),
    "output": frozenset({"value"}),
}
_SOURCE = re.compile(r'"\.\.?/[^"\\$%]*"')


def violations(shadow: Shadow) -> tuple[str, ...]:
    """Sentences on what Terraform must not be given; none is ever expected."""
    return tuple(_violations(shadow))


def _violations(shadow: Shadow) -> Iterator[str]:
    for path, content in shadow.files.items():
        if not path.endswith(f"/{FILE_NAME}") and path != FILE_NAME:
            continue
        parsed = parse(content)
        if parsed.problem is not None:
            yield f"{path}: {parsed.problem}"
        if parsed.attributes:
            yield f"{path}: it sets {parsed.attributes[0].name} outside any block"
        for block in parsed.blocks:
            if not _is_harmless(block):
                yield f"{path}: {block.type} {' '.join(block.labels)} is not allowed in a shadow"


def _is_harmless(block: Block) -> bool:
    names = {attribute.name for attribute in block.attributes}
    if block.blocks or (block.type != "variable" and any(has_unguarded_reader(a.text) for a in block.attributes)):
        return False
    if block.type == "resource":
        return block.labels[:1] == ("terraform_data",) and names <= _ALLOWED["resource"]
    if block.type == "module":
        source = block.attribute("source")
        return source is not None and bool(_SOURCE.fullmatch(source.text)) and not names & {"providers", "version"}
    return block.type == "locals" or (block.type in _ALLOWED and names <= _ALLOWED[block.type])
