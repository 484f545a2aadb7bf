"""Members of Aurora clusters: what each has to hold, and what leaves a cluster alone."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.model import Effect, Finding, Opinion, SetAttribute, Usage
from tests.planners.aurora import CALM, FREE, GIB, changes, lowered, member, usage


def test_a_sole_member_of_which_half_is_not_used_goes_one_class_down() -> None:
    [change] = changes(member())

    assert change.actions == (SetAttribute("instance_class", "db.r5.2xlarge", "db.r5.xlarge"),)
    assert change.effect is Effect.RESTART and not change.doubts
    assert change.reason.startswith("needs 1.5 vCPU and 20.6 GiB with headroom, and had at most 40 connections")
    # 730 hours of 1.16 less 0.58, of which 31 % are left under the deepest reservation
    assert change.saving.monthly == Decimal("423.40") and change.saving.low < Decimal("132")
    assert any("no reader stands in for it" in said for said in change.missing)
    assert {summary.name for summary in change.evidence} == {*CALM, *FREE}


def test_io_optimized_is_priced_as_such() -> None:
    [change] = changes(member(spec={"storage_type": "aurora-iopt1"}))

    assert change.saving.monthly == Decimal("550.42")


@pytest.mark.parametrize(
    "over",
    [
        {"cpu": 40.0},
        {"free_memory": 38.0},
        {"network": 3e8},
        {"connections": 1650},
        {"free_local_storage": 110.0},
        {"connections": 0},
        {"days": 13},
        {"coverage": 0.9},
        *({"without": (name,)} for name in (*CALM, *FREE)),
    ],
    ids=str,
)
def test_what_the_smaller_class_may_not_hold_or_is_not_known_stays(over) -> None:
    assert changes(member(measured=usage(**over))) == []


def test_more_free_memory_than_the_class_has_is_evidence_of_a_larger_class() -> None:
    larger = (replace(s, maximum=80 * GIB) if s.name == "free_memory" else s for s in usage().summaries)

    assert changes(member(measured=Usage(tuple(larger)))) == []


@pytest.mark.parametrize(
    ("engine", "most"),
    # 88 % of 32 GiB: 1,000 times the binary logarithm of its share of 8,187,281,408 bytes, or 9,531,392 bytes each,
    # less 20 %
    [("aurora-mysql", 1570), ("aurora-postgresql", 2643)],
)
def test_connections_have_to_be_allowed_by_the_smaller_class(engine, most) -> None:
    local = 126.0 if engine == "aurora-postgresql" else 155.0

    def asked(connections):
        return changes(member(measured=usage(connections=connections, free_local_storage=local), engine=engine))

    assert asked(most) and not asked(most + 2)


def test_local_storage_that_temporary_tables_fill_has_to_fit() -> None:
    # 64 GiB of xlarge hold x GiB in use of 160 where x times 1.2 times 15/14 is at most 64, which is 49.7
    assert changes(member(measured=usage(free_local_storage=110.5)))
    assert changes(member(measured=usage(free_local_storage=110.0))) == []


def test_of_two_members_each_has_to_hold_the_load_of_both() -> None:
    assert lowered(changes(member("one"), member("two"))) == ["one", "two"]
    # each of them fits: 25 % is 2.6 vCPU of 4 with headroom, but the one that is left has 5.1
    busy = usage(cpu=25)
    assert lowered(changes(member("one", busy))) == ["one"]
    assert changes(member("one", busy), member("two", busy)) == []
    [first, _] = changes(member("one"), member("two"))
    assert "with what it takes over where another of the 2 members of its cluster fails, needs 3.1 vCPU" in first.reason
    assert "at most 80 connections" in first.reason


def test_a_quiet_reader_that_may_become_the_writer_is_as_large_as_that_has_to_be() -> None:
    busy, quiet = usage(cpu=40), usage(cpu=2, connections=0)

    assert changes(member("one", busy), member("two", quiet)) == []
    # whatever its tier, where no other is there
    assert changes(member("one", busy), member("two", quiet, spec={"promotion_tier": 15})) == []


def test_of_more_readers_those_of_high_tiers_need_not_hold_the_writer() -> None:
    busy, quiet = usage(cpu=40), usage(cpu=5)
    heir, later = member("two", quiet), member("three", quiet, spec={"promotion_tier": 2})

    assert lowered(changes(member("one", busy), heir, later)) == ["three"]
    assert lowered(changes(member("one", busy), heir, member("three", quiet, spec={"promotion_tier": None}))) == []
    # without tiers 0 and 1 the lowest is the next writer
    high = (member(name, quiet, spec={"promotion_tier": tier}) for name, tier in (("two", 3), ("three", 5)))
    assert lowered(changes(member("one", busy), *high)) == ["three"]


def test_the_load_of_a_lost_reader_is_shared_by_the_others() -> None:
    reading = usage(cpu=25)
    readers = [member(name, reading) for name in ("two", "three", "four")]

    # two readers of 25 % leave one with 50 %, three leave two with 37.5 %
    assert lowered(changes(member("one"), *readers[:2])) == ["one"]
    assert lowered(changes(member("one"), *readers)) == ["four", "one", "three", "two"]


def test_a_small_writer_holds_what_its_readers_do_since_it_may_become_one() -> None:
    readers = [member(name, usage(cpu=45)) for name in ("two", "three")]

    assert changes(member("one", usage(cpu=5)), *readers) == []


@pytest.mark.parametrize(
    "cluster",
    [
        {"engine": "neptune"},
        {"engine": "mysql"},
        {"engine_mode": "serverless"},
        {"status": "modifying"},
        {"writer": None},
        {"writer": "other"},
    ],
    ids=str,
)
def test_other_engines_serverless_and_clusters_without_a_known_writer_stay(cluster) -> None:
    assert changes(member("one"), member("two"), cluster=cluster) == []


@pytest.mark.parametrize(
    "over",
    [
        {"class_": "db.serverless"},
        {"class_": "db.unheard.of"},
        {"spec": {"status": "modifying"}},
    ],
    ids=str,
)
def test_one_member_that_cannot_be_judged_leaves_the_others_alone(over) -> None:
    assert changes(member("one"), member("two", **over)) == []
    assert changes(member("one"), member("two", usage(days=3))) == []


def test_a_member_that_is_not_seen_leaves_the_others_alone() -> None:
    assert changes(member("one"), unseen=("two",)) == []
    assert list(changes(member("one"), member("two"), cluster={"cluster_members": ("one",)})) == []


def test_burstable_members_stay_and_count() -> None:
    small = usage(cpu=10, free_memory=8.0, free_local_storage=30.0)

    assert lowered(changes(member("one"), member("two", small, class_="db.t3.xlarge"))) == ["one"]


def test_classes_with_disks_keep_them() -> None:
    assert changes(member(class_="db.r5d.2xlarge")) == []


def test_readers_of_auto_scaling_and_kept_members_stay_and_count() -> None:
    scaled = "application-autoscaling-5e3c"

    [change] = changes(member("one"), member(scaled))
    assert change.resource.id == "one" and "Auto Scaling adds readers to its cluster" in change.doubts[0]
    assert changes(member("one"), member(scaled, usage(cpu=40))) == []
    assert lowered(changes(member("one"), member("two", tags={"remediator:keep": ""}))) == ["one"]
    assert changes(member("one"), tags={"remediator:keep": ""}) == []


@pytest.mark.parametrize(
    ("cluster", "doubt"),
    [
        ({"global_cluster_identifier": "world"}, "its cluster is part of global database world, and may have to stand"),
        ({"replication_source_identifier": "arn:x"}, "its cluster is a replica of arn:x"),
        ({"replicas": ("far",)}, "its cluster has replicas (far)"),
    ],
)
def test_what_another_region_may_ask_of_it_is_a_question(cluster, doubt) -> None:
    [change] = changes(member(), cluster=cluster)

    assert doubt in change.doubts[0] and change.confidence == 0.5


def test_members_of_another_account_or_region_are_others() -> None:
    assert changes(member(region="eu-west-1")) == []


def test_an_adviser_that_finds_the_writer_too_small_makes_it_a_question() -> None:
    place = ("ml", "us-east-1", "aws_rds_cluster_instance", "one")
    why = ("DBClusterWriterUnderprovisioned",)
    under = Opinion(*place, "AWS Compute Optimizer", Finding.UNDER, current="db.r5.2xlarge", reasons=why)
    [change] = changes(replace(member(), opinions=(under,)))

    assert change.doubts == ("AWS Compute Optimizer finds it underprovisioned (DBClusterWriterUnderprovisioned)",)


def test_a_smaller_class_whose_price_is_not_listed_may_not_be_offered() -> None:
    assert changes(member(), without=("db.r5.xlarge:aurora-mysql:single",)) == []


ROLES = st.lists(st.tuples(st.sampled_from((2, 10, 18, 30, 38, 55)), st.integers(0, 3)), min_size=1, max_size=5)
"""CPU in percent and promotion tier; the first member writes."""


def left_with(loads: list[float], tiers: list[int], vcpus: list[float], lost: int) -> list[tuple[float, float]]:
    """The load and the vCPUs of each member that is left when one is lost, as Aurora and its endpoints move them."""
    readers = [n for n in range(1, len(loads)) if n != lost]
    reading = sum(loads[1:])
    writer = 0
    if lost == 0 and readers:
        writer = min(readers, key=lambda n: (tiers[n], -vcpus[n]))
        readers.remove(writer)
    held = {writer: loads[0], **{n: reading / len(readers) for n in readers}}
    if not readers:
        held[writer] += reading
    return [(load, vcpus[n]) for n, load in held.items()]


@given(roles=ROLES)
def test_no_member_that_is_left_is_overloaded_by_what_a_lost_one_did(roles) -> None:
    tiers, loads = [tier for _, tier in roles], [cpu * 8 / 100 for cpu, _ in roles]
    names = [f"m{n}" for n in range(len(roles))]
    members = [
        member(name, usage(cpu=cpu), spec={"promotion_tier": tier})
        for name, (cpu, tier) in zip(names, roles, strict=True)
    ]
    found = lowered(changes(*members))
    vcpus = [4.0 if name in found else 8.0 for name in names]

    for lost in range(len(roles)) if len(roles) > 1 else ():
        for load, vcpu in left_with(loads, tiers, vcpus, lost):
            assert load <= vcpu or vcpu == 8.0, (found, lost)
