from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from planners import idle_accelerator
from planners.idle_accelerator import Settings
from remediator.model import AddResource, Effect, Layer, SetAttribute, Usage

QUIET = {"accelerator": 0.0, "accelerator_memory": 0.0, "cpu": 2.0, "network": 2_000.0}
DEFAULTS = Settings()


@pytest.fixture(scope="session")
def changes(build):
    def run(*seen, settings=DEFAULTS):
        return list(idle_accelerator.plan(build.estate(*seen), build.context(settings)))

    return run


def test_an_idle_trainium_machine_is_stopped_by_a_state_resource_beside_it(build, changes) -> None:
    [change] = changes(build.instance("trn1.2xlarge", build.recent(hours=24, **QUIET), price="980.94"))

    assert [type(action) for action in change.actions] == [AddResource]
    assert (change.rule, change.concern, change.layer, change.effect) == (
        "idle_accelerator",
        "running",
        Layer.USAGE,
        Effect.STOP,
    )
    assert change.title == "Stop idle NeuronCore instance aws_instance.i_1"
    assert change.reason == (
        "no NeuronCore of this trn1.2xlarge has done any work for 24 hours; a stop empties its 474 GB of instance store"
    )
    assert change.saving is not None and change.saving.monthly == Decimal("980.94")
    assert change.accrued == Decimal("32.25")
    assert not change.doubts
    assert change.missing == (
        "whether a trn1.2xlarge can be had in its zone when it is started again (InsufficientInstanceCapacity)",
    )


def test_an_idle_group_is_scaled_to_zero(build, changes) -> None:
    group = build.group(("trn1.2xlarge",), build.recent(**QUIET), price="1961.88", spec={"max_size": 2})
    members = [build.instance("trn1.2xlarge", name=f"i-{n}", member_of="trainers") for n in (1, 2)]

    [change] = changes(group, *members)

    assert change.actions == (SetAttribute("min_size", 1, 0), SetAttribute("desired_capacity", 2, 0))
    assert change.title == "Stop idle NeuronCore group aws_autoscaling_group.trainers"
    assert not change.doubts


def test_a_machine_whose_monitor_tells_of_no_core_is_asked_about(build, changes) -> None:
    usage = build.recent(neuron_hardware=1.0, cpu=2.0, network=2_000.0)

    [change] = changes(build.instance("trn1.2xlarge", usage, price="980.94"))

    assert change.saving is None
    assert change.doubts == (
        "its monitor tells of the machine and of no NeuronCore: no process ever had one, or the agent does not collect "
        "neuroncore_utilization_ratio",
    )


@pytest.mark.parametrize(
    ("why", "type_", "busy", "hours"),
    [
        ("a core worked", "trn1.2xlarge", {"accelerator": 40.0}, 24),
        ("it has GPUs, and is idle_gpu's", "p3.2xlarge", {}, 24),
        ("it has no devices", "m5.large", {}, 24),
        ("it is too young", "trn1.2xlarge", {}, 23),
    ],
)
def test_nothing_is_said_where(build, changes, why, type_, busy, hours) -> None:
    assert changes(build.instance(type_, build.recent(hours=hours, **{**QUIET, **busy}))) == []


def test_memory_that_is_held_is_a_ticket(build, changes) -> None:
    held = build.instance("trn1.2xlarge", build.recent(**{**QUIET, "accelerator_memory": 2048.0}), price="980.94")
    [change] = changes(held)

    assert change.doubts == (
        "NeuronCore memory is held (up to 2,048 MiB), as an open notebook kernel does; ask before a stop",
    )
    assert changes(held, settings=Settings(memory_mib=4096))[0].doubts == ()


def test_without_evidence_there_is_only_a_ticket_to_have_it_measured(build, changes) -> None:
    [blind] = changes(build.instance("trn1.2xlarge", build.recent(cpu=2.0, network=0.0), price="980.94"))
    [patchy] = changes(build.instance("trn1.2xlarge", build.recent(coverage=0.98, accelerator=0.0)), build.instance(
        "trn1.2xlarge",
        Usage((*build.recent(cpu=2.0).summaries, *build.recent(coverage=0.98, accelerator=0.0).summaries)),
        name="i-2",
    ))  # fmt: skip

    assert blind.title == "Measure NeuronCore instance aws_instance.i_1, whose CPU is idle"
    assert blind.saving is None and blind.accrued is None and blind.actions == ()
    assert blind.asks.startswith("run Container Insights") and blind.asks.endswith("prometheus.py on it all the time")
    assert "no NeuronCore evidence" in blind.doubts[0] and "neuron-monitor-prometheus.py" in blind.doubts[0]
    assert "only 97.9% complete" in patchy.doubts[0]


def test_a_pause_as_long_as_before_is_a_persons_decision(build, changes) -> None:
    usage = build.recent(hours=30, **QUIET)
    usage = Usage(tuple(replace(s, longest_pause=timedelta(hours=8)) for s in usage.summaries))

    [change] = changes(build.instance("trn1.2xlarge", usage))

    assert change.doubts == (
        "its NeuronCores paused for 8 hours before and worked again; now they have been quiet for 30",
    )


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"required": ("gpu_memory",)}, "required = 'gpu_memory' is not one of accelerator_memory, cpu, network"),
        ({"core_percent": 101.0}, "core_percent = 101 is not between 0 and 100"),
        ({"memory_mib": -1.0}, "memory_mib = -1 is not between 0 and 1e+06"),
        ({"coverage": 0.5}, "coverage = 0.5 is not between 0.99 and 1"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, said) -> None:
    with pytest.raises(ValueError, match="is not") as refused:
        Settings(**settings)

    assert said in str(refused.value)
