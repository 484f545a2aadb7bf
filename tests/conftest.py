"""Real repositories, made by real git, for the tests of git and of the trace."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

from remediator.config import RepositoryConfig
from remediator.git.clones import Clone, sync
from tests.aws_service import ScriptedAws
from tests.postgresql import Postgresql, serving
from tests.quiet_git import QUIET

if "CI" not in os.environ:  # there, hypothesis has a profile of its own
    settings.register_profile("steady", deadline=None)  # a shared machine is slow at times
    settings.load_profile("steady")

# The emulator's hundreds of images of its own have a snapshot each, and every listing of snapshots would carry them.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

ALICE = "Alice Moreau <alice@acme.io>"


class Repository:
    """A repository with a work tree, for a test to make its history in; time goes on by an hour a commit."""

    def __init__(self, path: Path, state_dir: Path) -> None:
        self.path, self.state_dir, self.clock = path, state_dir, 1_700_000_000
        path.mkdir(parents=True)
        self.git("init", "--quiet", "--template=", "--initial-branch=main")

    def git(self, *arguments: str, stdin: bytes = b"", author: str = ALICE) -> str:
        name, _, email = author.rstrip(">").partition(" <")
        person = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", name), ("EMAIL", email), ("DATE", f"@{self.clock} +0000"))
        }
        env = os.environ | person | QUIET
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, env=env, input=stdin, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        for name, content in files.items():
            path = self.path / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, files: Mapping[str, str | bytes | None], message: str = "Change", author: str = ALICE) -> str:
        """Write the files (None deletes one), commit everything, and return the commit's id."""
        self.clock += 3600
        self.write(files)
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--no-verify", "-F", "-", stdin=message.encode(), author=author)
        return self.head

    @property
    def head(self) -> str:
        """The commit that is checked out, read without a process."""
        at = (self.path / ".git" / "HEAD").read_text().strip()
        ref = at.removeprefix("ref: ")
        return at if ref == at else (self.path / ".git" / ref).read_text().strip()

    def sync(self, name: str = "infra", branch: str = "main") -> Clone:
        return sync(RepositoryConfig(name=name, url=str(self.path), branch=branch), self.state_dir)


@pytest.fixture
def make_repository(tmp_path: Path) -> Callable[[str], Repository]:
    return lambda name: Repository(tmp_path / name, tmp_path / "state")


@pytest.fixture
def repository(make_repository: Callable[[str], Repository]) -> Repository:
    return make_repository("upstream")


@pytest.fixture(scope="session")
def empty_trail() -> None:
    """Moto answers that the audit trail holds nothing."""
    from remediator.demo.trail import serve

    serve({})


@pytest.fixture(scope="session")
def server(empty_trail) -> Iterator[str]:
    """The address of the emulated cloud of this worker; who uses it makes it empty first."""
    from tests.emulator import started

    with started() as address:
        yield address


@pytest.fixture
def trail(empty_trail) -> dict[str, list[Mapping[str, object]]]:
    """What moto answers of the audit trail: the events of each resource, for a test to add to."""
    from remediator.demo.trail import serve

    events: dict[str, list[Mapping[str, object]]] = {}
    serve(events)
    return events


@pytest.fixture
def scripted_aws() -> Iterator[ScriptedAws]:
    """The AWS services that no emulator offers; a call or an answer that is not of their API fails the test."""
    aws = ScriptedAws()
    yield aws
    aws.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL server; a test that asks for it is skipped where there is none."""
    with serving() as server:
        yield server
