from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from planners import database_storage
from planners.database_storage import Settings
from remediator.model import Effect, PriceBook, SetAttribute

MIB = 2**20
DB = {"engine": "postgres", "storage_type": "io1", "allocated_storage": 500, "iops": 10_000, "multi_az": False}


@pytest.fixture
def changes(build):
    def run(spec=None, ops=3000, mib=100, environment=None, without=(), days=14, coverage=1.0, **over):
        usage = build.lookback(days=days, coverage=coverage, storage_ops=ops, storage_bytes=mib * MIB)
        seen = build.seen("aws_db_instance", "orders", {**DB, **(spec or {})}, usage, declared={}, **over)
        seen = replace(seen, environment=environment)
        return list(database_storage.plan(build.estate(seen), build.context(Settings(), without)))

    return run


def test_io1_goes_to_the_gp3_that_includes_what_it_used(changes) -> None:
    [change] = changes()

    assert change.actions == (SetAttribute("storage_type", "io1", "gp3"), SetAttribute("iops", 10_000, 12_000))
    assert change.effect is Effect.IN_PLACE and not change.doubts
    # 500 x 0.125 + 10,000 x 0.10 before; 500 x 0.115 after
    assert change.saving.monthly == Decimal("1005.00")
    assert "includes 12,000 and 500" in change.reason
    assert "no other change of its storage until it has moved it" in change.reason


def test_io2_costs_what_io1_does_and_its_durability_is_asked_about(changes) -> None:
    [change] = changes({"storage_type": "io2"})

    assert change.actions == (SetAttribute("storage_type", "io2", "gp3"), SetAttribute("iops", 10_000, 12_000))
    assert change.saving.monthly == Decimal("1005.00")
    assert "99.999 % durability" in change.doubts[0] and change.confidence == 0.5


@pytest.mark.parametrize(
    ("engine", "size", "ops", "fires"),
    [
        # The P99.5 with 20 % headroom, wider by a fourteenth, has to be at most 12,000, or 3,000 below the threshold
        ("postgres", 400, 9333, True),
        ("postgres", 400, 9334, False),
        ("postgres", 399, 2333, True),
        ("postgres", 399, 2334, False),
        ("oracle-ee", 200, 9333, True),
        ("oracle-ee", 199, 9333, False),
    ],
)
def test_what_is_included_depends_on_size_and_engine(changes, engine, size, ops, fires) -> None:
    assert bool(changes({"engine": engine, "allocated_storage": size}, ops=ops, mib=1)) is fires


@pytest.mark.parametrize(
    ("size", "mib", "fires"), [(400, 388, True), (400, 390, False), (399, 97, True), (399, 98, False)]
)
def test_throughput_has_to_be_included_too(changes, size, mib, fires) -> None:
    assert bool(changes({"allocated_storage": size}, ops=1, mib=mib)) is fires


def test_below_the_threshold_iops_cannot_be_written_and_a_person_takes_them_out(changes) -> None:
    [change] = changes({"allocated_storage": 100, "iops": 1000}, ops=500, mib=10)

    assert change.actions == (SetAttribute("storage_type", "io1", "gp3"),)
    assert "the argument iops has to go" in change.doubts[0]
    assert change.confidence == 0.5


def test_gp2_that_costs_as_much_is_left_alone(changes) -> None:
    assert changes({"storage_type": "gp2", "iops": None}) == []
    assert changes({"storage_type": "gp2", "iops": None}, without=("gp2:storage",)) == []


@dataclass(frozen=True)
class Dearer:
    """Prices of a region in which gp2 costs more than gp3."""

    known: PriceBook

    def price(self, kind, item, region):
        found = self.known.price(kind, item, region)
        return replace(found, amount=Decimal("0.138")) if found and item == "gp2:storage" else found


def test_gp2_that_costs_more_goes(build) -> None:
    spec = {**DB, "storage_type": "gp2", "iops": None}
    seen = build.seen("aws_db_instance", "orders", spec, build.lookback(storage_ops=1, storage_bytes=1), declared={})
    context = build.context(Settings())

    [change] = database_storage.plan(build.estate(seen), replace(context, prices=Dearer(context.prices)))

    assert change.actions == (SetAttribute("storage_type", "gp2", "gp3"),)
    assert change.saving.monthly == Decimal("11.50")


@pytest.mark.parametrize(
    "spec",
    [
        {"storage_type": "gp3"},
        {"storage_type": "io2", "iops": None},
        {"storage_type": None},
        {"engine": "sqlserver-se"},
        {"engine": None},
        {"allocated_storage": None},
        {"iops": None},
    ],
    ids=str,
)
def test_other_types_and_engines_and_unknown_figures_stay(changes, spec) -> None:
    assert changes(spec) == []


def test_evidence_must_be_there_long_and_complete(build, changes) -> None:
    assert changes(days=13) == []
    assert changes(coverage=0.9) == []
    for name in ("storage_ops", "storage_bytes"):
        seen = build.seen("aws_db_instance", "orders", DB, build.lookback(**{name: 1}), declared={})
        assert list(database_storage.plan(build.estate(seen), build.context(Settings()))) == []


def test_storage_with_a_standby_in_another_zone_has_prices_of_its_own(changes) -> None:
    [change] = changes({"multi_az": True})
    [unknown] = changes({"multi_az": True}, without=("io1:iops:multi",))

    # 500 x 0.25 + 10,000 x 0.20 before; 500 x 0.23 after
    assert change.saving.monthly == Decimal("2010.00")
    assert unknown.saving is None and "list prices of io1" in unknown.missing[0]


def test_storage_in_nobody_knows_how_many_zones_has_no_known_price_and_no_saving(changes) -> None:
    [change] = changes({"multi_az": None})

    assert change.saving is None and "list prices of io1" in change.missing[0]


def test_an_unknown_price_claims_nothing(changes) -> None:
    [change] = changes(without=("io1:iops",))

    assert change.saving is None and "list prices of io1" in change.missing[0]


def test_production_is_asked_and_a_kept_tag_keeps_it(changes) -> None:
    [change] = changes(environment="prod")

    assert "it is in prod" in change.doubts[0]
    assert changes(tags={"remediator:keep": ""}) == []


@pytest.mark.parametrize("over", [{"days": 13}, {"coverage": 0.5}, {"headroom": -1}])
def test_settings_that_make_no_sense_are_refused(over) -> None:
    with pytest.raises(ValueError, match=next(iter(over))):
        Settings(**over)
