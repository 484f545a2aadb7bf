"""What Terragrunt writes beside a module before Terraform runs: by `generate`, and by hooks.

https://terragrunt.gruntwork.io/docs/reference/hcl/blocks/#generate
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import basename

from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.values import Evaluated, Fields, Items
from remediator.iac.terraform.syntax import Attribute, Block, parse
from remediator.iac.terraform.terragrunt.file import TerragruntFile
from remediator.model import Role

__all__ = ["HARMLESS", "generated", "hooked"]

HARMLESS = frozenset({"terraform", "provider"})
"""Blocks that change no value of a resource."""
_CODE = (".tf", ".tf.json", ".tofu", ".tofu.json")
_DECLARING = re.compile(r"^\s*(resource|module|data|variable|locals|output|moved|removed|import)\b", re.MULTILINE)
_VARIABLES = (".auto.tfvars", ".auto.tfvars.json")
_READ = re.compile(r"\.(?:tf|tofu|tfvars)(?:\.json)?(?![\w.])")
"""A file that Terraform reads."""
_READERS = frozenset({"tflint", "tfsec", "trivy", "checkov", "terraform", "tofu", "terraform-docs", "echo"})
"""Commands that only read such files."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file to be written; `text` is how its contents are written where they are not known."""

    where: str
    path: Evaluated
    contents: Evaluated
    text: str = ""


def generated(index: RepositoryIndex, file: TerragruntFile, folder: str) -> None:
    """Raises EvaluationError where a generated file would change more than providers and backends."""
    seen: set[str] = set()
    for one in file.nearest():
        for name, made in _files(one):
            if name not in seen:
                seen.add(name)
                _check(index, made, folder)


def hooked(file: TerragruntFile) -> None:
    """Raises EvaluationError where a hook before Terraform handles files that Terraform reads."""
    for one in file.nearest():
        for terraform in one.blocks("terraform"):
            for block in terraform.nested("before_hook"):
                command = block.attribute("execute")
                if command is not None and _writes(_words(one, command) or (command.text,)):
                    raise EvaluationError(
                        f"the before_hook at {one.position.file}:{block.header.start_line} may change files that "
                        "Terraform reads, which is not followed"
                    )


def _writes(command: Sequence[str]) -> bool:
    return basename(command[0]) not in _READERS and any(_READ.search(word) for word in command)


def _words(file: TerragruntFile, attribute: Attribute) -> Sequence[str] | None:
    found = file.value(attribute, Role.ATTRIBUTE, attribute.name).data
    if not isinstance(found, Items) or any(not isinstance(item.data, str) for item in found.items):
        return None
    return [str(item.data) for item in found.items]


def _files(file: TerragruntFile) -> Iterator[tuple[str, _File]]:
    """The files of an attribute `generate` and of blocks, by their names."""
    for block in file.blocks("generate"):
        made = _of_block(file, block)
        if block.labels and made is not None:
            yield block.labels[0], made
    attribute = file.attribute("generate")
    if attribute is None:
        return
    where = f"{file.position.file}:{attribute.span.start_line}"
    value = file.value(attribute, Role.ATTRIBUTE, "generate").data
    if not isinstance(value, Fields) or value.rest is not None:
        raise EvaluationError(f"{where} generates files that are not known")
    for name, entry in value.fields.items():
        settings = entry.data.fields if isinstance(entry.data, Fields) else {}
        if "path" not in settings or "contents" not in settings:
            raise EvaluationError(f"{where} generates files that are not known")
        yield name, _File(where, settings["path"], settings["contents"])


def _of_block(file: TerragruntFile, block: Block) -> _File | None:
    path, contents = block.attribute("path"), block.attribute("contents")
    if contents is None or path is None:
        return None
    name, text = (file.value(one, Role.ATTRIBUTE, one.name) for one in (path, contents))
    return _File(f"{file.position.file}:{block.header.start_line}", name, text, contents.text)


def _check(index: RepositoryIndex, file: _File, folder: str) -> None:
    name, text = file.path.data, file.contents.data
    if not isinstance(name, str):
        raise EvaluationError(f"the file that {file.where} generates has a name that is not known")
    if name.endswith(_VARIABLES) or basename(name) in ("terraform.tfvars", "terraform.tfvars.json"):
        raise EvaluationError(f"{file.where} generates the variable file {name[:200]}, which is not followed")
    if not name.endswith(_CODE):
        return
    parsed = parse(text.encode()) if isinstance(text, str) and not name.endswith(".json") else None
    declares = (
        any(inner.type not in HARMLESS for inner in parsed.blocks)
        if parsed is not None and parsed.problem is None
        else bool(_DECLARING.search(file.text)) or name.endswith(".json") or not file.text.startswith(("<<", '"'))
    )
    hidden = next((f for f in index.directory(folder) if basename(f.seen) == basename(name)), None)
    if declares or (hidden is not None and any(b.type not in HARMLESS for b in hidden.source.blocks)):
        raise EvaluationError(f"{file.where} generates {basename(name)[:200]}, which is not there to be read")
