"""What a Terraform state holds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from remediator.model.attributes import Attributes

PROVIDER = "provider"
"""The mode of an address that is a provider configuration's, and the kind that stands for one."""


@dataclass(frozen=True, slots=True)
class StateAddress:
    """Where a Terraform state holds a resource instance.

    `module` is the path with keys (`module.a["k"].module.b[0]`, empty at the root); `mode` is managed or data. The
    `repository` is empty where the state belongs to no configured one; `written_at` is when the state was last written,
    where its backend says so. Of a provider configuration the mode is PROVIDER, the type its local name and the name
    its alias, empty where it has none.
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
    written_at: datetime | None = None

    @property
    def address(self) -> str:
        """The address as Terraform prints it, with index keys."""
        parts = [self.module] if self.module else []
        if self.mode == PROVIDER:
            return ".".join(part for part in (*parts, PROVIDER, self.type, self.name) if part)
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


class Standing(StrEnum):
    """How an object stands in its state: as it should, marked to be replaced, or replaced and about to be destroyed."""

    CURRENT = "current"
    TAINTED = "tainted"
    DEPOSED = "deposed"


@dataclass(frozen=True, slots=True)
class StateResource:
    """One resource instance of a state: identity and the allow-listed attributes, nothing sensitive.

    `account_id` and `region` are those that its identity, its ARN or the provider's `region` attribute names.
    `configured_by` is the address of the provider configuration that it was last applied with (`provider.aws.west`,
    `module.a.provider.aws`); `tag_keys` are the keys of `tags_all`, None where the type has no such attribute or the
    state hides it.
    """

    at: StateAddress
    id: str
    arn: str | None
    attributes: Attributes
    dependencies: tuple[str, ...] = ()
    account_id: str | None = None
    region: str | None = None
    standing: Standing = Standing.CURRENT
    configured_by: str | None = None
    tag_keys: tuple[str, ...] | None = None
