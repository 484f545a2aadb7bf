"""Absolute paths: Terragrunt makes many, which mean another thing on every machine that the repository is cloned to."""

from posixpath import dirname, join, normpath, relpath

from remediator.iac.terraform.index import normal
from remediator.iac.terraform.language.values import RefusedError

__all__ = ["TOP", "absolute", "between", "folder_of", "resolved"]

TOP = "/\ue000"
"""Stands for the folder that the repository lies in: no text of a file holds this character by accident."""


def absolute(path: str) -> str:
    """A path of the repository as Terragrunt gives it."""
    return join(TOP, path) if normal(path) else TOP


def resolved(path: str, folder: str) -> str:
    """The path in the repository that a text means when it is taken from a folder; raises RefusedError outside.

    Something may be there where Terragrunt is run, so that nothing goes on as if there were not.
    """
    joined = normpath(join(absolute(folder), path))
    if "\0" in path or not f"{joined}/".startswith(f"{TOP}/"):
        raise RefusedError(f"{path[:200].replace(TOP, '')} lies outside the repository")
    return joined[len(TOP) + 1 :]


def folder_of(path: str) -> str:
    """The folder of a file; empty at the top."""
    return normal(dirname(path))


def between(start: str, end: str) -> str:
    """The way from one folder of the repository to another."""
    return relpath(end or ".", start or ".")
