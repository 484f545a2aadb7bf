from dataclasses import replace
from decimal import Decimal

import pytest

from planners import cache_size
from planners.cache_size import Settings
from remediator.model import Effect, Finding, Opinion, SetAttribute

CALM = {"cpu": 18, "memory": 20, "network": 1e6, "commands": 900}
GROUP = {"node_type": "cache.m5.2xlarge", "engine": "redis", "member_clusters": ("a-1", "a-2")}


@pytest.fixture
def changes(build):
    def run(
        spec=None, environment="dev", without=(), opinions=(), days=14, coverage=1.0,
        kind="aws_elasticache_replication_group", metrics=CALM, **over,
    ):  # fmt: skip
        usage = build.lookback(days=days, coverage=coverage, **metrics)
        known = {name: value for name, value in {**GROUP, **(spec or {})}.items() if value is not None}
        seen = build.seen(kind, "sessions", known, usage, declared={}, **over)
        seen = replace(seen, environment=environment, opinions=opinions)
        return list(cache_size.plan(build.estate(seen), build.context(Settings(), without)))

    return run


def test_a_cache_of_which_half_is_not_used_goes_one_node_down(changes) -> None:
    [change] = changes()

    assert change.actions == (SetAttribute("node_type", "cache.m5.2xlarge", "cache.m5.xlarge"),)
    assert change.effect is Effect.RESTART and not change.doubts
    # 730 hours of 0.622 less 0.311, of two nodes
    assert change.saving.monthly == Decimal("454.06")


def test_a_cluster_of_its_own_is_priced_by_its_nodes(changes) -> None:
    [change] = changes({"member_clusters": None, "num_cache_nodes": 1}, kind="aws_elasticache_cluster")

    assert change.saving.monthly == Decimal("227.03")


@pytest.mark.parametrize(
    "over",
    [
        {"cpu": 39},
        {"memory": 36},
        {"network": 3e8},
        {"commands": 0},
    ],
    ids=str,
)
def test_what_a_smaller_node_may_not_hold_or_was_not_asked_anything_stays(changes, over) -> None:
    assert changes(metrics={**CALM, **over}) == []


@pytest.mark.parametrize(
    ("spec", "over", "asked"),
    [
        # Twice 1.2 times 15/14 of it has to be at most half of the larger node, where one node is left
        ({}, {"cpu": 19.4}, False),
        ({}, {"cpu": 19.5}, True),
        ({"nodes_per_shard": 3}, {"cpu": 25.9}, False),
        ({"nodes_per_shard": 3}, {"cpu": 26.0}, True),
        ({"nodes_per_shard": 2}, {"network": 1.2e8}, True),
        ({"nodes_per_shard": 1}, {"cpu": 38}, False),
        ({"member_clusters": ("a-1",)}, {"cpu": 38}, False),
    ],
    ids=str,
)
def test_whether_the_other_nodes_hold_the_reads_of_one_that_fails_is_asked(changes, spec, over, asked) -> None:
    [change] = changes(spec, metrics={**CALM, **over})

    assert ["reads" in doubt for doubt in change.doubts] == [True] * asked


@pytest.mark.parametrize("name", CALM)
def test_what_is_not_measured_may_not_shrink(changes, name) -> None:
    assert changes(metrics={n: value for n, value in CALM.items() if n != name}) == []


def test_the_boundary_leaves_a_tenth_of_the_smaller_node(changes) -> None:
    # 1.2 times 15/14 of it has to be at most 45 % of the larger node
    assert changes(metrics={**CALM, "memory": 34.9})
    assert changes(metrics={**CALM, "memory": 35.1}) == []


@pytest.mark.parametrize(
    "over",
    [
        {"spec": {"engine": "memcached"}},
        {"spec": {"engine": None}},
        {"spec": {"node_type": "cache.t3.xlarge"}},
        {"spec": {"node_type": "cache.unheard.of"}},
        {"spec": {"node_type": None}},
        {"spec": {"node_type": "cache.m5.large"}},
        {"spec": {"node_type": "cache.m5d.2xlarge"}},
        {"member_of": "sessions", "kind": "aws_elasticache_cluster"},
        {"tags": {"remediator:keep": ""}},
        {"days": 13},
        {"coverage": 0.9},
    ],
    ids=str,
)
def test_other_engines_types_members_the_kept_and_short_evidence_stay(changes, over) -> None:
    assert changes(**over) == []


@pytest.mark.parametrize("over", [{"spec": {"engine": "valkey"}}, {"spec": {"member_clusters": None}}], ids=str)
def test_an_unknown_price_or_number_of_nodes_claims_nothing(changes, over) -> None:
    [change] = changes(**over)

    assert change.saving is None and "list prices of cache.m5.2xlarge" in change.missing[0]


def test_where_only_one_price_is_known_nothing_is_wanted(changes) -> None:
    assert changes(without=("cache.m5.xlarge:redis",)) == []


def test_production_is_asked_unless_the_evidence_holds_a_turn_of_the_month(changes) -> None:
    [asked], [sure] = changes(environment="prod"), changes(environment="prod", days=32)

    assert "no turn of a month" in asked.doubts[0] and asked.confidence == 0.5
    assert not sure.doubts


def test_an_adviser_that_finds_it_too_small_makes_it_a_question(changes) -> None:
    kind = "aws_elasticache_replication_group"
    under = Opinion("ml", "us-east-1", kind, "sessions", "AWS Compute Optimizer", Finding.UNDER)

    assert changes(opinions=(under,))[0].doubts == ("AWS Compute Optimizer finds it underprovisioned",)


def test_a_valkey_cluster_in_no_group_may_be_replaced_by_older_providers(changes) -> None:
    [alone] = changes({"engine": "valkey", "num_cache_nodes": 1}, kind="aws_elasticache_cluster")
    [group] = changes({"engine": "valkey"})

    assert "look for a replacement" in alone.doubts[0] and not group.doubts


def test_a_global_datastore_sets_the_node_type_of_its_groups(changes) -> None:
    [change] = changes({"global_replication_group_id": "ldgnf-world"})

    assert "global datastore ldgnf-world" in change.doubts[0]


@pytest.mark.parametrize("over", [{"days": 13}, {"coverage": 0.5}, {"headroom": -1}, {"largest_step": 4}])
def test_settings_that_make_no_sense_are_refused(over) -> None:
    with pytest.raises(ValueError, match=next(iter(over))):
        Settings(**over)
