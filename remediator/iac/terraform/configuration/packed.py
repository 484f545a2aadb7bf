"""Files that go into archives: what `archive_file` makes of them, and what hangs on its hash, changes with them.

https://registry.terraform.io/providers/hashicorp/archive/latest/docs/data-sources/file
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from posixpath import join, normpath

from remediator.iac.terraform.configuration.difference import Difference
from remediator.iac.terraform.configuration.root import EvaluatedRoot
from remediator.iac.terraform.index import RepositoryIndex
from remediator.iac.terraform.language.values import Evaluated

__all__ = ["may_be_packed", "repacked"]

_TYPE = "archive_file"
_MODULE = re.compile(r"^\$\{\s*path\.(?:module|root)\s*\}")
_SOURCES = ("source_file", "source_dir")
_CODE = (".tf", ".tofu", ".tf.json", ".tofu.json", ".tfvars", ".tfvars.json", ".hcl")
"""What people do not pack where the folder is one that something else computes."""


def repacked(root: EvaluatedRoot, folder: str, paths: Collection[str]) -> Iterator[Difference]:
    """The archives of a root, which runs in a folder, that hold any of these files or may do so."""
    for address, made in root.instances.items():
        if made.declared.block.labels[:1] == (_TYPE,):
            sources = (made.block.attributes.get(name) for name in _SOURCES)
            if any(_holds(source, folder, paths) for source in sources if source is not None):
                yield Difference(address, "output_sha256")


def may_be_packed(index: RepositoryIndex, path: str) -> bool:
    """Whether an archive of any root may hold a file, by the text alone; errs on the side of yes."""
    return any(_leads_to(folder, text, path) for folder, text in _archived(index))


@lru_cache(maxsize=4)
def _archived(index: RepositoryIndex) -> tuple[tuple[str, str], ...]:
    """What the archives in the code say of their sources, as text, each with its folder."""
    return tuple(
        (file.directory, attribute.text)
        for file in index.files.values()
        if _TYPE.encode() in file.encoded.text
        for block in file.source.blocks
        if block.labels[:1] == (_TYPE,)
        for attribute in block.attributes
        if attribute.name in _SOURCES
    )


def _leads_to(folder: str, text: str, path: str) -> bool:
    """Whether a path as an archive names it may lead to a file, from its module's folder or from a root's."""
    written = text.strip('"')
    here = _MODULE.sub("", written)
    if "${" in here or not text.startswith('"'):
        return True
    if here != written:
        packed = normpath(join(folder, here.lstrip("/")))
        return packed == "." or path == packed or path.startswith(f"{packed}/")
    tail = normpath(here).removeprefix("../").lstrip("./")
    return not tail or f"/{tail}/" in f"/{path}/"


def _holds(source: Evaluated, folder: str, paths: Collection[str]) -> bool:
    if not isinstance(source.data, str):
        return source.data is not None and not all(path.endswith(_CODE) for path in paths)
    packed = normpath(join(folder, source.data))
    return any(packed == "." or path == packed or path.startswith(f"{packed}/") for path in paths)
