"""Functions of files: what they read are the repository's own regular files, never anything of this machine."""

import base64
import hashlib
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence

from remediator.iac.terraform.language.functions.arguments import text, unknown_call
from remediator.iac.terraform.language.functions.protocol import EvaluationError, Signature, Surroundings
from remediator.iac.terraform.language.functions.regexes import compiled
from remediator.iac.terraform.language.set_order import ordered_set
from remediator.iac.terraform.language.values import Evaluated

__all__ = ["PATH"]


def _read(argument: Evaluated, around: Surroundings) -> Evaluated:
    found = around.files.read(around.path(text(argument)))
    if found is None:
        raise EvaluationError(f"there is no file {text(argument)[:200]} in the repository")
    return found


def _file(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    return _read(arguments[0], around)


def _fileexists(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    found = around.files.read(around.path(text(arguments[0])))
    return found if found is not None and not found.known else Evaluated(found is not None)


def _of_file(function: Callable[[bytes], str]) -> Signature:
    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        found = _read(arguments[0], around)
        return Evaluated(function(found.data.encode())) if isinstance(found.data, str) else found

    return Signature(call, 1, 1)


def _fileset(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    pattern = compiled(rf"(?s)\A(?:{_glob(text(arguments[1]))})\z")
    names = (name for name in around.files.list(around.path(text(arguments[0]))) if pattern.search(name))
    return Evaluated(ordered_set(tuple(Evaluated(name) for name in names)))


_GLOB = re.compile(r"\*\*/|\*\*|\*|\?|\[[^]]+\]|\{[^{}]*\}|.", re.DOTALL)
_GLOBBED = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _glob(pattern: str) -> str:
    """A glob as a regular expression in which only `**` passes slashes."""
    return "".join(_globbed(part) for part in _GLOB.findall(pattern))


def _globbed(part: str) -> str:
    if part.startswith("{") and part.endswith("}"):
        return "(?:" + "|".join(_glob(choice) for choice in part[1:-1].split(",")) + ")"
    if part.startswith("[") and len(part) > 2:
        return part.replace("[!", "[^").replace("\\", r"\\")
    return _GLOBBED.get(part) or re.sub(r"([\\.^$|()?*+{}\[\]])", r"\\\1", part)


def _basename(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    of = text(arguments[0])
    return Evaluated(posixpath.basename(of.rstrip("/")) or ("/" if of else "."))


def _dirname(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
    of = posixpath.normpath(posixpath.dirname(text(arguments[0])) or ".")
    return Evaluated(of[1:] if of.startswith("//") else of)


def _of_machine(name: str) -> Signature:
    def call(arguments: Sequence[Evaluated], around: Surroundings) -> Evaluated:
        return unknown_call(name, arguments, f"{name}() depends on the machine that Terraform runs on")

    return Signature(call, 1, 1)


PATH: Mapping[str, Signature] = {
    "abspath": _of_machine("abspath"),
    "basename": Signature(_basename, 1, 1),
    "dirname": Signature(_dirname, 1, 1),
    "file": Signature(_file, 1, 1),
    "filebase64": _of_file(lambda of: base64.b64encode(of).decode()),
    "filebase64sha256": _of_file(lambda of: base64.b64encode(hashlib.sha256(of).digest()).decode()),
    "filebase64sha512": _of_file(lambda of: base64.b64encode(hashlib.sha512(of).digest()).decode()),
    "fileexists": Signature(_fileexists, 1, 1),
    "filemd5": _of_file(lambda of: hashlib.md5(of, usedforsecurity=False).hexdigest()),
    "fileset": Signature(_fileset, 2, 2),
    "filesha1": _of_file(lambda of: hashlib.sha1(of, usedforsecurity=False).hexdigest()),
    "filesha256": _of_file(lambda of: hashlib.sha256(of).hexdigest()),
    "filesha512": _of_file(lambda of: hashlib.sha512(of).hexdigest()),
    "pathexpand": _of_machine("pathexpand"),
}
