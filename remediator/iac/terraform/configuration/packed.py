"""Files that go into archives: what `archive_file` makes of them, and what hangs on its hash, changes with them.

https://registry.terraform.io/providers/hashicorp/archive/latest/docs/data-sources/file
"""

from collections.abc import Collection, Iterator
from posixpath import join, normpath

from remediator.iac.terraform.configuration.difference import Difference
from remediator.iac.terraform.configuration.root import EvaluatedRoot
from remediator.iac.terraform.language.values import Evaluated

__all__ = ["repacked"]

_TYPE = "archive_file"
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


def _holds(source: Evaluated, folder: str, paths: Collection[str]) -> bool:
    if not isinstance(source.data, str):
        return source.data is not None and not all(path.endswith(_CODE) for path in paths)
    packed = normpath(join(folder, source.data))
    return any(packed == "." or path == packed or path.startswith(f"{packed}/") for path in paths)
