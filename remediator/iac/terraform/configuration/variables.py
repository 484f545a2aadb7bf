"""The value of a variable: what is given to it, in Terraform's precedence, else its default, as its type has it."""

from remediator.iac.terraform.configuration.constraints import typed
from remediator.iac.terraform.configuration.environment import PREFIX, from_environment
from remediator.iac.terraform.configuration.inputs import given, is_automatic, variable_files
from remediator.iac.terraform.configuration.module import Declared
from remediator.iac.terraform.configuration.shared import Defining
from remediator.iac.terraform.language.evaluation import evaluated_text, unknown
from remediator.iac.terraform.language.functions.encodings import placeless
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.places import Absent, Place
from remediator.iac.terraform.language.scope import Scope
from remediator.iac.terraform.language.sensitivity import SENSITIVE
from remediator.iac.terraform.language.values import Evaluated, Fields, Trail, Unknown
from remediator.model import Role

__all__ = ["is_sensitive", "variable"]


def variable(module: Defining, name: str) -> Evaluated:
    """The value of a variable that the module declares; raises EvaluationError and RefusedError."""
    declared = module.code.variables[name]
    if not is_sensitive(declared):
        return _value(module, declared, name)
    try:
        return _value(module, declared, name).marked()
    except EvaluationError:
        raise EvaluationError(f"var.{name}, which is sensitive, has a value that does not fit it") from None


def is_sensitive(declared: Declared) -> bool:
    """Whether a variable or an output says that its value is shown to nobody."""
    found = [declared.settings[name] for name in SENSITIVE if name in declared.settings]
    return any(setting.attribute.text != "false" for setting in found)


def _value(module: Defining, declared: Declared, name: str) -> Evaluated:
    value = _given(module, name)
    nullable = declared.settings.get("nullable")
    if value is not None and value.data is None and nullable is not None and nullable.attribute.text == "false":
        value = None
    default = declared.settings.get("default")
    if value is None and default is not None:
        value = module.defined(default, Role.VARIABLE_DEFAULT, f"var.{name}").passing(_overridable(module, name))
    if value is None:
        where = f"{declared.file.path}:{declared.block.header.start_line}"
        value = unknown(
            f"var.{name} has no value in the repository; -var, the environment or a service gives it ({where})",
            module.address,
            "var",
            name,
        )
    return _typed(module, value, declared, name)


def _overridable(module: Defining, name: str) -> Trail | None:
    """Where a value would go before the default: at the call, or in the last variable file of the root."""
    if module.call is not None:
        return Trail(Absent(name, module.call.place(Role.MODULE_CALL, module.caller.address)))
    if module.shared.inputs is not None:
        return module.shared.inputs.absent(name)
    files = variable_files(module.shared.index, module.shared.root)
    return Trail(Absent(name, Place(files[-1].path, 0, 0, Role.TFVARS, f"var.{name}"))) if files else None


def _given(module: Defining, name: str) -> Evaluated | None:
    if module.call is None or module.outer is None:
        setting = given(module.shared.index, module.shared.root, name)
        passed = _from_unit(module, name)
        if passed is not None and passed.data is None and (setting is None or not is_automatic(setting.file)):
            return passed
        if setting is None:
            found = _from_environment(module, name)
            return passed if found is None else found
        if not setting.file.path.endswith(".json"):
            return module.defined(setting, Role.TFVARS, f"var.{name}")
        return _json_given(module, setting.file.path, name)
    argument = module.call.settings.get(name)
    if argument is None:
        return None
    return module.caller.defined(argument, Role.MODULE_ARGUMENT, module.call.block.address, module.outer)


def _from_environment(module: Defining, name: str) -> Evaluated | None:
    constraint = module.code.variables[name].settings.get("type")
    text = from_environment(module.shared.root, name, constraint.attribute.text if constraint else None)
    if text is None:
        return None
    place = Place(f"{PREFIX}{name}", 0, len(text.encode()), Role.ENVIRONMENT, f"var.{name}")
    return evaluated_text(Scope(module, module.shared.around, module.shared.budget, place, text))


def _from_unit(module: Defining, name: str) -> Evaluated | None:
    """What Terragrunt passes to a variable of the root."""
    if module.shared.inputs is None:
        return None
    constraint = module.code.variables[name].settings.get("type")

    def read(text: str) -> Evaluated:
        place = Place(f"{PREFIX}{name}", 0, len(text.encode()), Role.ENVIRONMENT, f"var.{name}")
        return placeless(evaluated_text(Scope(module, module.shared.around, module.shared.budget, place, text)))

    return module.shared.inputs.given(name, constraint.attribute.text if constraint else None, read)


def _json_given(module: Defining, path: str, name: str) -> Evaluated | None:
    """A value from a variable file in JSON, whose strings are text and no templates."""
    document = module.shared.around.files.document(path, "json")
    if document is None or isinstance(document.data, Unknown):
        return document
    return document.data.fields.get(name) if isinstance(document.data, Fields) else None


def _typed(module: Defining, value: Evaluated, declared: Declared, name: str) -> Evaluated:
    constraint = declared.settings.get("type")
    scope = module.scope(constraint, Role.OPTIONAL_DEFAULT, f"var.{name}") if constraint else None
    return value if scope is None else typed(value, scope)
