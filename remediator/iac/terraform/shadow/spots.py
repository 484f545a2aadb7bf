"""Places of a configuration that carry one expression."""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Kind", "Spot"]


class Kind(StrEnum):
    """What a spot belongs to."""

    RESOURCE = "resource"
    VARIABLE = "variable"
    LOCAL = "local"
    OUTPUT = "output"
    CALL = "module"
    FILE = "file"


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """One expression: `attribute` of what is called `name` in a folder; the attribute of a local or an output is empty.

    Of a call, the attribute is the argument; a file's folder is empty and its name is its path.
    """

    folder: str
    kind: Kind
    name: str
    attribute: str = ""

    def __str__(self) -> str:
        prefix = {Kind.VARIABLE: "var.", Kind.LOCAL: "local.", Kind.OUTPUT: "output.", Kind.CALL: "module."}
        whole = prefix.get(self.kind, "") + self.name + (f".{self.attribute}" if self.attribute else "")
        return f"{whole} in {self.folder}" if self.folder else whole
