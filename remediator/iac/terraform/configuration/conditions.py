"""Custom conditions: what a root's own `validation`, `precondition` and `postcondition` blocks refuse.

https://developer.hashicorp.com/terraform/language/expressions/custom-conditions
"""

from collections.abc import Iterator
from dataclasses import dataclass

from remediator.iac.terraform.configuration.instance import ModuleInstance
from remediator.iac.terraform.configuration.module import Declared, named
from remediator.iac.terraform.configuration.root import EvaluatedRoot, Instance
from remediator.iac.terraform.language.conversions import as_bool
from remediator.iac.terraform.language.evaluation import unknown
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.scope import Names, RefusedError
from remediator.iac.terraform.language.values import Evaluated
from remediator.model import Role

__all__ = ["violations"]


def violations(root: EvaluatedRoot) -> frozenset[str]:
    """The conditions that are known not to hold, as sentences that name the place."""
    found: set[str] = set()
    for module in root.modules():
        found.update(_of_variables(module))
        found.update(_of_outputs(module))
    for made in root.instances.values():
        for lifecycle in named(made.declared, "lifecycle"):
            for condition in named(lifecycle, "precondition"):
                found.update(_failing(made.module, condition, made.address, made.names))
            for condition in named(lifecycle, "postcondition"):
                found.update(_failing(made.module, condition, made.address, _Itself(made)))
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Itself:
    """The names in a postcondition, where `self` is the object; what is not one of its own attributes is unknown."""

    of: Instance

    def refer(self, kind: str, name: str) -> Evaluated:
        """What `self.name` is, and all that the block itself knows."""
        if kind != "self":
            return self.of.names.refer(kind, name)
        found = self.of.block.attributes.get(name)
        return unknown(f"self.{name} is not written in the code", self.of.address, name) if found is None else found


def _of_outputs(module: ModuleInstance) -> Iterator[str]:
    for name, declared in module.code.outputs.items():
        for condition in named(declared, "precondition"):
            yield from _failing(module, condition, f"{module.address}.output.{name}".removeprefix("."), module)


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
