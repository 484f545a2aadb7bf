"""Which files of code are read as data as well: by `file()`, `filemd5()`, `fileset()` and the like."""

import re
from functools import lru_cache
from posixpath import basename

from remediator.iac.terraform.index import RepositoryIndex

__all__ = ["is_read_as_data", "naming"]

_QUOTED = re.compile(rb'(?<![\w.*-])[\w.*-]{1,200}"')
_CODE = (b".tf", b".tofu", b".tfvars", b".hcl", b".tf.json", b".tofu.json", b".tfvars.json")
_SETS = re.compile(rb"\bfileset\s*\(")


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
        if _SETS.search(text):
            found.update(
                tail for tail in (".tf", ".tofu", ".tfvars", ".json") if tail.encode() in text or b"**" in text
            )
    return frozenset(found)


def naming(index: RepositoryIndex, path: str) -> tuple[str, ...]:
    """The code files that name a file of data, by the last part of its path; errs on the side of more."""
    name = basename(path).encode()
    return tuple(file.path for file in index.files.values() if name in file.encoded.text)
