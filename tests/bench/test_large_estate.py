"""The generated estate that is planned at full size in the bench."""

from collections import Counter

from bench.large_estate import generated, run


def test_an_estate_has_many_kinds_and_every_step_is_timed() -> None:
    kinds = Counter(one.kind for one, _ in generated(2_000))
    found = run(1_000)

    assert len(kinds) >= 11 and 2_000 <= kinds.total() < 2_018
    assert found.resources > 800 and found.changes > 50
    assert {"affording", "estate", "all rules", "weighing", "figures", "rightsize_instance"} <= found.seconds.keys()
    assert 50 < found.mib < 2_000
