from decimal import Decimal

import pytest

from planners import old_snapshot
from planners.old_snapshot import Settings
from remediator.model import Usage

GIB = 2**30
SHARED = "whether it is shared with other accounts, or kept ready for fast restore, which is paid by the hour"


@pytest.fixture
def changes(build):
    def run(spec, *others, **over):
        snapshot = {"volume_id": "vol-9", "volume_size": 500, **spec}
        seen = build.seen("aws_ebs_snapshot", "snap-1", snapshot, Usage(), **{"price": "25", "declared": {}, **over})
        return list(old_snapshot.plan(build.estate(seen, *others), build.context(Settings())))

    return run


def test_an_old_one_whose_volume_is_gone_is_asked_about(changes) -> None:
    [change] = changes({})

    assert change.doubts and change.effect.value == "data loss"
    assert (change.saving.low, change.saving.high) == (Decimal(0), Decimal(25))
    assert change.missing == ("how much it holds: its price is that of a full volume", SHARED)


def test_a_size_that_aws_tells_is_no_guess(changes) -> None:
    [change] = changes({"full_snapshot_size_in_bytes": 500 * GIB})

    assert change.saving.low == change.saving.high == Decimal(25)
    assert change.missing == (SHARED,)


def test_snapshots_of_one_volume_share_what_they_hold(build, changes) -> None:
    # AWS tells the full size of each, and bills what each adds: to delete one frees what no other has
    whole = {"full_snapshot_size_in_bytes": 500 * GIB}
    other = build.seen("aws_ebs_snapshot", "snap-2", {"volume_id": "vol-9", **whole}, Usage(), price="25", declared={})
    elsewhere = build.seen("aws_ebs_snapshot", "snap-3", {"volume_id": "vol-8", **whole}, Usage(), age_days=1)
    found = changes(whole, other, elsewhere)

    assert [change.resource.id for change in found] == ["snap-1", "snap-2"]
    assert all(change.saving.low == 0 and change.saving.high == Decimal("12.50") for change in found)
    assert found[0].missing == ("what it holds that the 1 other snapshots of its volume do not", SHARED)


def test_copies_have_no_volume_in_common(build, changes) -> None:
    copied = {"volume_id": "vol-ffffffff", "full_snapshot_size_in_bytes": 500 * GIB}
    other = build.seen("aws_ebs_snapshot", "snap-2", copied, Usage(), price="25", declared={})

    found = changes(copied, other)

    assert [change.saving.low for change in found] == [Decimal(25), Decimal(25)]


def test_whose_volume_a_copy_is_of_is_not_known(changes) -> None:
    [change] = changes({"volume_id": "vol-ffffffff", "full_snapshot_size_in_bytes": 500 * GIB})

    assert change.title == "Delete snapshot aws_ebs_snapshot.snap_1, an old copy"
    assert change.reason == "a copy of another snapshot, 100 days old, and no backup policy made it"
    assert change.missing == ("whether what it is a copy of, or the volume of that, is still there", SHARED)


def test_one_of_a_volume_that_lives_stays(build, changes) -> None:
    assert changes({}, build.volume(name="vol-9")) == []


@pytest.mark.parametrize(
    ("spec", "over"),
    [
        ({}, {"tags": {"aws:backup:source-resource": "x"}}),
        ({}, {"tags": {"aws:dlm:lifecycle-policy-id": "x"}}),
        ({}, {"tags": {"remediator:keep": "x"}}),
        ({}, {"age_days": 89}),
        ({}, {"age_days": None}),
    ],
)
def test_one_that_is_young_or_belongs_to_something_stays(changes, spec, over) -> None:
    assert changes(spec, **over) == []


OF_IMAGE = "Created by CreateImage(i-0aa11bb22cc33dd44) for ami-0123456789abcdef0"


def test_what_an_image_is_made_of_stays(build, changes) -> None:
    # whoever registered it, and whatever its description says: AWS would refuse to delete it
    image = build.seen("aws_ami", "ami-1", {"snapshot_ids": ("snap-0", "snap-1")}, Usage())

    assert changes({"description": "baked by a pipeline"}, image) == []
    assert changes({"description": OF_IMAGE}, image) == []


def test_one_that_a_gone_image_left_behind_is_asked_about_though_its_volume_lives(build, changes) -> None:
    other = build.seen("aws_ami", "ami-2", {"snapshot_ids": ("snap-7",)}, Usage())
    [change] = changes({"description": OF_IMAGE}, other, build.volume(name="vol-9"))

    assert change.title == "Delete snapshot aws_ebs_snapshot.snap_1, whose image is gone"
    assert change.reason.startswith("100 days old, made for image ami-0123456789abcdef0, which no longer exists")
    assert "whether image ami-0123456789abcdef0 waits in the Recycle Bin" in change.missing


def test_one_in_the_archive_is_paid_for_ninety_days(changes) -> None:
    [change] = changes({"storage_tier": "archive"})

    assert "since when it is archived: the archive bills 90 days at least" in change.missing
