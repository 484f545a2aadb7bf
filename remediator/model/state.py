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
        key = f'["{self.index_key}"]' if isinstance(self.index_key, str) else ""
        key = f"[{self.index_key}]" if isinstance(self.index_key, int) else key
        parts = [self.module] if self.module else []
        parts += ["data"] if self.mode == "data" else []
        return ".".join([*parts, self.type, self.name]) + key


@dataclass(frozen=True, slots=True)
class StateResource:
    """One resource instance of a state: identity and the allow-listed attributes, nothing sensitive."""

    at: StateAddress
    id: str
    arn: str | None
    attributes: Attributes
    dependencies: tuple[str, ...] = ()
