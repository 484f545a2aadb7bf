"""Our evaluator's answer to a root of `terraform_data`."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha1

from bench.oracle.trees import Tree
from remediator.config import RootConfig
from remediator.iac.terraform.configuration.files import RepositoryFiles
from remediator.iac.terraform.configuration.root import evaluate_root
from remediator.iac.terraform.index import build
from remediator.iac.terraform.language.values import Evaluated

__all__ = ["evaluated"]

_CODE = (".tf", ".tf.json", ".tfvars", ".tfvars.json")


def evaluated(tree: Tree) -> Mapping[str, Evaluated]:
    """The `input` of every `terraform_data` by address; what could not be expanded is left out.

    Raises ValueError where the root as a whole is refused.
    """
    blobs = {path: sha1(text.encode(), usedforsecurity=False).hexdigest() for path, text in tree.files.items()}
    contents = {blobs[path]: text.encode() for path, text in tree.files.items()}

    def read(wanted: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        return ((blob, contents[blob]) for blob in wanted)

    code = [(path, blob) for path, blob in blobs.items() if path.endswith(_CODE)]
    index = build("oracle", "head", code, read, None)
    root = RootConfig(
        path=tree.root,
        state="none",
        var_files=tree.var_files,
        workspace=tree.workspace,
        environment=tuple(tree.environment.items()),
    )
    found = evaluate_root(index, root, RepositoryFiles(blobs.get, lambda: blobs, contents.__getitem__))
    if found.refused:
        raise ValueError(found.refused)
    return {
        address: made.block.attributes["input"]
        for address, made in found.instances.items()
        if "input" in made.block.attributes
    }
