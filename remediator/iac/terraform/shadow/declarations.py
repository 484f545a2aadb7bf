"""Declarations of a module, whether written in Terraform's own syntax or in JSON: names and expressions as text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from remediator.iac.terraform.syntax import Block

__all__ = ["Declaration", "from_block", "merged"]


@dataclass(frozen=True, slots=True)
class Declaration:
    """A block: its type and labels, its attributes as expressions in Terraform's own syntax, the blocks in it."""

    type: str
    labels: tuple[str, ...]
    attributes: Mapping[str, str]
    blocks: tuple["Declaration", ...]

    def nested(self, type_: str) -> tuple["Declaration", ...]:
        """The blocks of that type, dynamic ones included, in their order."""
        return tuple(b for b in self.blocks if b.type == type_ or (b.type == "dynamic" and b.labels == (type_,)))

    def block(self, type_: str) -> "Declaration | None":
        """The first plain block of that type."""
        return next((b for b in self.blocks if b.type == type_), None)


def from_block(block: Block) -> Declaration:
    """A block of a parsed file."""
    return Declaration(
        block.type,
        block.labels,
        {attribute.name: attribute.text for attribute in block.attributes},
        tuple(from_block(inner) for inner in block.blocks),
    )


def merged(base: Declaration, override: Declaration) -> Declaration:
    """A declaration as an override file changes it: attributes one by one, nested blocks type by type.

    https://developer.hashicorp.com/terraform/language/files/override
    """
    replaced = {_kind(block) for block in override.blocks}
    kept: Sequence[Declaration] = [block for block in base.blocks if _kind(block) not in replaced]
    return Declaration(base.type, base.labels, {**base.attributes, **override.attributes}, (*kept, *override.blocks))


def _kind(block: Declaration) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type
