"""How busy accelerators are, by team and environment."""

from dataclasses import replace

from remediator.cli.kpis import figures
from remediator.model import Attributes, MetricSummary, Observation, Usage, Window
from remediator.run.kpis import DeviceUse
from remediator.run.summary import document
from tests.run.kpis.judged import LAUNCHED, NOW, Judge, machine
from tests.run.test_summary import EMPTY


def measured(mean: float, metric: str = "gpu") -> Usage:
    points = (metric, "%", Window.LOOKBACK, LAUNCHED, NOW, 9, 9, 0.0, 0.0, 0.0, 0.0, 100.0, None, "test")
    return Usage((MetricSummary(*points, mean=mean),))


def test_gpus_are_counted_by_team_and_environment_each_gpu_once(judge: Judge) -> None:
    found = judge(
        machine("a", usage=measured(10), team="ranking"),
        machine("b", "g5.12xlarge", measured(60), team="ranking"),  # four GPUs
        machine("c", "g5.12xlarge", team="ranking"),
        machine("d", usage=measured(80), environment=None),
        machine("e", usage=measured(99), state="stopped", team="ranking"),
        machine("f", "m5.large", team="ranking"),
    )

    assert found.gpus == (
        DeviceUse("ranking", "dev", 9, 5, 50.0),
        DeviceUse("stated", None, 1, 1, 80.0),
    )


def test_of_a_machine_that_tells_its_devices_apart_all_of_them_count(judge: Judge) -> None:
    busiest, mean = measured(90, "accelerator"), measured(7.5, "accelerator_mean")
    found = judge(machine("a", "inf2.24xlarge", Usage((*busiest.summaries, *mean.summaries)), team="ranking"))

    assert found.neuron_cores == (DeviceUse("ranking", "dev", 12, 12, 7.5),)


def learning(kind: str, usage: Usage | None = None, **spec: object) -> Observation:
    """What SageMaker runs, of which it tells the sum over the GPUs of a machine."""
    seen = machine(kind, usage=usage, team="ranking")
    return replace(seen, resource=replace(seen.resource, kind=kind, spec=Attributes(spec)), declared=None)


def test_gpus_that_sagemaker_runs_are_counted_with_the_others(judge: Judge) -> None:
    two = {"instance_types": ("ml.g5.12xlarge",), "instance_counts": ("2",)}
    found = judge(
        machine("a", usage=measured(10), team="ranking"),
        learning("aws_sagemaker_endpoint", measured(200), **two),  # eight GPUs, half busy
        learning("aws_sagemaker_training_job", measured(400), **two),
        learning("aws_sagemaker_notebook_instance", instance_type="ml.g5.xlarge", notebook_instance_status="InService"),
        learning("aws_sagemaker_notebook_instance", instance_type="ml.g5.xlarge", notebook_instance_status="Stopped"),
        learning("aws_sagemaker_app", instance_type="ml.g5.xlarge"),
    )

    assert found.gpus == (DeviceUse("ranking", "dev", 19, 17, (10 + 8 * 50 + 8 * 100) / 17),)


def test_gpus_of_hyperpod_are_counted_with_the_others_each_node_as_busy_as_its_own_gpus(judge: Judge) -> None:
    spec = {"instance_types": ("ml.p5.48xlarge", "ml.m5.xlarge"), "instance_counts": ("2", "1")}
    found = judge(
        learning("awscc_sagemaker_cluster", measured(30.0), **spec),
        learning("awscc_sagemaker_cluster", None, **spec),
    )

    assert found.gpus == (DeviceUse("ranking", "dev", 32, 16, 30.0),)


def test_of_variants_on_several_types_it_is_not_known_which_is_how_busy(judge: Judge) -> None:
    mixed = {"instance_types": ("ml.g5.xlarge", "ml.g5.12xlarge"), "instance_counts": ("1", "1")}
    unlike = {"instance_types": ("ml.g5.xlarge",), "instance_counts": ("null", "1")}
    found = judge(
        learning("aws_sagemaker_endpoint", measured(90), **mixed),
        learning("aws_sagemaker_endpoint", measured(90), **unlike),
    )

    assert found.gpus == (DeviceUse("ranking", "dev", 5, 0, None),)


def test_neuron_cores_are_counted_as_gpus_are_and_beside_them(judge: Judge) -> None:
    found = judge(
        machine("a", "trn1.32xlarge", measured(20, "accelerator"), team="ranking"),
        machine("b", "inf2.xlarge", measured(80, "accelerator"), team="ranking"),
        machine("c", "trn1.2xlarge", team="ranking"),
        machine("d", "trn1.2xlarge", measured(99, "accelerator"), state="stopped", team="ranking"),
        machine("e", "inf1.xlarge", environment="prod", team="ranking"),
        machine("f", usage=measured(10), team="ranking"),
    )

    assert found.neuron_cores == (
        DeviceUse("ranking", "dev", 36, 34, (32 * 20 + 2 * 80) / 34),
        DeviceUse("ranking", "prod", 4, 0, None),
    )
    assert found.gpus == (DeviceUse("ranking", "dev", 1, 1, 10.0),)
    assert "NeuronCore utilisation: ranking in dev 24 % of 36 NeuronCores, 2 not measured; ranking in prod has 4 " in (
        " ".join(figures(found))
    )
    written = document(replace(EMPTY, kpis=found))["kpis"]
    assert [one["neuron_cores"] for one in written["neuron_cores"]] == [36, 4]
