"""The files of a repository as functions such as `file()` see them."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from remediator.errors import RemediatorError
from remediator.iac.documents import MAX_BYTES, read_json, read_yaml
from remediator.iac.terraform.language.values import Evaluated, Place, Unknown
from remediator.model import Role

__all__ = ["RepositoryFiles"]

Load: TypeAlias = Callable[[str], bytes]

_READERS = {"json": read_json, "yaml": read_yaml}


class RepositoryFiles:
    """Regular files by path; `blob` gives a path's blob id, `load` a blob's content; `seen` are the paths asked for."""

    def __init__(self, blob: Callable[[str], str | None], paths: Callable[[], Iterable[str]], load: Load) -> None:
        """Nothing is read before it is asked for; `paths` gives all of them."""
        self._blob = blob
        self._paths = paths
        self._load = load
        self.seen: set[str] = set()

    def read(self, path: str) -> Evaluated | None:
        """The text of a file, which knows its file; None where there is none."""
        self.seen.add(path)
        blob = self._blob(path)
        if blob is None:
            return None
        try:
            content = self._load(blob)
            if len(content) > MAX_BYTES:
                raise RemediatorError(f"{path} has {len(content):,} bytes, more than the {MAX_BYTES:,} that are read")
            return Evaluated(content.decode("utf-8"), Place(path, 0, len(content), Role.FILE, path))
        except RemediatorError as error:
            return Evaluated(Unknown(str(error), blob))
        except UnicodeDecodeError:
            return Evaluated(Unknown(f"{path} is not UTF-8", blob))

    def list(self, folder: str) -> Sequence[str]:
        """The paths of all files below a folder, relative to it, sorted."""
        prefix = f"{folder}/" if folder not in ("", ".") else ""
        return sorted(path.removeprefix(prefix) for path in self._paths() if path.startswith(prefix))

    def document(self, path: str, language: str) -> Evaluated | None:
        """A JSON or YAML file decoded, every part with its place; None where there is none."""
        self.seen.add(path)
        blob = self._blob(path)
        if blob is None:
            return None
        try:
            return _READERS[language](path, self._load(blob))
        except RemediatorError as error:
            return Evaluated(Unknown(str(error), blob))
