"""The module that a unit takes, and the variable files that its extra arguments name for it."""

import re
from collections.abc import Iterator, Sequence
from posixpath import basename, normpath

from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.values import Evaluated, Fields, Items, Unknown
from remediator.iac.terraform.mounts import Key
from remediator.iac.terraform.syntax import Attribute, Block
from remediator.iac.terraform.terragrunt.file import TerragruntFile
from remediator.iac.terraform.terragrunt.generated import HARMLESS
from remediator.iac.terraform.terragrunt.places import TOP, folder_of, resolved
from remediator.model import Role

__all__ = ["elsewhere", "extra_arguments", "module_folder", "overlaid"]

_FOREIGN = re.compile(r"^[\w+.-]+::|^[\w+.-]+://|^[\w.-]+@|\?")
_CHANGING = ("TF_VAR_", "TF_CLI_ARGS", "TF_WORKSPACE")
"""https://developer.hashicorp.com/terraform/cli/config/environment-variables"""
_REGISTRY = re.compile(r"tfr://(?P<host>[^/?]*)/(?P<module>[^?]+)\?version=(?P<version>[^&]+)")
"""https://terragrunt.gruntwork.io/docs/reference/config-blocks-and-attributes/#a-note-about-using-modules-from-the-registry"""


def source(file: TerragruntFile) -> tuple[TerragruntFile, Attribute] | None:
    """The `source` that counts, and the file that it stands in; raises EvaluationError."""
    for one in file.nearest():
        for block in one.blocks("terraform"):
            found = block.attribute("source")
            if found is not None:
                return one, found
    return None


def module_folder(index: RepositoryIndex, file: TerragruntFile) -> str:
    """The folder of a unit's module; raises EvaluationError with a sentence where it is not in the repository."""
    own = folder_of(file.position.at)
    found = source(file)
    if found is None:
        return own
    holder, attribute = found
    where = f"{holder.position.file}:{attribute.span.start_line}"
    value = holder.value(attribute, Role.ATTRIBUTE, "terraform.source").data
    if not isinstance(value, str):
        why = value.reason if isinstance(value, Unknown) else "it is no text"
        raise EvaluationError(f"the source at {where} is not known: {why}")
    key = _key(value)
    folder: str | None = index.mounts.folders.get(key) if key else resolved(value.replace("//", "/"), own)
    if folder is None or folder not in index.folders:
        refusal = index.mounts.refusals.get(key) if key else None
        raise EvaluationError(
            f"the module comes from {value[:200].replace(TOP, '')} ({where}), which is not in this repository"
            f"{f': {refusal}' if refusal else ''}"
        )
    return folder


def elsewhere(file: TerragruntFile) -> Key | None:
    """The source and version of a module that is not in the repository; raises EvaluationError."""
    found = source(file)
    value = found[0].value(found[1], Role.ATTRIBUTE, "terraform.source").data if found else None
    return _key(value) if isinstance(value, str) else None


def _key(value: str) -> Key | None:
    if not _FOREIGN.search(value) and not value.startswith("github.com/"):
        return None
    registry = _REGISTRY.fullmatch(value)
    if registry is None:
        return value, None
    host = registry["host"] if registry["host"] not in ("", "registry.terraform.io") else None
    return "/".join(filter(None, (host, registry["module"]))), registry["version"]


def overlaid(index: RepositoryIndex, unit: str, folder: str) -> None:
    """Raises EvaluationError where a unit lays files over its module that change more than providers."""
    if unit == folder:
        return
    theirs = {basename(file.seen): file for file in index.directory(folder)}
    for file in index.directory(unit):
        replaced = theirs.get(basename(file.seen))
        if any(b.type not in HARMLESS for one in (file, replaced) if one for b in one.source.blocks):
            raise EvaluationError(f"{file.path} is laid over the module in {folder or '.'}, which is not followed")


def extra_arguments(index: RepositoryIndex, file: TerragruntFile) -> tuple[str, ...]:
    """The variable files that extra arguments name for a plan, the last one winning.

    Raises EvaluationError where they set variables in another way, or name a file that is not there.
    """
    blocks: dict[str, tuple[TerragruntFile, Block]] = {}
    for one in reversed(file.nearest()):
        for terraform in one.blocks("terraform"):
            for block in terraform.nested("extra_arguments"):
                blocks[block.labels[0] if block.labels else ""] = (one, block)
    return tuple(path for one, block in blocks.values() for path in _var_files(index, one, block))


def _var_files(index: RepositoryIndex, file: TerragruntFile, block: Block) -> Iterator[str]:
    where = f"{file.position.file}:{block.header.start_line}"
    settings = {a.name: a for a in block.attributes}
    commands = _texts(file, settings.get("commands"))
    if commands is not None and not {"plan", "apply"} & set(commands):
        return
    arguments = _texts(file, settings.get("arguments"))
    if arguments is None or any(argument.startswith(("-var", "--var")) for argument in arguments):
        raise EvaluationError(f"the extra_arguments at {where} may set variables in a way that is not followed")
    variables = settings.get("env_vars")
    if variables is not None:
        _environment(file.value(variables, Role.ATTRIBUTE, "env_vars"), where)
    for kind in ("required_var_files", "optional_var_files"):
        names = _texts(file, settings.get(kind))
        if names is None:
            raise EvaluationError(f"the {kind} at {where} are not known")
        for name in reversed(dict.fromkeys(reversed(names))):
            if source(file) is not None and not name.startswith(TOP) and normpath(name).startswith("../"):
                raise EvaluationError(
                    f"{name[:200]}, which the extra_arguments at {where} name, is found from a copy of the module; "
                    'write "${get_terragrunt_dir()}/" before it'
                )
            path = resolved(name, folder_of(file.position.at))
            if path in index.files:
                yield path
            elif kind == "required_var_files" or index.blob(path) is not None:
                raise EvaluationError(f"{path}, which the extra_arguments at {where} name, is not there to be read")


def _environment(variables: Evaluated, where: str) -> None:
    """Raises EvaluationError where variables of the environment may change what Terraform plans."""
    if not isinstance(variables.data, Fields) or variables.data.rest is not None:
        raise EvaluationError(f"the extra_arguments at {where} set variables of the environment that are not known")
    for name, value in variables.data.fields.items():
        harmless = name.startswith("TF_CLI_ARGS") and isinstance(value.data, str) and "-var" not in value.data
        if name.startswith(_CHANGING) and not harmless:
            raise EvaluationError(f"the extra_arguments at {where} may set {name[:80]}, which is not followed")


def _texts(file: TerragruntFile, attribute: Attribute | None) -> Sequence[str] | None:
    """A list of texts; None where a part of it is not known."""
    found = Evaluated(Items(())) if attribute is None else file.value(attribute, Role.ATTRIBUTE, attribute.name)
    if not isinstance(found.data, Items):
        return None
    texts = [item.data for item in found.data.items]
    return [t for t in texts if isinstance(t, str)] if all(isinstance(t, str) for t in texts) else None
