"""What a Terraform state holds."""

from dataclasses import dataclass

from remediator.model.attributes import Attributes


@dataclass(frozen=True, slots=True)
class StateAddress:
    """Where a Terraform state holds a resource instance.

    `module` is the path with keys (`module.a["k"].module.b[0]`, empty at the root); `mode` is managed or data.
    """

    repository: str
    root: str
    backend: str
    workspace: str
    lineage: str
    serial: int
    module: str
    mode: str
    type: str
    name: str
    index_key: str | int | None

    @property
    def address(self) -> str:
        """The address as Terraform prints it, with index keys."""
        parts = [self.module] if self.module else []
        parts += ["data"] if self.mode == "data" else []
        return ".".join([*parts, self.type, self.name]) + index_suffix(self.index_key)


_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def index_suffix(key: str | int | None) -> str:
    """An index key as an address shows it: `["a"]`, `[0]`, or nothing."""
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    escaped = key.translate(_ESCAPES).replace("${", "$${").replace("%{", "%%{")
    return f'["{escaped}"]'


@dataclass(frozen=True, slots=True)
class StateResource:
    """One resource instance of a state: identity and the allow-listed attributes, nothing sensitive."""

    at: StateAddress
    id: str
    arn: str | None
    attributes: Attributes
    dependencies: tuple[str, ...] = ()
