"""The values that a root's variables get from files, in Terraform's own order of precedence.

https://developer.hashicorp.com/terraform/language/values/variables#variable-definition-precedence
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.environment import from_environment
from remediator.iac.terraform.index import normal
from remediator.iac.terraform.shadow.sources import Sources, joined
from remediator.iac.terraform.syntax import parse

__all__ = ["VariableFile", "environment_file", "values", "variable_files"]

_NAMED = ("terraform.tfvars", "terraform.tfvars.json")


@dataclass(frozen=True, slots=True)
class VariableFile:
    """A file of values; Terraform evaluates nothing in it but literals."""

    path: str
    content: bytes

    @property
    def is_json(self) -> bool:
        """Whether it is written in JSON."""
        return self.path.endswith(".json")


def variable_files(sources: Sources, root: RootConfig) -> tuple[VariableFile, ...]:
    """The files that Terraform loads by itself, then those configured; a later one wins.

    Raises ValueError where a configured file is not in the repository.
    """
    own, unit = normal(root.path), sources.index.units.get(normal(root.path))
    folders = dict.fromkeys((sources.index.module_folder(root.path), own))
    inside = {PurePosixPath(path).name: path for folder in folders for path in sources.inside(folder)}
    automatic = sorted(name for name in inside if name.endswith((".auto.tfvars", ".auto.tfvars.json")))
    paths = [inside[name] for name in (*_NAMED, *automatic) if name in inside]
    paths += unit.var_files if unit is not None else ()
    for name in root.var_files:
        path = joined(own, name)
        if path is None or sources.content(path) is None:
            raise ValueError(f"the variable file {name} is not in the repository")
        paths.append(path)
    return tuple(VariableFile(path, sources.content(path) or b"") for path in paths)


def environment_file(root: RootConfig, types: Mapping[str, str | None]) -> VariableFile:
    """What the root's environment sets, as a file that every other file wins over; `types` are those of all variables.

    Names that no variable has are left out, as Terraform leaves them.
    """
    found = {name: from_environment(root, name, constraint) for name, constraint in types.items()}
    lines = (f"{name} = (\n{text}\n)\n" for name, text in found.items() if text is not None)
    return VariableFile("the environment", "".join(lines).encode())


def values(files: Sequence[VariableFile]) -> Mapping[str, str]:
    """The text of the value that each variable gets; raises ValueError for a file that cannot be read."""
    found: dict[str, str] = {}
    for file in files:
        if file.is_json:
            try:
                body = json.loads(file.content)
            except (ValueError, RecursionError) as error:
                raise ValueError(f"{file.path} is not JSON") from error
            if not isinstance(body, dict):
                raise ValueError(f"{file.path} is not a JSON object")
            found |= {name: json.dumps(value, sort_keys=True) for name, value in body.items()}
        else:
            parsed = parse(file.content)
            if parsed.problem is not None:
                raise ValueError(f"{file.path}: {parsed.problem}")
            found |= {attribute.name: attribute.text for attribute in parsed.attributes}
    return found
