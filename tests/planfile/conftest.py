import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

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

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)

BEFORE = b"""resource "aws_ebs_volume" "data" {
  size = 100
  type = "gp2"
}
"""
AFTER = b"""resource "aws_ebs_volume" "data" {
  size = 100
  type = "gp3"
  iops = 3000
}
"""
DIFF = """--- a/envs/dev/main.tf
+++ b/envs/dev/main.tf
@@ -1,4 +1,5 @@
 resource "aws_ebs_volume" "data" {
   size = 100
-  type = "gp2"
+  type = "gp3"
+  iops = 3000
 }
"""

PLACE = SourceLocation(
    repository="infra",
    commit="c" * 40,
    path="envs/dev/main.tf",
    blob="b" * 40,
    start=BEFORE.index(b'"gp2"'),
    end=BEFORE.index(b'"gp2"') + 5,
    start_line=3,
    end_line=3,
    role=Role.LITERAL,
    address="aws_ebs_volume.data",
    attribute="type",
)
COMMIT = Commit("d" * 40, "Ada L.", "ada@acme.io", NOW, "Add data volume (#12)", 12, Authorship.HUMAN)
CHANGE = Change(
    rule="ebs_gp3",
    concern="storage",
    layer=Layer.CONFIGURATION,
    resource=Resource(
        provider="aws",
        account="ml-dev",
        region="us-east-1",
        kind="aws_ebs_volume",
        id="vol-0123",
        arn="arn:aws:ec2:us-east-1:123456789012:volume/vol-0123",
        spec=Attributes({"type": "gp2"}),
        tags=Attributes({"team": "ranking", "owner": "ada@acme.io", "api-key": "hunter2"}),
        created_at=NOW,
    ),
    declared=StateResource(
        StateAddress(
            repository="infra",
            root="envs/dev",
            backend="s3://tf-123456789012/dev.tfstate",
            workspace="default",
            lineage="l",
            serial=4,
            module='module.a["k"]',
            mode="managed",
            type="aws_ebs_volume",
            name="data",
            index_key=0,
        ),
        "vol-0123",
        None,
        Attributes(),
    ),
    title="vol-0123 can be gp3",
    reason="gp3 costs less for the same performance.",
    actions=(SetAttribute("type", "gp2", "gp3"), SetAttribute("iops", 300, 3000)),
    evidence=(
        MetricSummary(
            "volume_ops", "1/s", Window.LOOKBACK, NOW, NOW, 9, 10, 0.0, 1.0, 2.0, 3.0, 4.5, None, "AWS/EBS VolumeOps"
        ),
    ),
    missing=("throughput",),
    doubts=(),
    saving=Saving(Decimal("2.00"), Decimal(1), Decimal(3), "USD", "list", "embedded", date(2026, 11, 1)),
    accrued=Decimal("4.10"),
    risk=Level.LOW,
    effort=Level.LOW,
    effect=Effect.IN_PLACE,
    confidence=0.9,
)
PLAN = Plan(
    changes=(CHANGE,),
    repository="infra",
    base="c" * 40,
    origin=Origin(
        (PLACE,), COMMIT, COMMIT, (Owner("@acme/ranking", 0.9, (Evidence("CODEOWNERS", "/envs/dev/", 0.9),)),)
    ),
    traces=(ValueTrace("type", "gp2", (PLACE,), siblings=("aws_ebs_volume.other",)),),
    edits=(
        Edit("envs/dev/main.tf", "b" * 40, PLACE.start, PLACE.end, b'"gp2"', b'"gp3"'),
        Edit("envs/dev/main.tf", "b" * 40, PLACE.end, PLACE.end, b"", b"\n  iops = 3000"),
    ),
    file_hashes=(("envs/dev/main.tf", hashlib.sha256(BEFORE).hexdigest()),),
    diff=DIFF,
    expected=(ExpectedChange("aws_ebs_volume.data", ("update",), ("iops", "type")),),
    route=Route.PULL_REQUEST,
    doubts=(),
    created_at=NOW,
)


@pytest.fixture
def plan() -> Plan:
    """A pull request with two edits in one file, for one volume."""
    return PLAN


@pytest.fixture
def changed() -> Callable[..., Plan]:
    """The same plan with fields of its one change replaced."""

    def make(**fields: object) -> Plan:
        return replace(PLAN, changes=(replace(CHANGE, **fields),))  # type: ignore[arg-type]  # tests name real fields

    return make


@pytest.fixture
def before() -> bytes:
    """The file that the plan edits, as it was."""
    return BEFORE


@pytest.fixture
def after() -> bytes:
    """The file that the plan edits, as it leaves it."""
    return AFTER
