from decimal import Decimal

import pytest

from planners import oversized_accelerator
from planners.oversized_accelerator import Settings
from remediator.model import Effect, Launcher, Layer, SetAttribute

CALM = {"network": 1e6, "ebs_bytes": 1.0, "ebs_ops": 1.0}
GIB = 1024.0
ONE_OF_SIX = {
    "accelerator": 95.0, "core_memory": 9 * GIB, "device_memory": 18 * GIB, "cores_used": 2.0,
    "cpu": 9.0, "memory": 9.0, **CALM,
}  # fmt: skip
"""Both cores of one of six devices, on a machine of which less than a tenth is used."""


@pytest.fixture
def changes(build):
    def run(*seen, settings=None, without=()):
        return list(oversized_accelerator.plan(build.estate(*seen), build.context(settings or Settings(), without)))

    return run


def test_one_device_of_six_in_use_asks_for_the_machine_with_one(build, changes) -> None:
    [change] = changes(build.instance("inf2.24xlarge", build.lookback(**ONE_OF_SIX)))

    assert change.actions == (SetAttribute("instance_type", "inf2.24xlarge", "inf2.8xlarge"),)
    assert (change.concern, change.layer, change.effect) == ("size", Layer.CONFIGURATION, Effect.RESTART)
    assert (change.rule, change.instead) == ("oversized_accelerator", ())
    assert change.saving.monthly == Decimal("3301.62")  # (6.49063 - 1.96786) x 730
    assert change.reason.startswith(
        "at most 2 of its 12 NeuronCores worked or held a model at a time, of the 6 Inferentia2 that it has; it needs "
    )
    assert [doubt.partition(" ")[0] for doubt in change.doubts] == ["inf2.8xlarge", "a"]
    assert "NEURON_RT_VISIBLE_CORES" in change.doubts[1] and "more than 2," in change.doubts[1]
    assert change.missing == ("whether inf2.8xlarge is offered in its zone",)
    assert {e.name for e in change.evidence} == set(ONE_OF_SIX)


@pytest.mark.parametrize(
    ("why", "other"),
    [
        ("a third core was in use at a time", {"cores_used": 3.0}),
        (
            "one core holds more than half of its device, and another device has to hold the rest",
            {"device_memory": 33e3},
        ),
        ("its CPUs are needed", {"cpu": 40.0}),
        ("its memory is needed", {"memory": 40.0}),
        ("its network is needed", {"network": 4e9}),
        ("its volumes are needed", {"ebs_bytes": 3e9}),
        ("it did no work, so what it needs is not known", {"accelerator": 1.0}),
    ],
)
def test_nothing_is_asked_where(build, changes, why, other) -> None:
    assert changes(build.instance("inf2.24xlarge", build.lookback(**{**ONE_OF_SIX, **other}))) == []


@pytest.mark.parametrize("unknown", ["cores_used", "device_memory", "memory", "cpu", "accelerator"])
def test_what_is_not_measured_may_not_become_less(build, changes, unknown) -> None:
    known = {name: value for name, value in ONE_OF_SIX.items() if name != unknown}

    assert changes(build.instance("inf2.24xlarge", build.lookback(**known))) == []


def test_around_the_same_device_the_machine_may_shrink_and_what_is_missing_is_named(build, changes) -> None:
    usage = build.lookback(accelerator=90, cpu=9, memory=9, **CALM)

    [change] = changes(build.instance("inf2.8xlarge", usage))

    assert change.actions[0].target == "inf2.xlarge"
    assert change.missing[:3] == ("core_memory", "device_memory", "cores_used")
    assert not any("NEURON_RT_VISIBLE_CORES" in doubt for doubt in change.doubts)


def test_the_largest_step_is_that_between_the_sizes_of_trn1(build, changes) -> None:
    used = {**ONE_OF_SIX, "cpu": 2.0, "memory": 2.0}

    [change] = changes(build.instance("trn1.32xlarge", build.lookback(**used)))

    assert change.actions[0].target == "trn1.2xlarge"
    assert any("instance store" in doubt for doubt in change.doubts)
    assert changes(build.instance("trn1.32xlarge", build.lookback(**used)), settings=Settings(largest_step=8)) == []


def test_families_of_the_same_device_are_looked_in_and_the_compiler_is_named(build, changes) -> None:
    all_used = {**ONE_OF_SIX, "cores_used": 32.0, "device_memory": 400 * GIB, "network": 50e9}

    [change] = changes(build.instance("trn1n.32xlarge", build.lookback(**all_used)))

    assert change.actions[0].target == "trn1.32xlarge"
    assert any("another target of the compiler than trn1n" in doubt for doubt in change.doubts)
    assert changes(build.instance("trn1n.32xlarge", build.lookback(**{**all_used, "network": 100e9}))) == []


def test_another_generation_is_only_taken_by_name_and_its_models_have_to_be_compiled_again(build, changes) -> None:
    small = {**ONE_OF_SIX, "core_memory": 1.0 * GIB, "device_memory": 2 * GIB, "cpu": 20.0, "memory": 20.0}
    machine = build.instance("inf1.24xlarge", build.lookback(**small))

    [change] = changes(machine, settings=Settings(families=("inf2",)))

    assert changes(machine) == []
    assert change.actions[0].target == "inf2.8xlarge"
    assert any("compiled for NeuronCore-v1 does not run on NeuronCore-v2" in doubt for doubt in change.doubts)
    assert "no NeuronCore needs more than" in change.reason


def test_a_core_may_not_get_less_memory_than_it_holds(build, changes) -> None:
    def asked(gib: float) -> list[object]:
        used = {**ONE_OF_SIX, "cores_used": 4.0, "device_memory": 4 * gib * GIB, "core_memory": gib * GIB}
        machine = build.instance("inf2.24xlarge", build.lookback(**used))
        return [change.actions[0].target for change in changes(machine, settings=Settings(families=("inf1",)))]

    assert (asked(1.5), asked(1.7)) == (["inf1.24xlarge"], [])  # of 2 GiB, with headroom


@pytest.mark.parametrize(("used", "found"), [(4.0, 1), (5.0, 0)])
def test_of_trainium2_a_core_may_be_two(build, changes, used, found) -> None:
    usage = build.lookback(**{**ONE_OF_SIX, "cores_used": used, "cpu": 2.0, "memory": 2.0})

    asked = changes(build.instance("trn2.48xlarge", usage))

    assert len(asked) == found
    assert all("at most 8 of its 128 NeuronCores" in change.reason for change in asked)


@pytest.mark.parametrize(("days", "coverage", "found"), [(14, 1.0, 1), (13, 1.0, 0), (14, 0.94, 0)])
def test_evidence_has_to_be_whole(build, changes, days, coverage, found) -> None:
    usage = build.lookback(coverage, days, **ONE_OF_SIX)

    assert len(changes(build.instance("inf2.24xlarge", usage), settings=Settings(memory_coverage=0.9))) == found


def test_an_elastic_fabric_adapter_is_named(build, changes) -> None:
    used = {**ONE_OF_SIX, "cpu": 2.0, "memory": 2.0}

    [change] = changes(build.instance("trn1.32xlarge", build.lookback(**used), spec={"interface_types": ("efa",)}))

    assert any("Elastic Fabric Adapter" in doubt for doubt in change.doubts)


def test_what_is_kept_stopped_of_a_group_or_without_cores_is_left_alone(build, changes) -> None:
    usage = build.lookback(**ONE_OF_SIX)

    assert changes(build.instance("inf2.24xlarge", usage, tags={"remediator:keep": ""})) == []
    assert changes(build.instance("inf2.24xlarge", usage, spec={"instance_state": "stopped"})) == []
    assert changes(build.instance("inf2.24xlarge", usage, member_of="trainers", declared=None)) == []
    made = Launcher("Karpenter", "node pool", "cores")
    assert changes(build.instance("inf2.24xlarge", usage, launched_by=made, declared=None)) == []
    assert changes(build.instance("g5.12xlarge", usage)) == []
    assert changes(build.instance("inf2.24xlarge", usage), without=("inf2.8xlarge",)) == []


@pytest.mark.parametrize("values", [{"days": 7}, {"largest_step": 32}, {"idle_core_percent": 101}])
def test_settings_that_make_no_sense_are_refused(values) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        Settings(**values)
