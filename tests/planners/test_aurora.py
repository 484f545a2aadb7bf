"""Members of Aurora clusters: what each has to hold, and what leaves a cluster alone."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners import database_class
from planners.database_class import Settings
from remediator.model import Effect, Finding, Opinion, SetAttribute, Usage
from tests.planners.conftest import TYPES, Build, Types

GIB = 2**30
BY_NAME = {type_.name: type_ for type_ in TYPES}
R5 = tuple(
    replace(BY_NAME[f"m5.{size}"], name=f"r5.{size}", memory_mib=gib * 1024)
    for size, gib in (("large", 16), ("xlarge", 32), ("2xlarge", 64), ("4xlarge", 128))
)
R5D = tuple(replace(type_, name=type_.name.replace("r5", "r5d"), local_storage_gb=150 * type_.vcpu) for type_ in R5)
CALM = {"cpu": 15, "network": 1e6, "connections": 40}
FREE = {"free_memory": 48.0, "free_local_storage": 155.0}
"""GiB of the 64 and of the 160 that a db.r5.2xlarge with MySQL has."""


@pytest.fixture
def build() -> Build:
    return Build(types=Types((*TYPES, *R5, *R5D)))


@pytest.fixture
def usage(build):
    """Two weeks, in which at least so many GiB of memory and of local storage were free."""

    def make(without=(), days=14, coverage=1.0, **over) -> Usage:
        left = {name: over.pop(name, gib) for name, gib in FREE.items()}
        known = {name: value for name, value in {**CALM, **over}.items() if name not in without}
        measured = build.lookback(days=days, coverage=coverage, **known)
        free = [
            replace(build.metric(name, gib * GIB, hours=days * 24, coverage=coverage), minimum=gib * GIB)
            for name, gib in left.items()
            if name not in without
        ]
        return Usage((*measured.summaries, *free))

    return make


@pytest.fixture
def member(build, usage):
    def make(name="one", measured=None, class_="db.r5.2xlarge", engine="aurora-mysql", **over):
        spec = {"cluster_identifier": "orders", "instance_class": class_, "engine": engine, "status": "available"}
        spec |= {"promotion_tier": 1, "storage_type": "aurora", **over.pop("spec", {})}
        over.setdefault("declared", {})
        return build.seen("aws_rds_cluster_instance", name, spec, measured or usage(), **over)

    return make


@pytest.fixture
def changes(build):
    """What is wanted of a cluster whose first member writes."""

    def run(*members, cluster=None, unseen=(), without=(), tags=None, **measured):
        engine = members[0].resource.spec.text("engine")
        names = (*(one.resource.id for one in members), *unseen)
        spec = {"engine": engine, "engine_mode": "provisioned", "status": "available", "cluster_members": names}
        spec |= {"writer": names[0], **(cluster or {})}
        seen = build.seen("aws_rds_cluster", "orders", spec, build.lookback(**measured), declared={}, tags=tags)
        return list(database_class.plan(build.estate(seen, *members), build.context(Settings(), without)))

    return run


def lowered(found) -> list[str]:
    return sorted(change.resource.id for change in found)


def test_a_sole_member_of_which_half_is_not_used_goes_one_class_down(changes, member) -> None:
    [change] = changes(member())

    assert change.actions == (SetAttribute("instance_class", "db.r5.2xlarge", "db.r5.xlarge"),)
    assert change.effect is Effect.RESTART and not change.doubts
    assert change.reason.startswith("needs 1.5 vCPU and 20.6 GiB with headroom, and had at most 40 connections")
    # 730 hours of 1.16 less 0.58, of which 31 % are left under the deepest reservation
    assert change.saving.monthly == Decimal("423.40") and change.saving.low < Decimal("132")
    assert any("no reader stands in for it" in said for said in change.missing)
    assert {summary.name for summary in change.evidence} == {*CALM, *FREE}


def test_io_optimized_is_priced_as_such(changes, member) -> None:
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
def test_what_the_smaller_class_may_not_hold_or_is_not_known_stays(changes, member, usage, over) -> None:
    assert changes(member(measured=usage(**over))) == []


def test_more_free_memory_than_the_class_has_is_evidence_of_a_larger_class(changes, member, usage) -> None:
    larger = (replace(s, maximum=80 * GIB) if s.name == "free_memory" else s for s in usage().summaries)

    assert changes(member(measured=Usage(tuple(larger)))) == []


@pytest.mark.parametrize(
    ("engine", "most"),
    # 88 % of 32 GiB: 1,000 times the binary logarithm of its share of 8,187,281,408 bytes, or 9,531,392 bytes each,
    # less 20 %
    [("aurora-mysql", 1570), ("aurora-postgresql", 2643)],
)
def test_connections_have_to_be_allowed_by_the_smaller_class(changes, member, usage, engine, most) -> None:
    local = 126.0 if engine == "aurora-postgresql" else 155.0

    def asked(connections):
        return changes(member(measured=usage(connections=connections, free_local_storage=local), engine=engine))

    assert asked(most) and not asked(most + 2)


def test_local_storage_that_temporary_tables_fill_has_to_fit(changes, member, usage) -> None:
    # 64 GiB of xlarge hold x GiB in use of 160 where x times 1.2 times 15/14 is at most 64, which is 49.7
    assert changes(member(measured=usage(free_local_storage=110.5)))
    assert changes(member(measured=usage(free_local_storage=110.0))) == []


def test_of_two_members_each_has_to_hold_the_load_of_both(changes, member, usage) -> None:
    assert lowered(changes(member("one"), member("two"))) == ["one", "two"]
    # each of them fits: 25 % is 2.6 vCPU of 4 with headroom, but the one that is left has 5.1
    busy = usage(cpu=25)
    assert lowered(changes(member("one", busy))) == ["one"]
    assert changes(member("one", busy), member("two", busy)) == []
    [first, _] = changes(member("one"), member("two"))
    assert "with what it takes over where another of the 2 members of its cluster fails, needs 3.1 vCPU" in first.reason
    assert "at most 80 connections" in first.reason


def test_a_quiet_reader_that_may_become_the_writer_is_as_large_as_that_has_to_be(changes, member, usage) -> None:
    busy, quiet = usage(cpu=40), usage(cpu=2, connections=0)

    assert changes(member("one", busy), member("two", quiet)) == []
    # whatever its tier, where no other is there
    assert changes(member("one", busy), member("two", quiet, spec={"promotion_tier": 15})) == []


def test_of_more_readers_those_of_high_tiers_need_not_hold_the_writer(changes, member, usage) -> None:
    busy, quiet = usage(cpu=40), usage(cpu=5)
    heir, later = member("two", quiet), member("three", quiet, spec={"promotion_tier": 2})

    assert lowered(changes(member("one", busy), heir, later)) == ["three"]
    assert lowered(changes(member("one", busy), heir, member("three", quiet, spec={"promotion_tier": None}))) == []
    # without tiers 0 and 1 the lowest is the next writer
    high = (member(name, quiet, spec={"promotion_tier": tier}) for name, tier in (("two", 3), ("three", 5)))
    assert lowered(changes(member("one", busy), *high)) == ["three"]


def test_the_load_of_a_lost_reader_is_shared_by_the_others(changes, member, usage) -> None:
    reading = usage(cpu=25)
    readers = [member(name, reading) for name in ("two", "three", "four")]

    # two readers of 25 % leave one with 50 %, three leave two with 37.5 %
    assert lowered(changes(member("one"), *readers[:2])) == ["one"]
    assert lowered(changes(member("one"), *readers)) == ["four", "one", "three", "two"]


def test_a_small_writer_holds_what_its_readers_do_since_it_may_become_one(changes, member, usage) -> None:
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
def test_other_engines_serverless_and_clusters_without_a_known_writer_stay(changes, member, cluster) -> None:
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
def test_one_member_that_cannot_be_judged_leaves_the_others_alone(changes, member, usage, over) -> None:
    assert changes(member("one"), member("two", **over)) == []
    assert changes(member("one"), member("two", usage(days=3))) == []


def test_a_member_that_is_not_seen_leaves_the_others_alone(changes, member) -> None:
    assert changes(member("one"), unseen=("two",)) == []
    assert list(changes(member("one"), member("two"), cluster={"cluster_members": ("one",)})) == []


def test_burstable_members_stay_and_count(changes, member, usage) -> None:
    small = usage(cpu=10, free_memory=8.0, free_local_storage=30.0)

    assert lowered(changes(member("one"), member("two", small, class_="db.t3.xlarge"))) == ["one"]


def test_classes_with_disks_keep_them(changes, member) -> None:
    assert changes(member(class_="db.r5d.2xlarge")) == []


def test_readers_of_auto_scaling_and_kept_members_stay_and_count(changes, member, usage) -> None:
    scaled = "application-autoscaling-5e3c"

    [change] = changes(member("one"), member(scaled))
    assert change.resource.id == "one" and "Auto Scaling adds readers to its cluster" in change.doubts[0]
    assert changes(member("one"), member(scaled, usage(cpu=40))) == []
    assert lowered(changes(member("one"), member("two", tags={"remediator:keep": ""}))) == ["one"]
    assert changes(member("one"), tags={"remediator:keep": ""}) == []


@pytest.fixture
def small(changes, member, usage):
    """What is wanted of a PostgreSQL of 64 GiB whose cluster holds so many GiB of data."""

    def run(data=None, free=20.0, most=None, groups=("default.aurora-postgresql15",) * 2, engine="aurora-postgresql"):
        measured = usage(free_memory=free, free_local_storage=126.0)
        if most is not None:
            told = (replace(s, maximum=most * GIB) if s.name == "free_memory" else s for s in measured.summaries)
            measured = Usage(tuple(told))
        cluster, own = groups
        one = member(measured=measured, engine=engine, spec={"db_parameter_group_names": (own,) if own else ()})
        known = {} if data is None else {"data_bytes": data * GIB}
        return changes(one, cluster={"db_cluster_parameter_group_name": cluster}, **known)

    return run


def test_a_cache_that_could_hold_all_data_of_a_small_cluster_is_no_demand(small) -> None:
    # 44 GiB were in use at most, of which the shared buffers took 37.9 at least; 6.1 with headroom are left the 32 %
    # of 24.4 GiB beside the buffers, which hold 10 GiB with headroom in 22.1 GiB
    [change] = small(data=10)

    assert change.reason.startswith("needs 1.5 vCPU and 24.4 GiB with headroom")
    assert not change.doubts and "data_bytes" in {summary.name for summary in change.evidence}


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({}, "how much data there is is not known"),
        ({"data": 14.7}, "the buffers of 32 GiB may not hold it"),
        ({"data": 10, "free": 17.0}, "what is in use beside the buffers may not fit beside smaller ones"),
        ({"data": 10, "most": 27.0}, "the buffers were smaller than the default at some time"),
        ({"data": 10, "engine": "aurora-mysql"}, "MySQL takes memory for its pool as it reads"),
    ],
    ids=str,
)
def test_a_cache_that_may_be_needed_stays(small, over, why) -> None:
    assert small(**over) == [], why


def test_the_boundary_is_headroom_and_history_over_the_data(small) -> None:
    # 88 % of 32 GiB times 8192/12038, less 390 MiB, is 18.78 GiB, which x times 1.2 times 15/14 is at most
    assert small(data=14.6) and not small(data=14.65)


@pytest.mark.parametrize(
    ("groups", "named"),
    [(("ours", "default.x"), "(ours)"), (("default.x", "ours"), "(ours)"), (("default.x", None), "(not known)")],
    ids=str,
)
def test_buffers_that_parameters_may_change_are_a_question(small, groups, named) -> None:
    [change] = small(data=10, groups=groups)

    assert "by default, which its parameters" in change.doubts[0] and named in change.doubts[0]
    assert small(data=10, free=48.0, groups=groups)[0].doubts == ()


@pytest.mark.parametrize(
    ("cluster", "doubt"),
    [
        ({"global_cluster_identifier": "world"}, "its cluster is part of global database world, and may have to stand"),
        ({"replication_source_identifier": "arn:x"}, "its cluster is a replica of arn:x"),
        ({"replicas": ("far",)}, "its cluster has replicas (far)"),
    ],
)
def test_what_another_region_may_ask_of_it_is_a_question(changes, member, cluster, doubt) -> None:
    [change] = changes(member(), cluster=cluster)

    assert doubt in change.doubts[0] and change.confidence == 0.5


def test_members_of_another_account_or_region_are_others(build, changes, member) -> None:
    assert changes(member(region="eu-west-1")) == []


def test_an_adviser_that_finds_the_writer_too_small_makes_it_a_question(changes, member) -> None:
    place = ("ml", "us-east-1", "aws_rds_cluster_instance", "one")
    why = ("DBClusterWriterUnderprovisioned",)
    under = Opinion(*place, "AWS Compute Optimizer", Finding.UNDER, current="db.r5.2xlarge", reasons=why)
    [change] = changes(replace(member(), opinions=(under,)))

    assert change.doubts == ("AWS Compute Optimizer finds it underprovisioned (DBClusterWriterUnderprovisioned)",)


def test_a_smaller_class_whose_price_is_not_listed_may_not_be_offered(changes, member) -> None:
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
    build = Build(types=Types((*TYPES, *R5, *R5D)))
    names = [f"m{n}" for n in range(len(roles))]
    whole = {"cluster_identifier": "orders", "instance_class": "db.r5.2xlarge", "engine": "aurora-mysql"}
    members = []
    for name, (cpu, tier) in zip(names, roles, strict=True):
        free = [replace(build.metric(n, gib * GIB), minimum=gib * GIB) for n, gib in FREE.items()]
        measured = Usage((*build.lookback(**{**CALM, "cpu": cpu}).summaries, *free))
        spec = {**whole, "status": "available", "promotion_tier": tier}
        members.append(build.seen("aws_rds_cluster_instance", name, spec, measured, declared={}))
    spec = {"engine": "aurora-mysql", "status": "available", "cluster_members": tuple(names), "writer": "m0"}
    cluster = build.seen("aws_rds_cluster", "orders", spec, build.lookback(), declared={})
    found = lowered(database_class.plan(build.estate(cluster, *members), build.context(Settings())))

    loads = [cpu * 8 / 100 for cpu, _ in roles]
    after = [4.0 if name in found else 8.0 for name in names]
    for lost in range(len(roles)) if len(roles) > 1 else ():
        for load, vcpus in left_with(loads, [tier for _, tier in roles], after, lost):
            assert load <= vcpus or vcpus == 8.0, (found, lost)
