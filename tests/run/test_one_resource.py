"""One machine that is idle, oversized and of an earlier generation, with a gp2 volume: what of it reaches people."""

from dataclasses import replace

import pytest

from remediator.config import Config
from remediator.registry import load_planners
from remediator.run.weighing import worth_delivering
from tests.planners.conftest import HOURLY, Build, _type

IDLE = {"cpu": 2, "memory": 5, "network": 1_000, "ebs_bytes": 1, "ebs_ops": 0}
BUSY = {"cpu": 20, "memory": 20, "network": 2e6, "ebs_bytes": 1e3, "ebs_ops": 10}


@pytest.fixture
def reaches(monkeypatch):
    """What is kept, by rule, and what is left out with its reason; of all shipped rules over that one machine."""
    monkeypatch.setitem(HOURLY, "m3.large", "0.133")
    plain = Build()
    large = next(type_ for type_ in plain.types.types if type_.name == "m3.xlarge")
    smaller = replace(_type("m3.large", 2, 8), hypervisor=large.hypervisor, local_storage_gb=large.local_storage_gb)
    build = replace(plain, types=replace(plain.types, types=(*plain.types.types, smaller)))

    def run(usage: dict[str, float]) -> tuple[set[str], dict[str, str]]:
        machine = build.instance("m3.xlarge", build.lookback(**usage), price="194", spec={"volume_ids": ("vol-1",)})
        disk = build.volume(spec={"size": 2000, "attached_to": ("i-1",)}, price="200")
        estate = build.estate(machine, disk)
        wanted = [c for rule in load_planners({}, None) for c in rule.plan(estate, build.context(rule.settings))]
        kept, skipped = worth_delivering(wanted, Config(), ())
        return {c.rule for c in kept}, {one.change.rule: one.reason for one in skipped}

    return run


def test_an_idle_machine_is_stopped_before_anybody_hears_of_its_size(reaches) -> None:
    kept, skipped = reaches(IDLE)

    assert kept == {"idle_instance", "ebs_gp3"}  # a volume is paid for whether its machine runs or not
    assert set(skipped) == {"rightsize_instance", "previous_generation"}
    assert set(skipped.values()) == {"waits until its usage finding is settled"}


def test_of_two_sizes_for_a_busy_one_that_of_most_dollars_is_told(reaches) -> None:
    kept, skipped = reaches(BUSY)

    assert kept == {"rightsize_instance", "ebs_gp3"}
    assert skipped == {"previous_generation": "rightsize_instance settles the same"}
