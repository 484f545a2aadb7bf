from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners import ebs_gp3
from planners.ebs_gp3 import Settings
from remediator.model import Effect, Layer, SetAttribute

EVERYTHING = ("gp2:storage", "gp3:storage", "gp3:iops", "gp3:throughput")


DEFAULTS = Settings()


@pytest.fixture(scope="session")
def changes(build):
    def run(*seen, settings=DEFAULTS, without=()):
        return list(ebs_gp3.plan(build.estate(*seen), build.context(settings, without)))

    return run


@pytest.mark.parametrize(
    ("size", "iops", "throughput", "saving"),
    [
        (8, 3000, 128, "0.04"),  # 8 x 0.02, less 3 MiB/s x 0.04
        (170, 3000, 128, "3.28"),
        (171, None, None, None),  # 125 MiB/s more costs more than 171 x 0.02 saves
        (250, None, None, None),
        (334, 3000, 250, "1.68"),
        (1000, 3000, 250, "15.00"),
        (2000, 6000, 250, "20.00"),
        (16384, 16000, 250, "257.68"),
    ],
)
def test_gp3_is_given_what_gp2_reached_where_that_is_cheaper(build, changes, size, iops, throughput, saving) -> None:
    found = changes(build.volume(spec={"size": size, "iops": min(16000, max(100, 3 * size))}))

    assert [c.saving.monthly for c in found] == ([Decimal(saving)] if saving else [])
    for change in found:
        assert change.actions == (
            SetAttribute("type", "gp2", "gp3"),
            SetAttribute("iops", min(16000, max(100, 3 * size)), iops),
            SetAttribute("throughput", None, throughput),
        )


def test_the_change_says_what_it_costs(build, changes) -> None:
    [change] = changes(build.volume(spec={"size": 1000}))

    assert change.title == "Move aws_ebs_volume.vol_1 from gp2 to gp3"
    assert change.reason == (
        "gp3 gives 1,000 GiB no less than gp2 did (3,000 IOPS, 250 MiB/s) at 85.00 in place of 100.00 USD a month"
    )
    assert (change.concern, change.layer, change.effect) == ("volume type", Layer.CONFIGURATION, Effect.IN_PLACE)


@pytest.mark.parametrize("unknown", ["gp2:storage", "gp3:storage", "gp3:throughput"])
def test_an_unknown_price_claims_no_saving(build, changes, unknown) -> None:
    [change] = changes(build.volume(), without=(unknown,))

    assert change.saving is None
    assert change.missing == ("list prices of gp2 and gp3",)
    assert "USD" not in change.reason


def test_a_price_that_is_not_needed_need_not_be_known(build, changes) -> None:
    [change] = changes(build.volume(), without=("gp3:iops",))

    assert change.saving is not None


@pytest.mark.parametrize(
    "over",
    [
        {"spec": {"type": "gp3"}, "declared": {"type": "gp3"}},
        {"spec": {"type": "gp3"}, "declared": None},
        {"spec": {"type": "io1"}, "declared": {"type": "io1"}},
        {"spec": {"size": None}},
        {"tags": {"remediator:keep": ""}},
    ],
)
def test_volumes_left_alone(build, changes, over) -> None:
    assert changes(build.volume(**over)) == []


def test_code_behind_the_live_volume_is_aligned_with_it(build, changes) -> None:
    live = {"type": "gp3", "iops": 4000, "throughput": 200}
    [change] = changes(build.volume(spec=live, declared={"type": "gp2"}))

    assert change.title == "Align aws_ebs_volume.vol_1 with the gp3 it already is"
    assert change.actions == (
        SetAttribute("type", "gp3", "gp3"),
        SetAttribute("iops", 4000, 4000),
        SetAttribute("throughput", 200, 200),
    )
    assert change.saving is None


def test_figures_that_nobody_saw_are_not_written(build, changes) -> None:
    [change] = changes(build.volume(spec={"type": "gp3"}, declared={"type": "gp2"}))

    assert [a.path for a in change.actions] == ["type"]


def test_volumes_of_a_group_belong_to_its_launch_template(build, changes) -> None:
    member = build.instance("m5.large", member_of="web", declared=None)

    assert changes(build.volume(spec={"attached_to": ("i-1",)}, declared=None), member) == []


def test_a_volume_inside_an_instance_is_named_where_it_stands(build, changes) -> None:
    volume = build.volume(spec={"attached_to": ("i-1",)}, declared=None)
    [inside] = changes(volume, build.instance("m5.large"))
    [nowhere] = changes(volume, build.instance("m5.large", declared=None))

    assert "attached to aws_instance.i_1, whose root_block_device" in inside.doubts[0]
    assert nowhere.doubts == ()


@given(size=st.integers(1, 16384), without=st.sampled_from([(), *((e,) for e in EVERYTHING)]))
def test_gp3_is_never_less_than_gp2_and_never_more_than_it_can_be(build, changes, size, without) -> None:
    for change in changes(build.volume(spec={"size": size}), without=without):
        target = {a.path: a.target for a in change.actions}
        assert target["iops"] >= max(3 * size if size <= 5333 else 16000, 100, 3000 if size < 1000 else 0)
        assert target["throughput"] >= (128 if size <= 170 else 250)
        assert 3000 <= target["iops"] <= 16000 and target["throughput"] <= min(1000, target["iops"] / 4)
        assert change.saving is None or change.saving.monthly >= 0


def test_a_literal_that_is_shared_gives_no_volume_more_than_gp3_takes_at_its_size(build, changes) -> None:
    # where prices are not known, nothing else keeps a small volume from the figures of a large one
    large = build.volume(name="vol-2", spec={"size": 4000})
    (fits, _), (small, _) = (
        changes(build.volume(spec={"size": size}), large, without=("gp2:storage",)) for size in (24, 23)
    )

    assert [a.target for a in fits.instead[-1].actions if a.path == "iops"] == [12_000]
    assert small.instead == ()
