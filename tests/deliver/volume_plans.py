"""Plans for volumes, for the tests of delivery and for the bench of kills."""

import hashlib
from dataclasses import replace
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
    MetricSummary,
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
    Window,
)

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LINE = (Evidence("CODEOWNERS", "line 3", 0.9),)
MAIN = "".join(
    f'resource "aws_ebs_volume" "{name}" {{\n  type = "gp2"\n}}\n\n' for name in ("a", "b", "c", "d", "e", "f")
)


def volume_change(name: str = "a", **fields: object) -> Change:
    """A gp2 volume that is to be gp3."""
    address = StateAddress("infra", "", "file:x", "default", "l1", 3, "", "managed", "aws_ebs_volume", name, None)
    change = Change(
        rule="ebs_gp3",
        concern="type",
        layer=Layer.CONFIGURATION,
        resource=Resource(
            "aws", "ml-dev", "us-east-1", "aws_ebs_volume", f"vol-{name}", None, Attributes(), Attributes(), None
        ),
        declared=StateResource(address, f"vol-{name}", None, Attributes()),
        title="Move a gp2 volume to gp3",
        reason="gp3 does the same for a fifth less.",
        actions=(SetAttribute("type", "gp2", "gp3"),),
        evidence=(
            MetricSummary("volume_ops", "ops/s", Window.LOOKBACK, NOW.replace(day=9), NOW, 4000, 4032, 0.0, 3.0,
                          40.0, 1234.5, 1500.0, None, "AWS/EBS", peaks=bytes((0, 254, 255, 120))),
        ),
        missing=("memory",),
        saving=Saving(Decimal("12.40"), Decimal(10), Decimal(13), "USD", "list price", "table", date(2026, 11, 1)),
        risk=Level.LOW,
        effort=Level.LOW,
        effect=Effect.IN_PLACE,
        confidence=0.95,
    )  # fmt: skip
    return replace(change, **fields)  # type: ignore[arg-type]  # each test names real fields


def volume_plan(
    name: str = "a",
    base: str = "1" * 40,
    change: Change | None = None,
    path: str = "main.tf",
    source: bytes = MAIN.encode(),
    **fields: object,
) -> Plan:
    """A plan for one volume of a file: a pull request, or with `doubts` a ticket."""
    change = change or volume_change(name)
    blob = hashlib.sha1(b"blob %d\0" % len(source) + source).hexdigest()
    start = source.index(b'"gp2"', source.index(f'"{name}"'.encode()))
    line = source[:start].count(b"\n") + 1
    at = SourceLocation("infra", base, path, blob, start, start + 5, line, line, Role.LITERAL, "x", "type")
    commit = Commit("c" * 40, "Alice Moreau", "alice@acme.io", NOW, "Add volumes", 12, Authorship.HUMAN)
    plan = Plan(
        changes=(change,),
        repository="infra",
        base=base,
        origin=Origin(
            (replace(at, role=Role.BLOCK, address=f"aws_ebs_volume.{name}"),), commit, commit,
            (Owner("@acme/ranking", 0.9, LINE, ("@acme/ranking", "@bob"), "5b10a"),),
        ),
        traces=(ValueTrace("type", "gp2", (at,)),),
        edits=(Edit(path, blob, start, start + 5, b'"gp2"', b'"gp3"'),),
        file_hashes=((path, hashlib.sha256(source).hexdigest()),),
        diff="",
        expected=(ExpectedChange(f"aws_ebs_volume.{name}", ("update",), ("type",)),),
        route=Route.PULL_REQUEST,
        doubts=(),
        created_at=NOW,
    )  # fmt: skip
    if fields.get("doubts"):
        plan = replace(plan, route=Route.TICKET, edits=(), file_hashes=(), expected=())
    return replace(plan, **fields)  # type: ignore[arg-type]  # each test names real fields
