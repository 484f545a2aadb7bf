"""What a function is given, and how it fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from remediator.iac.terraform.language.values import Evaluated


class EvaluationError(Exception):
    """What Terraform would refuse too: a sentence without a place; `try` and `can` catch it."""


class Files(Protocol):
    """The files of the repository at the indexed commit."""

    def read(self, path: str) -> Evaluated | None:
        """The text of a file by its path in the repository, None where there is none; unknown where it is refused."""

    def list(self, folder: str) -> Sequence[str]:
        """The paths of all files below a folder of the repository, relative to it, sorted."""

    def document(self, path: str, language: str) -> Evaluated | None:
        """A `json` or `yaml` file of the repository, decoded, every value with its own place."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a call stands: the repository's files, and the root module's folder, from which relative paths start."""

    files: Files
    root: str


class Function(Protocol):
    """A function of the language over known arguments; what lies inside collections may still be unknown.

    The caller checks the number of arguments against the function's own signature, and returns an unknown where an
    argument is unknown, save for functions that say they take unknowns. Raises EvaluationError where Terraform would
    refuse the call.
    """

    def __call__(self, arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        """The value of the call."""
