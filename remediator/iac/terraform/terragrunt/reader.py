"""Opens the files that Terragrunt reads: each once for every place that it is read from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from posixpath import dirname

from remediator.iac.terraform.index import IndexedFile, RepositoryIndex
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Files
from remediator.iac.terraform.language.scope import Budget
from remediator.iac.terraform.language.values import RefusedError, Unknown

__all__ = ["FILE_NAMES", "Position", "Reader"]

FILE_NAMES = ("terragrunt.hcl", "terragrunt.hcl.json")
MAX_FILES = 500
"""Files that one unit may read, one read for several counted again; large estates have some twenty."""
STEPS_A_FILE = 500
"""What opening a file counts as, so that files that read each other many times are cut short."""


@dataclass(frozen=True, slots=True)
class Position:
    """A file, and where its functions stand: Terragrunt reads an included file from the place of the including one.

    `at` is the file that paths are found from, `original` that of the unit.
    """

    file: str
    at: str
    original: str
    included: bool = False


class Reader:
    """The files of a repository as one unit sees them; `seen` are those that were asked for."""

    def __init__(
        self, index: RepositoryIndex, files: Files, seen: set[str], environment: Mapping[str, str], budget: Budget
    ) -> None:
        """Nothing is read yet; `environment` are the variables that are known of where Terragrunt is run."""
        self.index = index
        self.files = files
        self.environment = environment
        self.budget = budget
        self._seen = seen
        self._opened: set[Position] = set()

    def open(self, position: Position) -> IndexedFile:
        """A file that is there and can be read; raises EvaluationError where it is not there, RefusedError otherwise.

        Terragrunt may read what is not read here, so that `try()` must not take it for something that fails.
        """
        path = position.file
        self._seen.add(path)
        self._opened.add(position)
        self.budget.spend(STEPS_A_FILE)
        if len(self._opened) > MAX_FILES:
            raise RefusedError(f"it reads more than the {MAX_FILES} files that are followed")
        file = self.index.files.get(path)
        if file is None or not path.endswith(".hcl"):
            found = self.files.read(path)
            if found is None:
                raise EvaluationError(f"{path} is not there")
            raise RefusedError(
                found.data.reason if isinstance(found.data, Unknown) else f"{path} is no HCL, which alone is read"
            )
        if file.source.problem is not None:
            raise RefusedError(f"{path} could not be read: {file.source.problem}")
        return file

    def exists(self, path: str) -> bool:
        """Whether there is such a file or folder, or a link on the way, which is not followed."""
        self._seen.add(path)
        return path in self._folders or self.index.blob(path) is not None or self.files.read(path) is not None

    def is_folder(self, path: str) -> bool:
        """Whether files lie below a path."""
        return path in self._folders

    @property
    def _folders(self) -> frozenset[str]:
        return _folders(self.index)


@lru_cache(maxsize=4)
def _folders(index: RepositoryIndex) -> frozenset[str]:
    """All folders of a repository, those that only hold folders included; the top is empty."""
    found = {""}
    for path in (*index.files, *index.blobs):
        folder = dirname(path)
        while folder not in found:
            found.add(folder)
            folder = dirname(folder)
    return frozenset(found)
