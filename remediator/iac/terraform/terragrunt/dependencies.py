"""Which outputs of other units a unit reads: what changes them reaches it.

https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/#dependency
"""

import re
from collections.abc import Iterator, Sequence

from remediator.iac.terraform.index import Dependency
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.values import RefusedError
from remediator.iac.terraform.syntax import Block
from remediator.iac.terraform.terragrunt.file import TerragruntFile
from remediator.iac.terraform.terragrunt.places import folder_of, resolved
from remediator.model import Role

__all__ = ["dependencies"]

_OUTPUT = r"""(?![\w-])(?:\s*\.\s*outputs(?:\s*\.\s*([\w-]+)|\s*\[\s*"([^"]*)"\s*\])?)?"""


def dependencies(file: TerragruntFile) -> Iterator[Dependency]:
    """The `dependency` blocks of a unit and of what it includes; raises EvaluationError and RefusedError."""
    files = file.nearest()
    for one in files:
        for block in one.blocks("dependency"):
            if len(block.labels) == 1:
                where = f"{one.position.file}:{block.header.start_line}"
                yield Dependency(_unit(one, block), where, _outputs(files, block.labels[0]))


def _unit(file: TerragruntFile, block: Block) -> str | None:
    path = block.attribute("config_path")
    try:
        found = file.value(path, Role.ATTRIBUTE, "config_path").data if path is not None else None
        return resolved(found, folder_of(file.position.at)) if isinstance(found, str) else None
    except (EvaluationError, RefusedError):
        return None


def _outputs(files: Sequence[TerragruntFile], name: str) -> frozenset[str] | None:
    used = re.compile(rf"dependency\s*\.\s*{re.escape(name)}{_OUTPUT}")
    found: set[str] = set()
    for file in files:
        for match in used.finditer(file.indexed.encoded.text.decode("utf-8", "replace")):
            output = match[1] or match[2]
            if output is None:
                return None
            found.add(output)
    return frozenset(found)
