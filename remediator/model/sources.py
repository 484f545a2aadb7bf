"""Places in code, and the way of a value from an attribute to its literal."""

from dataclasses import dataclass
from enum import StrEnum

from remediator.model.attributes import Value


class Role(StrEnum):
    """What a source location is on the way from an attribute to its literal."""

    BLOCK = "block"
    MODULE_CALL = "module call"
    ATTRIBUTE = "attribute"
    LITERAL = "literal"
    VARIABLE_DEFAULT = "variable default"
    TEMPLATE = "text of a template"
    TFVARS = "tfvars"
    ENVIRONMENT = "environment variable"
    MODULE_ARGUMENT = "module argument"
    LOCAL = "local"
    MAP_ENTRY = "map entry"
    OUTPUT = "output"
    FILE = "file"
    JSON_FILE = "JSON file"
    YAML_FILE = "YAML file"
    FOR_EACH = "for_each value"
    OPTIONAL_DEFAULT = "optional default"
    CONTROLLER = "configuration of its controller"
    TAGGED = "place its tags name"


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A place at a commit; `start` and `end` are byte offsets, lines count from 1 and include both ends.

    `ref` is the tag, branch or commit by which a caller has the module that it stands in, where the module comes from
    elsewhere; such a place is never edited.
    """

    repository: str
    commit: str
    path: str
    blob: str
    start: int
    end: int
    start_line: int
    end_line: int
    role: Role
    address: str
    attribute: str | None = None
    ref: str | None = None

    @property
    def spot(self) -> str:
        """As path:line, with repository and ref before it where it comes from elsewhere."""
        return f"{f'{self.repository}@{self.ref}:' if self.ref else ''}{self.path}:{self.start_line}"


@dataclass(frozen=True, slots=True)
class ValueTrace:
    """The way from an attribute to the literal it takes its value from.

    `locations` runs from the attribute (or, where it is absent, the block) to the literal; `value` is what the code
    evaluates to; `conditions` are sentences about what was taken on the way; `siblings` are the other resource
    addresses that the same literal reaches; `unresolved` says why no single literal could be named, and is None where
    one was.
    """

    attribute: str
    value: Value
    locations: tuple[SourceLocation, ...]
    siblings: tuple[str, ...] = ()
    unresolved: str | None = None
    conditions: tuple[str, ...] = ()

    @property
    def literal(self) -> SourceLocation | None:
        """Where the value is written, or None."""
        return self.locations[-1] if self.locations and self.unresolved is None else None
