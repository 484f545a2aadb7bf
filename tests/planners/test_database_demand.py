"""What a class gives, against the figures that AWS lists for its classes."""

from dataclasses import replace

import pytest

from planners._database_demand import Needs, allowed, room_for
from planners._sizing import Demand
from tests.planners.conftest import TYPES

ANY = TYPES[0]
NOTHING = Demand(0, 0, 0, 0, 0)


def of(gib: float):
    return replace(ANY, memory_mib=round(gib * 1024))


@pytest.mark.parametrize(
    ("engine", "gib", "listed"),
    [
        ("aurora-mysql", 15.25, 1000),
        ("aurora-mysql", 16, 1000),
        ("aurora-mysql", 32, 2000),
        ("aurora-mysql", 64, 3000),
        ("aurora-mysql", 128, 4000),
        ("aurora-mysql", 256, 5000),
        ("aurora-mysql", 384, 6000),
        ("aurora-mysql", 512, 6000),
        ("aurora-mysql", 768, 7000),
        ("aurora-mysql", 1024, 7000),
        ("aurora-postgresql", 15.25, 1600),
        ("aurora-postgresql", 16, 1600),
        ("aurora-postgresql", 32, 3300),
        ("aurora-postgresql", 64, 5000),
        ("aurora-postgresql", 1024, 5000),
    ],
)
def test_connections_are_no_more_than_aws_lists_and_not_far_below(engine: str, gib: float, listed: int) -> None:
    assert listed * 0.8 <= allowed(engine, of(gib)) <= listed


@pytest.mark.parametrize(
    ("engine", "gib", "listed"),
    [
        ("aurora-mysql", 16, 32),
        ("aurora-mysql", 32, 80),
        ("aurora-mysql", 512, 1280),
        ("aurora-mysql", 1024, 2560),
        ("aurora-postgresql", 15.25, 30),
        ("aurora-postgresql", 16, 31),
        ("aurora-postgresql", 64, 124),
        ("aurora-postgresql", 384, 748),
        ("aurora-postgresql", 512, 998),
        ("aurora-postgresql", 1536, 3072),
    ],
)
def test_local_storage_is_no_more_than_aws_lists(engine: str, gib: float, listed: float) -> None:
    assert not room_for(Needs(NOTHING, 0, local_gib=listed + 0.5), engine, of(gib), 0.2)
    assert room_for(Needs(NOTHING, 0, local_gib=listed * 0.79), engine, of(gib), 0.2)


def test_an_unknown_memory_allows_nothing() -> None:
    assert allowed("aurora-mysql", replace(ANY, memory_mib=None)) == 0
    assert not room_for(Needs(NOTHING, 1), "mysql", replace(ANY, memory_mib=None), 0.2)
