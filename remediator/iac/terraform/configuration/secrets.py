"""Where sensitive values are written."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from remediator.iac.terraform.configuration.blocks import EvaluatedBlock
from remediator.iac.terraform.configuration.module import Declared
from remediator.iac.terraform.configuration.root import EvaluatedRoot
from remediator.iac.terraform.configuration.variables import is_sensitive
from remediator.iac.terraform.language.functions.protocol import EvaluationError
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.scope import RefusedError
from remediator.iac.terraform.language.values import Evaluated, Fields, Items

__all__ = ["secret_places"]

_OPEN = ("", None, True, False)
"""Values that tell nothing: defaults of variables that are given elsewhere."""
_NAMES = frozenset((
    "admin_password", "administrator_login_password", "auth_token", "client_secret", "key_material_base64",
    "master_password", "master_user_password", "password", "passwords", "private_key", "secret_binary",
    "secret_string",
))  # fmt: skip
"""Arguments that providers mark as sensitive under these names, whatever the resource, and modules hand on to them
(https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance#password-1)."""
_OF_TYPE: Mapping[str, frozenset[str]] = {"aws_ssm_parameter": frozenset({"value"})}
"""Further ones of single types."""


def secret_places(root: EvaluatedRoot) -> frozenset[Place]:
    """Where the values of a root's sensitive variables stand, and of arguments that providers mark as sensitive.

    Those of the modules that it calls are included.
    """
    return frozenset(_places(root))


def _places(root: EvaluatedRoot) -> Iterator[Place]:
    for module in root.modules():
        for name, declared in module.code.variables.items():
            if is_sensitive(declared):
                with suppress(EvaluationError, RefusedError):
                    yield from _written(module.refer("var", name))
    for made in root.instances.values():
        names = _NAMES | _OF_TYPE.get(made.declared.block.labels[0], frozenset())
        if _has(made.declared, names):
            yield from _in_block(made.block, names)


def _has(declared: Declared, names: frozenset[str]) -> bool:
    """Whether a block, or one inside it, sets any of the names."""
    return not names.isdisjoint(declared.settings) or any(_has(inner, names) for inner in declared.nested)


def _in_block(block: EvaluatedBlock, names: frozenset[str]) -> Iterator[Place]:
    for name in names & block.attributes.keys():
        value = block.attributes[name]
        if (
            value.known or '"' in block.declared.settings[name].attribute.text
        ):  # a reference to the unknown tells nothing
            yield from _written(value)
    for made in block.blocks.values():
        for inner in made:
            yield from _in_block(inner, names)


def _written(value: Evaluated) -> Iterator[Place]:
    """Where a value, or a part of it, stands; of one that was computed, all that it came through."""
    data = value.data
    if isinstance(data, Items | Fields):
        for inner in data.items if isinstance(data, Items) else data.fields.values():
            yield from _written(inner)
    elif data not in _OPEN:
        steps = (step for step in value.trail or () if isinstance(step, Place))
        yield from steps if value.origin is None else (value.origin,)
