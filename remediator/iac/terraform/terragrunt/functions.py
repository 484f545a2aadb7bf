"""Terragrunt's own functions, as they stand in one file.

https://terragrunt.gruntwork.io/docs/reference/hcl/functions/
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from remediator.iac.terraform.language.functions.arguments import text, unknown_call
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Function, Signature, Surroundings
from remediator.iac.terraform.language.functions.table import FUNCTIONS
from remediator.iac.terraform.language.values import Evaluated
from remediator.iac.terraform.terragrunt.places import TOP, absolute, between, folder_of, resolved
from remediator.iac.terraform.terragrunt.reader import FILE_NAMES, Position, Reader

__all__ = ["Standing", "functions"]

MAX_FOLDERS = 100
"""Folders that are searched upwards, as Terragrunt does by itself."""
_MEASURING = (
    "split", "substr", "strlen", "length", "strrev", "md5", "sha1", "sha256", "sha512", "base64encode", "base64gzip",
    "base64sha256", "base64sha512", "textencodebase64", "urlencode", "uuidv5", "chunklist",
)  # fmt: skip
"""Functions that make something of an absolute path in which it is no longer seen."""
_MATCHING = ("regex", "regexall", "replace")
"""Functions that find another part of an absolute path where the repository lies elsewhere."""
_ELSEWHERE = ("/r", "/home/runner/work/Infra_1/infra.live", "/Users/a b/1/x-y")
"""Places where a repository may lie."""
_DEPENDS = "{}() takes an absolute path, which depends on where the repository lies"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where functions are called; `includes` gives names and paths of what the file includes, `read` another file."""

    reader: Reader
    position: Position
    includes: Callable[[], Sequence[tuple[str, str]]]
    read: Callable[[str], Evaluated | None]

    @property
    def folder(self) -> str:
        """The folder that paths are found from."""
        return folder_of(self.position.at)

    def included(self, name: str | None) -> str | None:
        """The folder of the file that is included, by the name of its block; None where none is."""
        if self.position.included:
            return folder_of(self.position.file)
        found = self.includes()
        if len(found) > 1 and name is None:
            raise EvaluationError("with several includes the name of one is needed")
        chosen = found if len(found) < 2 else [one for one in found if one[0] == name]
        if found and not chosen:
            raise EvaluationError(f"there is no include {str(name)[:80]}")
        return folder_of(chosen[0][1]) if chosen else None


def functions(here: Standing) -> Mapping[str, Signature]:
    """All functions that mean something else than in Terraform, or nothing there."""

    def relative_to(name: str | None) -> str:
        folder = here.included(name)
        return "." if folder is None else between(folder, here.folder)

    def relative_from(name: str | None) -> str:
        folder = here.included(name)
        return "." if folder is None else between(here.folder, folder)

    def parent(name: str | None) -> str:
        folder = here.included(name)
        return absolute(here.folder if folder is None else folder)

    return {
        **{name: _guarded(name, FUNCTIONS[name]) for name in _MEASURING if name in FUNCTIONS},
        **{name: _compared(name, FUNCTIONS[name]) for name in _MATCHING},
        "find_in_parent_folders": Signature(_find(here), 0, 2),
        "get_env": Signature(_environment(here.reader.environment), 1, 2),
        "get_original_terragrunt_dir": _plain(absolute(folder_of(here.position.original))),
        "get_parent_terragrunt_dir": _named(parent),
        "get_path_from_repo_root": _plain(here.folder or "."),
        "get_path_to_repo_root": _plain(between(here.folder, "")),
        "get_repo_root": _plain(TOP),
        "get_terragrunt_dir": _plain(absolute(here.folder)),
        "mark_as_read": Signature(_same, 1, 1),
        "path_relative_from_include": _named(relative_from),
        "path_relative_to_include": _named(relative_to),
        "read_terragrunt_config": Signature(_read(here.read), 1, 2),
    }


def _plain(answer: str) -> Signature:
    return Signature(lambda arguments, around: Evaluated(answer), 0, 0)


def _named(answer: Callable[[str | None], str]) -> Signature:
    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        return Evaluated(answer(text(arguments[0]) if arguments else None))

    return Signature(call, 0, 1)


def _same(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return arguments[0]


def _find(here: Standing) -> Function:
    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        wanted = text(arguments[0]) if arguments else ""
        folder = here.folder
        for _ in range(MAX_FOLDERS):
            if not folder:
                break
            folder = folder_of(folder)
            for name in (wanted,) if wanted else FILE_NAMES:
                found = resolved(f"./{name}", folder)
                if here.reader.exists(found):
                    return Evaluated(absolute(found))
        if len(arguments) > 1:
            return arguments[1]
        raise EvaluationError(f"no folder above {here.folder or '.'} holds {wanted[:200] or FILE_NAMES[0]}")

    return call


def _environment(known: Mapping[str, str]) -> Function:
    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        name = text(arguments[0])
        if name in known:
            return Evaluated(known[name])
        why = f"get_env() reads {name[:80]} where Terragrunt is run; set it in the root's environment"
        return unknown_call("get_env", arguments, why)

    return call


def _read(read: Callable[[str], Evaluated | None]) -> Function:
    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        path = text(arguments[0])
        found = read(path)
        if found is not None:
            return found
        if len(arguments) > 1:
            return arguments[1]
        raise EvaluationError(f"there is no file {path[:200].replace(TOP, '')} to read")

    return call


def _guarded(name: str, of: Signature) -> Signature:
    """A function that is not known where an absolute path goes in."""

    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        if any(isinstance(argument.data, str) and TOP[1:] in argument.data for argument in arguments):
            return unknown_call(name, arguments, _DEPENDS.format(name))
        return of.function(arguments, around)

    return Signature(call, of.minimum, of.maximum, of.takes_unknown)


def _compared(name: str, of: Signature) -> Signature:
    """A function that is known of an absolute path where it is the same wherever the repository lies."""

    def digest(arguments: Sequence[Evaluated], around: Surroundings) -> str:
        try:
            return of.function(arguments, around).digest()
        except EvaluationError:
            return "failed"

    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        absolute_ = any(isinstance(argument.data, str) and TOP in argument.data for argument in arguments)
        if absolute_ and (name != "replace" or _is_pattern(arguments[1].data)):
            placed = ([_placed(argument, top) for argument in arguments] for top in _ELSEWHERE)
            if {digest(each, around) for each in placed} != {digest(arguments, around)}:
                return unknown_call(name, arguments, _DEPENDS.format(name))
        return of.function(arguments, around)

    return Signature(call, of.minimum, of.maximum, of.takes_unknown)


def _is_pattern(data: object) -> bool:
    """Whether `replace()` takes a text for a regular expression."""
    return isinstance(data, str) and len(data) > 1 and data[0] == data[-1] == "/"


def _placed(argument: Evaluated, top: str) -> Evaluated:
    return Evaluated(argument.data.replace(TOP, top)) if isinstance(argument.data, str) else argument
