"""The files of a repository as functions such as `file()` see them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeAlias

from remediator.errors import RemediatorError
from remediator.iac.documents import MAX_BYTES, read_json, read_yaml
from remediator.iac.terraform.language.places import Place
from remediator.iac.terraform.language.values import Evaluated, RefusedError, Unknown
from remediator.model import Role

__all__ = ["RepositoryFiles"]

Load: TypeAlias = Callable[[str], bytes]

_READERS = {"json": read_json, "yaml": read_yaml}


class RepositoryFiles:
    """Regular files by path; `blob` gives a path's blob id, `load` a blob's content; `seen` are the paths asked for.

    What lies behind a symbolic link is not followed, but it may be there: it is unknown.
    """

    def __init__(
        self,
        blob: Callable[[str], str | None],
        paths: Callable[[], Iterable[str]],
        load: Load,
        symlinks: Collection[str] = (),
    ) -> None:
        """Nothing is read before it is asked for; `paths` gives all of them, `symlinks` those that are links."""
        self._blob = blob
        self._paths = paths
        self._load = load
        self._symlinks = symlinks
        self.seen: set[str] = set()
        self._documents: dict[tuple[str, str], Evaluated] = {}

    def read(self, path: str) -> Evaluated | None:
        """The text of a file, which knows its file; None where there is none."""
        self.seen.add(path)
        blob = self._blob(path)
        if blob is None:
            return self._behind_link(path)
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
        """The paths of all files below a folder, relative to it, sorted; RefusedError where links lie below it."""
        prefix = f"{folder}/" if folder not in ("", ".") else ""
        link = self._link(folder) or next((link for link in self._symlinks if link.startswith(prefix)), None)
        if link is not None:
            raise RefusedError(f"{link} is a symbolic link, which is not followed")
        return sorted(path.removeprefix(prefix) for path in self._paths() if path.startswith(prefix))

    def document(self, path: str, language: str) -> Evaluated | None:
        """A JSON or YAML file decoded once, every part with its place; None where there is none."""
        self.seen.add(path)
        blob = self._blob(path)
        if blob is None:
            return self._behind_link(path)
        at = (path, language)
        if at not in self._documents:
            try:
                self._documents[at] = _READERS[language](path, self._load(blob))
            except RemediatorError as error:
                self._documents[at] = Evaluated(Unknown(str(error), blob))
        return self._documents[at]

    def _behind_link(self, path: str) -> Evaluated | None:
        link = self._link(path)
        return None if link is None else Evaluated(Unknown(f"{link} is a symbolic link, which is not followed", path))

    def _link(self, path: str) -> str | None:
        """The link on the way to a path."""
        steps = path.split("/")
        above = ("/".join(steps[: at + 1]) for at in range(len(steps))) if self._symlinks else ()
        return next((step for step in above if step in self._symlinks), None)
