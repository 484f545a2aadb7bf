"""`terraform_remote_state` and `tfe_outputs`: which outputs of which states the code of a repository reads.

https://developer.hashicorp.com/terraform/language/state/remote-state-data
https://registry.terraform.io/providers/hashicorp/tfe/latest/docs/data-sources/outputs
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import basename

from remediator.config import RootConfig
from remediator.iac.terraform.backends import COMMITTED
from remediator.iac.terraform.expressions import literal
from remediator.iac.terraform.index import IndexedFile, RepositoryIndex
from remediator.iac.terraform.modules import blocks_in
from remediator.iac.terraform.syntax import Block

__all__ = ["RemoteReader", "remote_readers"]

_TYPES = {"terraform_remote_state": "outputs", "tfe_outputs": "(?:nonsensitive_)?values"}
"""The data sources, and the attribute of each that holds the outputs."""
_SETTING = re.compile(
    r"""(?<![\w.-])"?(bucket|key|path|address|workspace|name|organization)"?\s*[=:]\s*("(?:[^"\\]|\\.)*")"""
)
_BACKENDS = {"s3": ("s3",), "http": ("http",), "https": ("http",), "tfc": ("remote", "cloud"), "gs": ("gcs",),
             "azblob": ("azurerm",)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RemoteReader:
    """A data source that reads another root's state, and the names of the outputs used of it; None may be any.

    `settings` are patterns for those settings of its backend that are written out.
    """

    repository: str
    path: str
    line: int
    backend: str | None
    settings: Mapping[str, str]
    outputs: frozenset[str] | None

    @property
    def place(self) -> str:
        """As repository: path:line."""
        return f"{self.repository}: {self.path}:{self.line}"

    def reads(self, root: RootConfig, output: str) -> bool:
        """Whether it may read an output of a root's state; what is not written out may be anything."""
        if self.outputs is not None and output not in self.outputs:
            return False
        scheme, found, rest = root.state.removeprefix(COMMITTED).partition("://")
        if root.state_command and not found:  # a name that says nothing of where the state is
            return True
        if self.backend is not None and self.backend not in _BACKENDS.get(
            scheme, ("local",) if not found else (scheme,)
        ):
            return False
        if scheme == "s3":
            bucket, _, key = rest.partition("/")
            named = {"bucket": bucket, "key": key}
        elif scheme == "tfc":
            named = {"name": rest.rpartition("/")[2]}
        else:
            named = {} if found else {"path": basename(scheme)}
        named |= {"workspace": root.workspace}
        return all(re.fullmatch(self.settings[name], value) for name, value in named.items() if name in self.settings)


def remote_readers(index: RepositoryIndex) -> tuple[RemoteReader, ...]:
    """All readers in a repository, whether a configured root reaches them or not."""
    return tuple(reader for folder in index.folders for reader in _in_folder(index, folder))


def _in_folder(index: RepositoryIndex, folder: str) -> Iterator[RemoteReader]:
    for file, block in blocks_in(index, folder, "data"):
        if len(block.labels) == 2 and block.labels[0] in _TYPES:
            yield _reader(index, folder, file, block)


def _reader(index: RepositoryIndex, folder: str, file: IndexedFile, block: Block) -> RemoteReader:
    backend = block.attribute("backend")
    said = literal(backend.text) if backend else None
    texts = [attribute.text for attribute in block.attributes if attribute.name == "config"]
    texts += [f"{a.name} = {a.text}" for a in block.attributes if a.name == "workspace"]
    texts += [f"{a.name} = {a.text}" for inner in block.nested("config") for a in inner.attributes]
    settings = {name: _pattern(name, text) for config in texts for name, text in _SETTING.findall(config)}
    kind = said.value if said is not None and isinstance(said.value, str) else None
    if block.labels[0] == "tfe_outputs":
        kind, settings = "cloud", {"name": settings["workspace"]} if "workspace" in settings else {}
    used = _used(index, folder, block.labels[0], block.labels[1])
    return RemoteReader(index.repository, file.path, block.header.start_line, kind, settings, used)


def _pattern(name: str, text: str) -> str:
    """A string as a pattern in which every interpolation may be anything; of a path only its last part counts."""
    parts = re.split(r"(?<!\$)\$\{[^}]*\}", text[1:-1])
    whole = ".*".join(re.escape(part) for part in parts)
    return whole if name != "path" else rf"{whole.rpartition('/')[2]}"


def _used(index: RepositoryIndex, folder: str, type_: str, name: str) -> frozenset[str] | None:
    used = re.compile(
        rf"data\s*\.\s*{type_}\s*\.\s*{re.escape(name)}(?![\w-])(?:\s*\[[^\[\]]*\])?+"
        rf"""(?:\s*\.\s*{_TYPES[type_]}(?:\s*\.\s*([\w-]+)|\s*\[\s*"([^"]*)"\s*\])?)?"""
    )
    found: set[str] = set()
    for file in index.directory(folder):
        for match in used.finditer(file.encoded.text.decode("utf-8", "replace")):
            output = match[1] or match[2]
            if output is None:
                return None
            found.add(output)
    return frozenset(found)
