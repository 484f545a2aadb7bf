"""What Terragrunt passes to the module of a unit, as a file of values for the shadow."""

from collections.abc import Mapping

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.edited import edited
from remediator.iac.terraform.configuration.environment import PREFIX
from remediator.iac.terraform.index import normal
from remediator.iac.terraform.language.evaluation import evaluated_text
from remediator.iac.terraform.language.functions.encodings import json_text
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Surroundings
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.scope import Budget, Scope
from remediator.iac.terraform.language.values import Evaluated, RefusedError, Unknown
from remediator.iac.terraform.shadow.sources import Sources
from remediator.iac.terraform.shadow.variables import VariableFile
from remediator.iac.terraform.terragrunt.names import NO_NAMES
from remediator.iac.terraform.terragrunt.unit import STEPS, UnitInputs, unit_inputs
from remediator.iac.terraform.terragrunt.units import files_of
from remediator.model import Role

__all__ = ["inputs_file"]


def inputs_file(
    sources: Sources, root: RootConfig, types: Mapping[str, str | None]
) -> tuple[VariableFile, Mapping[str, Unknown]]:
    """The inputs as a file that every other file wins over, and by the variable those that are not known.

    `types` are those of all variables. Raises ValueError with a sentence where the unit is not followed.
    """
    index, texts = edited(sources.index, sources.replaced)

    def read(blob: str) -> bytes:
        return texts[blob] if blob in texts else sources.read(blob)

    files = files_of(index, read)
    found = unit_inputs(index, index.units[normal(root.path)], files, files.seen, dict(root.environment))
    if isinstance(found, str):
        raise ValueError(found)
    around = Surroundings(files, index.module_folder(root.path))
    lines: list[str] = []
    unknown: dict[str, Unknown] = {}
    for name, constraint in types.items():
        if PREFIX + name in dict(root.environment):
            continue
        try:
            value = _given(found, name, constraint, around)
            missing = value.unknown if value is not None else None
        except (EvaluationError, RefusedError) as error:
            unknown[name] = Unknown(str(error), str(error))
            continue
        if value is not None and missing is not None:
            unknown[name] = Unknown(missing.reason, value.digest())
        elif value is not None:
            lines.append(f"{name} = (\n{_expression(value)}\n)\n")
    return VariableFile("the inputs of Terragrunt", "".join(lines).encode()), unknown


def _given(found: UnitInputs, name: str, constraint: str | None, around: Surroundings) -> Evaluated | None:
    def read(text: str) -> Evaluated:
        place = Place(f"{PREFIX}{name}", 0, len(text.encode()), Role.ENVIRONMENT, f"var.{name}")
        return evaluated_text(Scope(NO_NAMES, around, Budget(STEPS), place, text))

    return found.given(name, constraint, read)


def _expression(value: Evaluated) -> str:
    return json_text(value).replace("${", "$${").replace("%{", "%%{")
