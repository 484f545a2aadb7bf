"""The values of a root's variables as the repository gives them, in Terraform's precedence."""

from collections.abc import Iterator
from posixpath import basename, join, normpath

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.module import Setting
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex, normal

__all__ = ["given", "is_automatic", "missing_files", "variable_files"]

_PLAIN = ("terraform.tfvars", "terraform.tfvars.json")


def variable_files(index: RepositoryIndex, root: RootConfig) -> tuple[IndexedFile, ...]:
    """The variable files of a root in Terraform's order, the last one winning.

    `terraform.tfvars`, `terraform.tfvars.json`, then `*.auto.tfvars` and `*.auto.tfvars.json` by name, then the root's
    own `var_files`; those of a Terragrunt unit lie over its module's, and its extra arguments name more
    (https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence).
    """
    own, module = normal(root.path), index.module_folder(root.path)
    folders = (own,) if own == module else (module, own)
    inside = {basename(file.seen): file for folder in folders for file in index.folders.get(folder, ())}
    plain = [inside[name] for name in _PLAIN if name in inside]
    automatic = [inside[name] for name in sorted(inside) if name.endswith((".auto.tfvars", ".auto.tfvars.json"))]
    unit = index.units.get(own)
    named = [index.files[path] for path in (*(unit.var_files if unit else ()), *_named(root)) if path in index.files]
    return (*plain, *automatic, *named)


def is_automatic(file: IndexedFile) -> bool:
    """Whether a variable file wins over inputs of Terragrunt that are null, which it writes into a file of its own."""
    return basename(file.seen) not in _PLAIN


def missing_files(index: RepositoryIndex, root: RootConfig) -> tuple[str, ...]:
    """The configured `var_files` that are not in the repository, or not read as variable files."""
    return tuple(path for path in _named(root) if path not in index.files)


def _named(root: RootConfig) -> Iterator[str]:
    return (normpath(join(normal(root.path), name)) for name in root.var_files)


def given(index: RepositoryIndex, root: RootConfig, name: str) -> Setting | None:
    """Where the value of a root's variable is given, or None where only a default can be."""
    found = None
    for file in variable_files(index, root):
        for attribute in file.source.attributes:
            if attribute.name == name:
                found = Setting(file, attribute)
    return found
