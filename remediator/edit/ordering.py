"""`depends_on` that names what goes: the name may go along where nothing is then made earlier than it was.

A reference in `depends_on` says nothing but what comes first. Without it, what stays must still come after all that it
came after through what goes (https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on).
"""

import re
from collections.abc import Collection, Iterator

from remediator.edit.references import attributes_in
from remediator.iac.terraform.configuration.module import Module, module_of
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.syntax import Block

__all__ = ["earlier_without"]

_WORDS = re.compile(r"(?<![\w.-])([^\W\d][\w-]*)\s*\.\s*([^\W\d][\w-]*)(?:\s*\.\s*([^\W\d][\w-]*))?")


def earlier_without(index: RepositoryIndex, folder: str, gone: Block, other: Block) -> tuple[str, ...]:
    """What a block comes after only through another of the same module that is to go: addresses, sorted."""
    module = module_of(index, folder)
    still = _before(module, other, {gone.address})
    return tuple(sorted(_before(module, gone, {other.address}) - still - {gone.address, other.address}))


def _before(module: Module, block: Block, without: Collection[str]) -> frozenset[str]:
    """All that a block waits for, directly or through others; what feeds the module's variables counts as `var.x`."""
    found: set[str] = set()
    todo = [_text(block)]
    while todo:
        for name in _names(todo.pop(), module):
            if name in found or name in without:
                continue
            found.add(name)
            if name in module.resources:
                todo.append(_text(module.resources[name].block))
            elif name.startswith("module."):
                todo.append(_text(module.calls[name.removeprefix("module.")].block))
            elif name.startswith("local."):
                todo.append(module.locals[name.removeprefix("local.")].attribute.text)
    return frozenset(name for name in found if not name.startswith(("local.", "data.")))


def _text(block: Block) -> str:
    return "\n".join(attribute.text for attribute in attributes_in(block))


def _names(text: str, module: Module) -> Iterator[str]:
    for first, second, third in _WORDS.findall(text):
        if first == "var" or (first == "local" and second in module.locals):
            yield f"{first}.{second}"
        elif first == "module" and second in module.calls:
            yield f"module.{second}"
        elif first == "data" and f"data.{second}.{third}" in module.resources:
            yield f"data.{second}.{third}"
        elif f"{first}.{second}" in module.resources:
            yield f"{first}.{second}"
