"""The files of a repository as functions such as `file()` see them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from remediator.errors import RemediatorError
from remediator.iac.terraform.language.values import Evaluated, Place, Unknown
from remediator.model import Role

__all__ = ["MAX_BYTES", "RepositoryFiles"]

MAX_BYTES = 1_000_000
"""Larger files are not read; nobody keeps settings in such."""


@dataclass(frozen=True, slots=True)
class RepositoryFiles:
    """Regular files by path and blob id; `load` gives a blob's content."""

    blobs: Mapping[str, str]
    load: Callable[[str], bytes]

    def read(self, path: str) -> Evaluated | None:
        """The text of a file, which knows its file; None where there is none."""
        blob = self.blobs.get(path)
        if blob is None:
            return None
        try:
            content = self.load(blob)
        except RemediatorError as error:
            return Evaluated(Unknown(str(error), blob))
        if len(content) > MAX_BYTES:
            return Evaluated(Unknown(f"{path} has {len(content):,} bytes, more than the {MAX_BYTES:,} read", blob))
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            return Evaluated(Unknown(f"{path} is not UTF-8", blob))
        return Evaluated(text, Place(path, 0, len(content), Role.FILE, path))

    def list(self, folder: str) -> Sequence[str]:
        """The paths of all files below a folder, relative to it, sorted."""
        prefix = f"{folder}/" if folder not in ("", ".") else ""
        return sorted(path.removeprefix(prefix) for path in self.blobs if path.startswith(prefix))

    def document(self, path: str, language: str) -> Evaluated | None:
        """A JSON or YAML file decoded with places; None where it is not read so."""
        return None
