"""Which files of code are read as data as well: by `file()`, `filemd5()`, `fileset()` and the like."""

import re
from functools import lru_cache
from posixpath import basename, join, normpath

from remediator.iac.terraform.index import RepositoryIndex

__all__ = ["is_read_as_data", "naming"]

_QUOTED = re.compile(rb'(?<![\w.*-])[\w.*-]{1,200}"')
_CODE = (b".tf", b".tofu", b".tfvars", b".hcl", b".tf.json", b".tofu.json", b".tfvars.json")
_SETS = re.compile(rb"\bfileset\s*\(([^,]{0,200},\s*\"([^\"\n]{0,200})\"\s*\))?")
_JOKER = re.compile(rb"[*?\]}]")
"""What ends a part of a pattern, or of a template, that may stand for anything."""


def is_read_as_data(index: RepositoryIndex, path: str) -> bool:
    """Whether any expression in the repository may read a file of code by its name; errs on the side of yes."""
    name = basename(path)
    return any(name.endswith(tail) for tail in _named(index))


@lru_cache(maxsize=4)
def _named(index: RepositoryIndex) -> frozenset[str]:
    """The ends of the names of code files that stand in quotation marks; an end that is no whole name is a pattern."""
    found: set[str] = set()
    for file in index.files.values():
        text = file.encoded.text
        names = (match[:-1] for match in _QUOTED.findall(text))
        found.update(name.decode().rpartition("*")[2] for name in names if name.endswith(_CODE))
        for _, pattern in _SETS.findall(text):  # one that is not written out there has no end that is known
            found.add(_JOKER.split(pattern)[-1].rpartition(b"/")[2].decode("utf-8", "replace"))
    return frozenset(found)


def naming(index: RepositoryIndex, path: str) -> tuple[str, ...]:
    """The code files whose text names a file of data; where a part of the name is not written out, it may be any."""
    name = basename(path)
    quoted = re.compile(rb'"([^"\\\n]{0,300})' + re.escape(name).encode() + rb'"')
    found: list[str] = []
    for file in index.files.values():
        ways = quoted.findall(file.encoded.text) if name.encode() in file.encoded.text else ()
        if any(_leads_to(way.decode("utf-8", "replace") + name, file.directory, path) for way in ways):
            found.append(file.path)
    return tuple(found)


def _leads_to(written: str, folder: str, path: str) -> bool:
    """Whether a path as it is written in a folder's code may be this one."""
    from_module = re.sub(r"^\$\{\s*path\.module\s*\}/*", "", written)
    if "${" not in from_module:
        return normpath(join(folder, from_module)) == path
    tail = from_module.rpartition("}")[2].lstrip("/")
    return path.endswith(tail) if ".." not in tail else True
