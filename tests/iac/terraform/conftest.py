"""Indexes of repositories given as path to text."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from remediator.config import RootConfig
from remediator.iac.terraform.configuration.code import Code
from remediator.iac.terraform.index import RepositoryIndex, build
from remediator.iac.terraform.terragrunt.units import with_units
from remediator.model import StateResource

MakeIndex = Callable[[Mapping[str, str]], RepositoryIndex]


class Blobs:
    """Files by blob id, as git would give them; `read` counts what was asked for."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        contents = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        self.entries = [(path, hashlib.sha1(content).hexdigest()) for path, content in contents.items()]
        self.contents = {hashlib.sha1(content).hexdigest(): content for content in contents.values()}
        self.asked: list[str] = []

    def read(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        self.asked += blobs
        return ((blob, self.contents[blob]) for blob in blobs)

    def index(self, cache: Path | None = None) -> RepositoryIndex:
        return build("infra", "c0ffee", self.entries, self.read, cache)


@pytest.fixture
def make_blobs() -> type[Blobs]:
    return Blobs


@pytest.fixture
def make_index() -> MakeIndex:
    return lambda files: Blobs(files).index()


MakeCode = Callable[..., Code]


@pytest.fixture
def make_code() -> MakeCode:
    def make(files: Mapping[str, str], *roots: RootConfig, states: Sequence[StateResource] = ()) -> Code:
        blobs = Blobs(files)
        read = blobs.contents.__getitem__
        return Code(with_units(blobs.index(), read, roots), read, roots, states)

    return make


@pytest.fixture
def terraform_outputs(tmp_path: Path) -> Callable[[Mapping[str, str]], Mapping[str, object]]:
    """The outputs that Terraform gives for a root, known before apply."""
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not on PATH")

    def run(files: Mapping[str, str], environment: Mapping[str, str] | None = None) -> Mapping[str, object]:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        quiet = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1", **(environment or {})}
        shown = ""
        for arguments in (["init", "-backend=false"], ["plan", "-out=p"], ["show", "-json", "p"]):
            done = subprocess.run(
                [terraform, *arguments, "-no-color"],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                env=quiet,
                check=False,
            )
            assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
            shown = done.stdout
        outputs = json.loads(shown)["planned_values"]["outputs"]
        return {name: output.get("value") for name, output in outputs.items()}

    return run
