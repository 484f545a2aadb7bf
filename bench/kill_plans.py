"""Plans of volumes, in turn with an edit and with a doubt, for the bench of kills."""

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal

from remediator.model import (
    Attributes,
    Authorship,
    Change,
    Commit,
    Edit,
    Effect,
    Evidence,
    ExpectedChange,
    Layer,
    Level,
    Origin,
    Owner,
    Plan,
    Resource,
    Role,
    Route,
    Saving,
    SetAttribute,
    SourceLocation,
    StateAddress,
    StateResource,
    ValueTrace,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OWNERS = ("@alice", "@bob")  # whom the fakes know


def code_of(many: int) -> dict[str, str]:
    """A file for each of so many volumes."""
    return {f"v{n}.tf": f'resource "aws_ebs_volume" "v{n}" {{\n  type = "gp2"\n}}\n' for n in range(many)}


def plans_of(code: dict[str, str], base: str) -> list[Plan]:
    """A plan for each volume, in turn one with an edit and one with a doubt, each worth less than the one before."""
    return [_plan(n, path, text.encode(), base) for n, (path, text) in enumerate(code.items())]


def _plan(n: int, path: str, source: bytes, base: str) -> Plan:
    name, blob = path.removesuffix(".tf"), hashlib.sha1(b"blob %d\0" % len(source) + source).hexdigest()
    address = StateAddress("infra", "", "file:x", "default", "l1", 3, "", "managed", "aws_ebs_volume", name, None)
    kind, nothing = "aws_ebs_volume", Attributes()
    resource = Resource("aws", "ml-dev", "us-east-1", kind, f"vol-{n:017x}", None, nothing, nothing, None)
    monthly = Decimal(1000 - n)
    saving = Saving(monthly, monthly, monthly, "USD", "list price", "table", date(2026, 11, 1))
    change = Change(
        rule="ebs_gp3", concern="type", layer=Layer.CONFIGURATION, resource=resource,
        declared=StateResource(address, resource.id, None, nothing), title="Move a gp2 volume to gp3",
        reason="gp3 does the same for a fifth less.", actions=(SetAttribute("type", "gp2", "gp3"),), evidence=(),
        missing=(), doubts=(), saving=saving,
        risk=Level.LOW, effort=Level.LOW, effect=Effect.IN_PLACE, confidence=0.95,
    )  # fmt: skip
    start = source.index(b'"gp2"')
    at = SourceLocation("infra", base, path, blob, start, start + 5, 2, 2, Role.LITERAL, "x", "type")
    commit = Commit("c" * 40, "Alice Moreau", "alice@acme.example", NOW, "Add volumes", 12, Authorship.HUMAN)
    owner = Owner(OWNERS[n // 2 % 2], 0.9, (Evidence("CODEOWNERS", "line 3", 0.9),), (OWNERS[n // 2 % 2],), "5b10a")
    edit, asks = Edit(path, blob, start, start + 5, b'"gp2"', b'"gp3"'), n % 2 == 0
    return Plan(
        changes=(change,), repository="infra", base=base, origin=Origin((at,), commit, commit, (owner,)),
        traces=(ValueTrace("type", "gp2", (at,)),), edits=(edit,) if asks else (),
        file_hashes=((path, hashlib.sha256(source).hexdigest()),) if asks else (), diff="",
        expected=(ExpectedChange(f"aws_ebs_volume.{name}", ("update",), ("type",)),) if asks else (),
        route=Route.PULL_REQUEST if asks else Route.TICKET, doubts=() if asks else ("its use is not known",),
        created_at=NOW,
    )  # fmt: skip
