"""One unit evaluated: what its module is, and which values Terragrunt passes to the module's variables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from posixpath import join

from remediator.iac.terraform.index import Dependency, RepositoryIndex, Unit
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Files
from remediator.iac.terraform.language.scope import Budget
from remediator.iac.terraform.language.values import Evaluated, Fields, RefusedError, Trail, Unknown
from remediator.iac.terraform.terragrunt.dependencies import dependencies
from remediator.iac.terraform.terragrunt.file import TerragruntFile
from remediator.iac.terraform.terragrunt.generated import generated, hooked
from remediator.iac.terraform.terragrunt.module import elsewhere, extra_arguments, module_folder, overlaid
from remediator.iac.terraform.terragrunt.passing import arrived
from remediator.iac.terraform.terragrunt.places import TOP
from remediator.iac.terraform.terragrunt.reader import FILE_NAMES, Position, Reader
from remediator.iac.terraform.terragrunt.written import Written, written

__all__ = ["STEPS", "UnitInputs", "examined", "opened", "said", "unit_inputs"]

STEPS = 200_000
"""Steps that the files of one unit may take: some half a second."""


@dataclass(frozen=True, slots=True)
class UnitInputs:
    """The inputs of a unit by name, and the object that a further one would go into."""

    values: Evaluated
    written: Written | None

    def given(self, name: str, constraint: str | None, read: Callable[[str], Evaluated]) -> Evaluated | None:
        """The value of a variable as Terraform gets it, None where no input sets it; raises EvaluationError.

        `constraint` is the variable's type as it is written, `read` gives the value of an expression.
        """
        data = self.values.data
        if isinstance(data, Fields):
            found = data.fields.get(name)
            if found is not None:
                return arrived(found, constraint, read)
            data = data.rest
        if isinstance(data, Unknown):
            return Evaluated(Unknown(data.reason, sha256(f"{data.key}\0{name}".encode()).hexdigest()[:16]))
        return None

    def absent(self, name: str) -> Trail | None:
        """The step of a default that counts because no input sets the variable."""
        return self.written.absent(name) if self.written is not None else None


def opened(
    index: RepositoryIndex, folder: str, files: Files, seen: set[str], environment: Mapping[str, str]
) -> TerragruntFile:
    """The file of a unit; raises EvaluationError and RefusedError."""
    path = join(folder, FILE_NAMES[0])
    reader = Reader(index, files, seen, environment, Budget(STEPS))
    return TerragruntFile(reader, Position(path, path, path))


def unit_inputs(
    index: RepositoryIndex, unit: Unit, files: Files, seen: set[str], environment: Mapping[str, str]
) -> UnitInputs | str:
    """What a unit passes to its module, or a sentence why it is not followed; `seen` takes the files that are read."""
    if unit.reason is not None:
        return unit.reason
    try:
        file = opened(index, unit.path, files, seen, environment)
        if module_folder(index, file) != unit.module or extra_arguments(index, file) != unit.var_files:
            return f"{unit.file} no longer takes the module in {unit.module or '.'}, or other variable files"
        generated(index, file, unit.module or "")
        hooked(file)
        return _inputs(file)
    except (EvaluationError, RefusedError) as error:
        return said(unit.file, error)


def said(path: str, error: Exception) -> str:
    """Why a file is not followed, in a sentence with paths as the repository has them."""
    return f"{path}: {str(error).replace(f'{TOP}/', '').replace(TOP, '.')}"


def _inputs(file: TerragruntFile) -> UnitInputs:
    object_ = written(file)
    return UnitInputs(object_.passed(file.inputs) if object_ is not None else file.inputs, object_)


def examined(
    index: RepositoryIndex, folder: str, files: Files, seen: set[str], environment: Mapping[str, str]
) -> Unit | None:
    """What is to be known of the unit in a folder beforehand; None where nothing is run there.

    Whatever it holds, nothing is raised: `reason` says why it is not followed.
    """
    path = join(folder, FILE_NAMES[0])
    module: str | None = None
    includes: tuple[str, ...] = ()
    var_files: tuple[str, ...] = ()
    depends_on: tuple[Dependency, ...] = ()
    reason, key = None, None
    try:
        file = opened(index, folder, files, seen, environment)
        depends_on = tuple(dependencies(file))
        includes = tuple(one.file.position.file for one in file.includes)
        key = elsewhere(file)
        module = module_folder(index, file)
        if module == folder and not index.directory(folder):
            return None
        var_files = extra_arguments(index, file)
        generated(index, file, module)
        hooked(file)
        overlaid(index, folder, module)
        _ = _inputs(file).values.unknown  # reads all that the inputs hang on
    except (EvaluationError, RefusedError) as error:
        reason = said(path, error)
    return Unit(folder, path, module, reason, frozenset(seen), includes, var_files, depends_on, key)
