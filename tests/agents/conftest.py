import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from remediator.model import Attributes, Edit, Effect, Plan, RemoveResource, Resource, Route, Unattributed
from remediator.planfile import PlanFile, dump, to_planfile
from remediator.planfile.encoding import content_hash
from tests.changes import change_of

NOW = datetime(2026, 11, 3, tzinfo=UTC)
RESOURCE = Resource("aws", "ml-dev", "us-east-1", "aws_instance", "i-1", None, Attributes(), Attributes(), NOW)
CHANGE = change_of(
    RESOURCE,
    None,
    RemoveResource(),
    rule="rightsize_instance",
    concern="size",
    title="i-1 is too large",
    reason="It is hardly used.",
    effect=Effect.RESTART,
    confidence=1.0,
)


@dataclass(frozen=True, slots=True)
class Swap:
    """What a plan replaces: the first occurrence of `old` in a file."""

    path: str
    old: bytes
    new: bytes


def make_plan(repo: Path, *swaps: Swap) -> Plan:
    edits = []
    for swap in swaps:
        start = (repo / swap.path).read_bytes().index(swap.old)
        edits.append(Edit(swap.path, "b" * 40, start, start + len(swap.old), swap.old, swap.new))
    hashes = {s.path: hashlib.sha256((repo / s.path).read_bytes()).hexdigest() for s in swaps}
    return Plan(
        changes=(CHANGE,),
        repository="infra",
        base="c" * 40,
        origin=Unattributed("not asked"),
        traces=(),
        edits=tuple(edits),
        file_hashes=tuple(sorted(hashes.items())),
        diff="",
        expected=(),
        route=Route.PULL_REQUEST if edits else Route.TICKET,
        doubts=() if edits else ("the value comes from a data source",),
        created_at=NOW,
    )


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A checkout of three files."""
    folder = tmp_path / "repo"
    (folder / "envs" / "dev").mkdir(parents=True)
    (folder / "envs" / "dev" / "main.tf").write_bytes('# für später\r\ntype = "p3.2xlarge"\r\n'.encode())
    (folder / "envs" / "dev" / "dev.tfvars").write_bytes(b'size  = "large"\ncount = 3\n')
    (folder / "hook.sh").write_bytes(b"echo hello\n")
    return folder


@pytest.fixture
def written(repo: Path, tmp_path: Path) -> Callable[..., Path]:
    """Writes the plan file of some swaps, after its document was tampered with and its hash made right again."""

    def write(*swaps: Swap, tamper: Callable[[dict[str, object]], object] = lambda document: None) -> Path:
        document = json.loads(dump(to_planfile(make_plan(repo, *swaps))))
        tamper(document)
        plan = PlanFile.model_validate_json(json.dumps(document))
        sealed = plan.model_copy(update={"content_sha256": content_hash(plan)})
        path = tmp_path / "plan.json"
        path.write_bytes(dump(sealed))
        return path

    return write


@pytest.fixture
def swap() -> type[Swap]:
    return Swap
