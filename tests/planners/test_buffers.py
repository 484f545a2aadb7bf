"""The memory of Aurora PostgreSQL, most of which it takes for a cache from the start."""

from dataclasses import replace

import pytest

from remediator.model import Change, Usage
from tests.planners.aurora import GIB, changes, member, usage


def small(
    data=None, free=20.0, most=None, groups=("default.aurora-postgresql15",) * 2, engine="aurora-postgresql"
) -> list[Change]:
    """What is wanted of a PostgreSQL of 64 GiB whose cluster holds so many GiB of data."""
    measured = usage(free_memory=free, free_local_storage=126.0)
    if most is not None:
        told = (replace(s, maximum=most * GIB) if s.name == "free_memory" else s for s in measured.summaries)
        measured = Usage(tuple(told))
    cluster, own = groups
    one = member(measured=measured, engine=engine, spec={"db_parameter_group_names": (own,) if own else ()})
    known = {} if data is None else {"data_bytes": data * GIB}
    return changes(one, cluster={"db_cluster_parameter_group_name": cluster}, **known)


def test_a_cache_that_could_hold_all_data_of_a_small_cluster_is_no_demand() -> None:
    # 44 GiB were in use at most, of which the shared buffers took 37.9 at least; 6.1 with headroom are left the 32 %
    # of 24.4 GiB beside the buffers, which hold 10 GiB with headroom in 22.1 GiB
    [change] = small(data=10)

    assert change.reason.startswith("needs 1.5 vCPU and 24.4 GiB with headroom")
    assert "; a smaller cache holds the 10.0 GiB of its cluster's data" in change.reason
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
def test_a_cache_that_may_be_needed_stays(over, why) -> None:
    assert small(**over) == [], why


def test_the_boundary_is_headroom_and_history_over_the_data() -> None:
    # 88 % of 32 GiB times 8192/12038, less 390 MiB, is 18.78 GiB, which x times 1.2 times 15/14 is at most
    assert small(data=14.6) and not small(data=14.65)


@pytest.mark.parametrize(
    ("groups", "named"),
    [(("ours", "default.x"), "(ours)"), (("default.x", "ours"), "(ours)"), (("default.x", None), "(not known)")],
    ids=str,
)
def test_buffers_that_parameters_may_change_are_a_question(groups, named) -> None:
    [change] = small(data=10, groups=groups)

    assert "by default, which its parameters" in change.doubts[0] and named in change.doubts[0]
    assert small(data=10, free=48.0, groups=groups)[0].doubts == ()
