"""Repositories of Terraform code in memory, and changes wanted in them."""

import re
import shutil
import subprocess
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from remediator.config import RootConfig
from remediator.edit.drafted import Draft
from remediator.edit.edits import apply_edits, diff, draft
from remediator.edit.splice import blob_id
from remediator.iac.terraform.configuration.code import Code as Terraform
from remediator.iac.terraform.index import RepositoryIndex, build
from remediator.iac.terraform.links import with_linked_folders
from remediator.iac.terraform.remote_states import RemoteReader
from remediator.iac.terraform.terragrunt.units import with_units
from remediator.model import Action, Attributes, Change, Effect, Resource, StateAddress, StateResource, Value
from tests.changes import change_of

SHA1 = "0" * 40
CODE = (".tf", ".tf.json", ".tofu", ".tfvars", ".tfvars.json", ".hcl")


_ADDRESS = re.compile(
    r"(?:(module\.(?:[^\[\]]|\[\"(?:[^\"\\]|\\.)*\"\]|\[\d+\])*)\.)?([\w-]+)\.([\w-]+)(?:\[(?:\"(.*)\"|(\d+))\])?"
)


def address_of(text: str, root: str = "") -> StateAddress:
    """A state address from the way Terraform prints it."""
    found = _ADDRESS.fullmatch(text)
    assert found is not None, text
    module, kind, name, key, number = found.groups()
    index = int(number) if number else key.replace('\\"', '"') if key is not None else None
    return StateAddress("infra", root, "s3://b/k", "default", "l", 1, module or "", "managed", kind, name, index)


@dataclass
class Code:
    """A repository at one commit: its files, its roots, what their states hold."""

    files: Mapping[str, str | bytes]
    roots: Sequence[RootConfig] = (RootConfig(path=".", state="s"),)
    held: Sequence[StateResource] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)

    @property
    def contents(self) -> dict[str, bytes]:
        return {
            path: text if isinstance(text, bytes) else textwrap.dedent(text).lstrip("\n").encode()
            for path, text in self.files.items()
        }

    def index(self) -> RepositoryIndex:
        self.blobs = {blob_id(content, SHA1): content for content in self.contents.values()}
        blobs = {path: blob_id(content, SHA1) for path, content in self.contents.items()}
        code = [(path, blob) for path, blob in blobs.items() if path.endswith(CODE)]
        others = {path: blob for path, blob in blobs.items() if not path.endswith(CODE)}
        index = build("infra", "c0ffee", code, self._read, None, others, self.links)
        index = with_linked_folders(index, self.links)
        return with_units(index, self.blobs.__getitem__, self.roots)

    def _read(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        return ((blob, self.blobs[blob]) for blob in blobs)

    def draft(
        self,
        address: str,
        *actions: Action,
        state: Mapping[str, Value] | None = None,
        also: Sequence[str] = (),
        others: Sequence[str] = (),
        remote: Sequence[RemoteReader] = (),
        effect: Effect = Effect.IN_PLACE,
        updates: Sequence[tuple[str, str]] = (),
    ) -> Draft:
        root = self.roots[0]
        declared = StateResource(address_of(address, root.path), "i-1", None, Attributes(state or {}))
        held = [declared, *(StateResource(address_of(a, root.path), "i-2", None, Attributes()) for a in others)]
        index = self.index()
        wanted = replace(change(declared, *actions), effect=effect, updates=tuple(updates))
        states = [*held, *self.held]
        return draft(wanted, root, Terraform(index, self.blobs.__getitem__, self.roots, states, remote), also)

    def shown(self, made: Draft) -> str:
        """The draft's diff without its file headers and hunk positions."""
        assert made.doubts == (), made.doubts
        after = apply_edits(self.contents, made.edits)
        text = "".join(diff(path, self.contents[path], content) for path, content in after.items())
        return "".join(
            line
            for line in text.splitlines(keepends=True)
            if line.startswith(("+", "-")) and not line.startswith(("+++", "---"))
        )


def change(declared: StateResource | None, *actions: Action) -> Change:
    kind = declared.at.type if declared else "aws_instance"
    return change_of(
        Resource("aws", "a", "us-east-1", kind, "i-1", None, Attributes(), Attributes(), None), declared, *actions
    )


@pytest.fixture
def code() -> type[Code]:
    return Code


@pytest.fixture
def undeclared() -> Change:
    return change(None)


Files = Mapping[str, bytes]


@pytest.fixture
def terraform_fmt(tmp_path: Path) -> Callable[..., tuple[Path, str]]:
    """Runs `terraform fmt` once on many files: the folder they lie in, and what it printed."""
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not on PATH")

    def run(files: Files, *options: str) -> tuple[Path, str]:
        folder = tmp_path / "fmt"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, content in files.items():
            (folder / name).write_bytes(content)
        quiet = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}
        done = subprocess.run(
            [terraform, "fmt", *options, "."], cwd=folder, capture_output=True, text=True, env=quiet, check=False
        )
        assert "Error" not in done.stderr, done.stderr[:800]
        return folder, done.stdout

    return run


@pytest.fixture
def formatted(terraform_fmt: Callable[..., tuple[Path, str]]) -> Callable[[Files], dict[str, bytes]]:
    """The given files as `terraform fmt` writes them."""

    def run(files: Files) -> dict[str, bytes]:
        folder, _ = terraform_fmt(files)
        return {name: (folder / name).read_bytes() for name in files}

    return run


@pytest.fixture
def fmt(terraform_fmt: Callable[..., tuple[Path, str]]) -> Callable[[Files], set[str]]:
    """The names of the given files that `terraform fmt -check` would rewrite."""
    return lambda files: set(terraform_fmt(files, "-check", "-list=true")[1].split())


@pytest.fixture
def provider(code):
    """Gives the resources of a provider tags by its configuration."""
    from tests.edit.providers import Provider

    return Provider(code)
