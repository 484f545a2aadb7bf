"""What a function is given, and how it fails."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from posixpath import isabs, join, normpath
from typing import Protocol

from remediator.iac.terraform.language.places import Absent
from remediator.iac.terraform.language.values import Evaluated


class EvaluationError(Exception):
    """What Terraform would refuse too: a sentence without a place; `try` and `can` catch it.

    `absent` is what would have had to be written to make it work, where that is one thing.
    """

    def __init__(self, sentence: str, absent: Absent | None = None) -> None:
        super().__init__(sentence)
        self.absent = absent


class OutsideError(Exception):
    """A path of the machine that Terraform runs on, where a file may be: what is read there is unknown."""


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
    """Where a call stands: the repository's files, and the root module's folder, from which relative paths start.

    `top` is how absolute paths name the top of the repository, where there are such; `functions` are known here only.
    """

    files: Files
    root: str
    top: str | None = None
    functions: Mapping[str, "Signature"] = field(default_factory=dict)

    def path(self, relative: str) -> str:
        """A path as the functions of files take it, from the top of the repository; raises OutsideError elsewhere."""
        joined = normpath(join(self.root, relative))
        if self.top is not None and f"{joined}/".startswith(f"{self.top}/") and "\0" not in relative:
            return joined[len(self.top) + 1 :] or "."
        home = relative.split("/", 1)[0].startswith("~")
        if home or isabs(relative) or joined == ".." or joined.startswith("../") or "\0" in relative:
            raise OutsideError(f"{relative[:200]} lies outside the repository")
        return joined


class Function(Protocol):
    """A function of the language over known arguments; what lies inside collections may still be unknown.

    The caller checks the number of arguments against the function's own signature, and returns an unknown where an
    argument is unknown, save for functions that say they take unknowns. Raises EvaluationError where Terraform would
    refuse the call.
    """

    def __call__(self, arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        """The value of the call."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A function with how many arguments it takes (`maximum` None: any number), and whether they may be unknown."""

    function: Function
    minimum: int
    maximum: int | None
    takes_unknown: bool = False
