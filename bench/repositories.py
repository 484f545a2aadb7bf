"""Git repositories as benches read them: the index of HEAD, and the folders that are roots."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from remediator.config import RootConfig
from remediator.errors import RemediatorError
from remediator.iac.terraform.index import RepositoryIndex, build
from remediator.iac.terraform.scopes import calls_by_folder

__all__ = ["Blobs", "read_repository", "roots_of"]

CODE = (".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json", ".terraform.lock.hcl")


def read_repository(path: Path) -> tuple[RepositoryIndex, dict[str, str], "Blobs"]:
    """The index of a git repository's HEAD, the blobs of all its regular files, and what reads them."""
    listed = subprocess.run(
        ["git", "-C", str(path), "ls-tree", "-r", "-z", "HEAD"], capture_output=True, check=True
    ).stdout.decode("utf-8", "surrogateescape")
    files = {}
    for entry in listed.split("\0"):
        head, _, name = entry.partition("\t")
        if head.startswith("100"):
            files[name] = head.split()[2]
    blobs = Blobs(path)
    code = [(name, blob) for name, blob in files.items() if name.endswith(CODE)]
    others = {name: blob for name, blob in files.items() if not name.endswith(CODE)}
    return build(path.name, "HEAD", code, blobs.many, None, others), files, blobs


class Blobs:
    """Reads blobs of a git repository."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def many(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The blobs that the repository holds; a mirror may lack some."""
        given = "\n".join(blobs).encode()
        command = ["git", "-C", str(self._path), "cat-file", "--batch"]
        out = subprocess.run(command, input=given, capture_output=True, check=True).stdout
        at = 0
        while at < len(out):
            line = out.index(b"\n", at)
            name, kind, *size = out[at:line].split()
            if kind != b"blob":
                at = line + 1
                continue
            end = line + 1 + int(size[0])
            yield name.decode(), out[line + 1 : end]
            at = end + 1

    def __call__(self, blob: str) -> bytes:
        """One blob."""
        content = next((content for _, content in self.many([blob])), None)
        if content is None:
            raise RemediatorError(f"the mirror lacks blob {blob}")
        return content


def roots_of(index: RepositoryIndex, workspaces: Sequence[str]) -> list[list[RootConfig]]:
    """Every folder that no call in the repository means, in each of the workspaces."""
    called = calls_by_folder(index)
    tops = [folder for folder in index.folders if index.directory(folder) and folder not in called]
    return [
        [
            RootConfig(
                path=folder or ".", state="none", workspace=name.format(root=folder.rpartition("/")[2] or "root")
            )
            for name in workspaces
        ]
        for folder in sorted(tops)
    ]
