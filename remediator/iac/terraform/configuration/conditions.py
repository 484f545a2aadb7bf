"""Custom conditions: what a root's own `validation` and `precondition` blocks refuse.

https://developer.hashicorp.com/terraform/language/expressions/custom-conditions
"""

from collections.abc import Iterator

from remediator.iac.terraform.configuration.instance import ModuleInstance
from remediator.iac.terraform.configuration.module import Declared, named
from remediator.iac.terraform.configuration.root import EvaluatedRoot
from remediator.iac.terraform.language.conversions import as_bool
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.scope import Names, RefusedError
from remediator.model import Role

__all__ = ["violations"]


def violations(root: EvaluatedRoot) -> frozenset[str]:
    """The conditions that are known not to hold, as sentences that name the place."""
    modules = {id(made.module): made.module for made in root.instances.values()}
    if root.top is not None:
        modules[id(root.top)] = root.top
    found = {sentence for module in modules.values() for sentence in _of_variables(module)}
    for made in root.instances.values():
        for lifecycle in named(made.declared, "lifecycle"):
            for condition in named(lifecycle, "precondition"):
                found.update(_failing(made.module, condition, made.address, made.names))
    return frozenset(found)


def _of_variables(module: ModuleInstance) -> Iterator[str]:
    for name, declared in module.code.variables.items():
        for condition in named(declared, "validation"):
            address = f"{module.address}.var.{name}".removeprefix(".")
            yield from _failing(module, condition, address, module)


def _failing(module: ModuleInstance, condition: Declared, address: str, names: Names) -> Iterator[str]:
    setting = condition.settings.get("condition")
    if setting is None:
        return
    try:
        holds = as_bool(module.defined(setting, Role.ATTRIBUTE, address, names)).data
    except (EvaluationError, RefusedError):
        return
    if holds is False:
        where = f"{setting.file.path}:{setting.attribute.span.start_line}"
        yield f"the {condition.block.type} of {address} would fail ({where})"
