from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from bench.truth.truth import Waste, of_instance

PRICE = Decimal("280.32")
HALF = Decimal("140.16")


@pytest.mark.parametrize(
    ("working", "waste"),
    [
        ((-300, -25), Waste.IDLE_GPU),
        ((-300, -23), None),  # at work within its last 24 hours
        ((29 * 24, 29 * 24 + 1), None),  # once more, in four weeks
    ],
)
def test_an_accelerator_is_idle_by_its_last_day_and_the_month_after(axis, build, working, waste):
    assert of_instance(build.draft("g5.xlarge", working), axis, PRICE).waste == waste


def test_a_machine_without_accelerators_is_idle_after_two_weeks(axis, build):
    assert of_instance(build.draft(), axis, PRICE).waste is Waste.IDLE
    assert of_instance(build.draft(working=(-300, -25)), axis, PRICE).waste is not Waste.IDLE


def test_what_stands_stopped_wastes_nothing(axis, build):
    assert of_instance(replace(build.draft("g5.xlarge"), stopped=True), axis, PRICE).waste is None


def test_a_burstable_type_whose_credits_would_not_last_is_no_smaller_size(axis, build):
    # 34 % of two vCPUs are above what a t3.medium earns, and below a t3.xlarge's, which has four
    found = of_instance(busy(build, type_="t3.xlarge", cpu=0.17, memory=0.1), axis, Decimal("121.47"))
    spent = of_instance(busy(build, type_="t3.large", cpu=0.29, memory=0.1), axis, Decimal("60.74"))

    assert (found.waste, found.drained) == (None, frozenset({"t3.large"}))
    assert (spent.waste, spent.drained) == (None, frozenset({"t3.medium"}))


def test_hours_before_the_last_start_do_not_count(axis, build):
    found = of_instance(replace(build.draft("g5.xlarge"), hours=10), axis, PRICE)
    assert found.quiet == pytest.approx(10, abs=0.1)
    assert found.waste is None


def busy(build, type_="m5.2xlarge", **share):
    return build.draft(type_, working=(-400, 1000), **share)


def test_half_the_machine_is_waste_where_it_holds_everything_with_headroom(axis, build):
    found = of_instance(busy(build, cpu=0.4, memory=0.41), axis, PRICE)
    assert (found.waste, found.monthly, found.shown) == (Waste.OVERSIZED, HALF, True)


@pytest.mark.parametrize("dimension", ["cpu", "memory", "network", "ebs"])
def test_no_dimension_may_be_short_of_headroom(axis, build, dimension):
    assert of_instance(busy(build, **{dimension: 0.43}), axis, PRICE).waste is None


def test_one_period_of_the_next_month_decides(axis, build):
    made = busy(build)
    later = made.demand.vcpu.copy()
    later[-1] = 4.5
    assert of_instance(replace(made, demand=replace(made.demand, vcpu=later)), axis, PRICE).waste is None


def test_waste_that_no_agent_measured_is_there_and_is_not_shown(axis, build):
    found = of_instance(replace(busy(build), agent=None), axis, PRICE)
    assert (found.waste, found.shown) == (Waste.OVERSIZED, False)


def test_gpu_evidence_has_to_be_whole_in_the_last_day(axis, build):
    made = build.draft("g5.xlarge")
    gap = np.array(made.agent)
    gap[axis.on.count - 5 : axis.on.count] = False
    assert of_instance(made, axis, PRICE).shown
    assert not of_instance(replace(made, agent=gap), axis, PRICE).shown


def cores(build, used: int, loaded: int, type_: str = "inf2.24xlarge", share: float = 0.09):
    """A machine of which so many cores work, and so many hold 4 GiB each."""
    made = build.draft(type_, working=(-400, 1000), cpu=share, memory=share, network=0.01, ebs=share)
    count = made.type.neuron_cores
    load, held = (np.zeros((count, len(made.demand.working)), dtype=np.float32) for _ in range(2))
    load[:used], held[:loaded] = 90, 4096
    return replace(made, demand=replace(made.demand, gpu=load, gpu_memory_mib=held))


@pytest.mark.parametrize(
    ("why", "used", "loaded", "share", "monthly"),
    [
        ("one device of six is used", 1, 2, 0.09, "3301.6"),  # inf2.8xlarge: (6.49063 - 1.96786) x 730
        ("a third core holds a model", 1, 3, 0.09, None),
        ("the machine is needed", 1, 2, 0.34, None),
    ],
)
def test_neuron_machines_are_oversized_by_the_cores_that_work_or_hold_a_model(
    axis, build, why, used, loaded, share, monthly
):
    found = of_instance(cores(build, used, loaded, share=share), axis, Decimal("4738.1599"))

    assert found.waste is (Waste.OVERSIZED_GPU if monthly else None)
    assert found.monthly == pytest.approx(Decimal(monthly or 0), abs=Decimal("0.1"))


def test_one_core_may_hold_more_than_its_part_of_a_device_but_not_two_devices_full(axis, build):
    made = cores(build, 2, 2)
    held = made.demand.gpu_memory_mib.copy()
    held[:2] = 30 * 1024
    full = replace(made, demand=replace(made.demand, gpu_memory_mib=held))

    assert of_instance(full, axis, Decimal("4738.1599")).waste is None
    assert of_instance(made, axis, Decimal("4738.1599")).waste is Waste.OVERSIZED_GPU
