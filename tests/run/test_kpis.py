"""The figures that a run is judged by."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from remediator.cli.kpis import figures
from remediator.config import Config
from remediator.model import (
    Attributes,
    Change,
    Effect,
    Estate,
    Layer,
    Level,
    MetricSummary,
    Observation,
    Outcome,
    Plan,
    Price,
    Resource,
    Route,
    Saving,
    SetAttribute,
    StateAddress,
    StateResource,
    Status,
    Unattributed,
    Usage,
    Window,
)
from remediator.observe import catalogue
from remediator.planfile import dump, to_planfile
from remediator.run.kpis import DeviceUse, ExperimentCost, Idleness, Kpis, Sum, Unallocated, kpis
from remediator.run.summary import document
from tests.run.test_summary import EMPTY

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LAUNCHED = NOW - timedelta(hours=73)


def measured(mean: float, metric: str = "gpu") -> Usage:
    points = (metric, "%", Window.LOOKBACK, LAUNCHED, NOW, 9, 9, 0.0, 0.0, 0.0, 0.0, 100.0, None, "test")
    return Usage((MetricSummary(*points, mean=mean),))


def machine(
    name: str,
    type_: str = "p3.2xlarge",
    usage: Usage | None = None,
    environment: str | None = "dev",
    module: str = "",
    price: str | None = "73",
    state: str = "running",
    **tags: str,
) -> Observation:
    at = StateAddress("infra", "lab", "s", "default", "l", 1, module, "managed", "aws_instance", name, None)
    spec = Attributes({"instance_type": type_, "instance_state": state})
    resource = Resource("aws", "ml", "us-east-1", "aws_instance", name, None, spec, Attributes(tags), LAUNCHED)
    monthly = Price(Decimal(price), "month", "USD", "list", date(2026, 7, 20)) if price else None
    declared = StateResource(at, name, None, Attributes({"tags.team": "stated"}))
    return Observation(resource, usage or Usage(), monthly, declared, environment)


@dataclass
class Judge:
    state_dir: Path

    def __call__(self, *seen: Observation, plans=(), outcomes=(), **tables: object) -> Kpis:
        config = Config.model_validate({"run": {"state_dir": str(self.state_dir)}, **tables})
        return kpis(Estate(seen), plans, outcomes, catalogue.load(), config, NOW)


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return Judge(tmp_path)


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


def test_an_experiment_costs_what_its_running_resources_do(judge: Judge) -> None:
    found = judge(
        machine("a", experiment="lr"),
        machine("b", experiment="lr"),
        machine("c", experiment="lr", state="stopped"),
        machine("d", module="module.sweep", price="730"),
        machine("e", module="module.web", environment="prod", price="730"),
        machine("f", experiment="unpriced", price=None),
    )

    assert found.experiments == (
        ExperimentCost("module.sweep", 1, Decimal("730.00"), Decimal("73.00")),
        ExperimentCost("tag experiment=lr", 2, Decimal("146.00"), Decimal("14.60")),
    )


@pytest.mark.parametrize(
    ("module", "root", "workspace", "environment", "name"),
    [
        ("module.network", "lab", "default", "dev", None),
        ("module.lrSweep", "lab", "default", None, "module.lrSweep"),
        ('module.train["run-7"]', "lab", "default", "dev", 'module.train["run-7"]'),
        ("module.gpu", "experiments/vision", "default", "dev", "module.gpu"),
        ("module.sweep", "lab", "default", "prod", None),
        ("", "lab", "vision-7", "dev", "workspace vision-7"),
        ("", "lab", "eu-dev", "dev", None),
        ("", "lab", "blue", "prod", None),
    ],
)
def test_what_people_call_an_experiment_is_one(judge: Judge, module, root, workspace, environment, name) -> None:
    seen = machine("a", module=module, environment=environment)
    assert seen.declared is not None
    at = replace(seen.declared.at, root=root, workspace=workspace)

    found = judge(replace(seen, declared=replace(seen.declared, at=at)))

    assert [cost.name for cost in found.experiments] == ([name] if name else [])


def test_money_of_another_currency_is_counted_and_in_no_sum(judge: Judge) -> None:
    there = machine("b", experiment="lr", price="7300")
    assert there.price is not None
    there = replace(there, price=replace(there.price, currency="CNY"))

    found = judge(machine("a", experiment="lr"), machine("c", experiment="lr"), there)
    china = judge(there)

    assert (found.currency, found.elsewhere) == ("USD", 1)
    assert found.experiments == (ExperimentCost("tag experiment=lr", 2, Decimal("146.00"), Decimal("14.60")),)
    assert (china.currency, china.elsewhere) == ("CNY", 0)
    assert list(figures(china)) == [
        "GPU utilisation: stated in dev has 1 GPU, not measured.",
        "Experiments: tag experiment=lr 7,300.00 CNY a month.",
    ]
    assert "Priced in another currency than USD, and in no sum: 1 resource." in figures(found)


def test_the_tags_of_experiments_are_those_of_the_rule(judge: Judge) -> None:
    found = judge(machine("a", trial="7"), planners={"abandoned_experiment": {"tags": ["trial"]}})

    assert [cost.name for cost in found.experiments] == ["tag trial=7"]


def test_what_no_tag_allocates_is_counted_by_root_live_and_in_state(judge: Judge) -> None:
    undeclared = replace(machine("d"), declared=None)
    found = judge(
        machine("a"),  # its state has the tag team
        machine("b", cost="ml"),
        machine("c", price=None),
        undeclared,
        owners={"required_tags": ["team", "cost"]},
    )

    assert found.unallocated == (
        Unallocated("cost", None, 1, Decimal("73.00")),
        Unallocated("cost", "lab", 1, Decimal("73.00")),
        Unallocated("team", None, 1, Decimal("73.00")),
    )
    assert list(figures(Kpis(unallocated=found.unallocated))) == [
        "Without the tag cost: 2 resources, 146.00 USD a month, most in what no state holds, lab; "
        "default_tags of the provider add it.",
        "Without the tag team: 1 resource, 73.00 USD a month, most in what no state holds; "
        "default_tags of the provider add it.",
    ]
    assert judge(machine("a")).unallocated == ()


def plan(
    layer: Layer = Layer.USAGE,
    accrued: str | None = "12.50",
    seen: Observation | None = None,
    least: str | None = "204.40",
    **over: object,
) -> Plan:
    """Of something that a Savings Plan may pay for; without a least saving its cost is not known, or paid anyhow."""
    seen = seen or machine("a")
    saving = least and Saving(*map(Decimal, ("730", least, "730")), "USD", "list", "list", date(2026, 7, 20))
    change = Change(
        rule="idle_gpu",
        concern="running",
        layer=layer,
        resource=seen.resource,
        declared=seen.declared,
        title="Stop it",
        reason="idle",
        actions=(SetAttribute("instance_state", "running", "stopped"),),
        evidence=(),
        missing=(),
        doubts=(),
        saving=saving or None,
        accrued=Decimal(accrued) if accrued else None,
        risk=Level.LOW,
        effort=Level.LOW,
        effect=Effect.STOP,
        confidence=0.9,
    )
    change = replace(change, **over)
    nothing: dict[str, object] = {"edits": (), "file_hashes": (), "diff": "", "expected": (), "traces": ()}
    return Plan((change,), "infra", "c", Unattributed("none"), route=Route.TICKET, doubts=(), created_at=NOW, **nothing)


def live(of: Plan, since: datetime) -> Outcome:
    known = Outcome(of.id, of.fingerprints, "idle_gpu", "infra", (), (), Route.TICKET, Status.LIVE, "1")
    return replace(known, live_at=since)


def dollars(least: str, most: str) -> Sum:
    return Sum(Decimal(least), Decimal(most))


@pytest.mark.parametrize(
    ("layer", "monthly", "so_far"),
    [
        (Layer.USAGE, dollars("204.40", "730"), dollars("6.72", "24.00")),
        (Layer.CONFIGURATION, dollars("0", "0"), dollars("0.00", "0.00")),
    ],
)
def test_idle_dollars_are_those_that_accrue_and_those_that_were_stopped(
    judge: Judge, tmp_path: Path, layer: Layer, monthly: Sum, so_far: Sum
) -> None:
    was, open_ = plan(layer), plan(seen=machine("b"))
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / f"{was.id}.json").write_bytes(dump(to_planfile(was)))
    lost = live(plan(seen=machine("c")), NOW)

    found = judge(plans=(open_,), outcomes=(live(was, NOW - timedelta(hours=24)), lost))

    assert found.idle.accrued == dollars("3.50", "12.50")
    assert (found.idle.stopped_monthly, found.idle.stopped_so_far) == (monthly, so_far)
    assert found.idle.stopped_unknown == 1
    assert found.hours_to_finding == 73


def test_a_machine_that_is_younger_than_the_finding_of_its_address_says_nothing_of_how_long_it_took(
    judge: Judge,
) -> None:
    """Terraform replaced it while the request for its address was open."""
    opened = replace(plan(), created_at=LAUNCHED - timedelta(hours=9))

    assert judge(plans=(opened,)).hours_to_finding is None
    assert judge(plans=(opened, plan(seen=machine("b")))).hours_to_finding == 73


def test_what_is_paid_for_either_way_is_in_no_sum(judge: Judge, tmp_path: Path) -> None:
    """A machine in a capacity reservation, or Spot, of which no saving is claimed."""
    reserved, asked = plan(least=None), plan(least=None, accrued=None, actions=(), asks="measure it")
    volume = plan(least=None, accrued="4", prepares=plan().changes[0].saving, saves_nothing=True)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / f"{reserved.id}.json").write_bytes(dump(to_planfile(reserved)))

    found = judge(plans=(reserved, asked, volume), outcomes=(live(reserved, NOW - timedelta(hours=24)),)).idle

    assert (found.accrued, found.accrued_unknown) == (dollars("1.12", "4"), 1)
    assert (found.stopped_monthly, found.stopped_unknown) == (dollars("0", "0"), 1)


def test_a_snapshot_before_a_removal_stops_nothing(judge: Judge, tmp_path: Path) -> None:
    was = plan()
    change = replace(was.changes[0], concern="snapshot before removal", saving=None, effect=Effect.IN_PLACE)
    was = replace(was, changes=(change,))
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / f"{was.id}.json").write_bytes(dump(to_planfile(was)))

    found = judge(outcomes=(live(was, NOW - timedelta(hours=24)),))

    assert (found.idle.stopped_monthly, found.idle.stopped_unknown) == (Sum(), 0)


def test_a_regressed_stop_stops_nothing(judge: Judge) -> None:
    found = judge(outcomes=(replace(live(plan(), NOW), status=Status.REGRESSED),))

    assert found == Kpis()


def test_the_runs_file_has_all_of_them_and_people_the_largest() -> None:
    found = Kpis(
        gpus=(DeviceUse("ranking", "dev", 9, 5, 50.04), DeviceUse(None, None, 1, 0, None)),
        experiments=tuple(ExperimentCost(f"e{n}", 1, Decimal(9 - n), Decimal(1)) for n in range(7)),
        idle=Idleness(dollars("3.5", "12.5"), 2, dollars("730", "730"), dollars("24", "24"), 1),
        hours_to_finding=25.04,
    )

    assert list(figures(found)) == [
        "GPU utilisation: ranking in dev 50 % of 9 GPUs, 4 not measured; "
        "no team in no known environment has 1 GPU, not measured.",
        "Experiments: e0 9.00 USD a month; e1 8.00 USD a month; e2 7.00 USD a month; e3 6.00 USD a month; "
        "e4 5.00 USD a month; and 2 more.",
        "Idle: 3.50 to 12.50 USD accrued by what is open (2 of unknown cost); 730.00 USD a month stopped (1 of unknown "
        "cost), 24.00 USD so far.",
        "From launch to finding: 25 hours (median).",
    ]
    assert list(figures(Kpis())) == []
    written = document(replace(EMPTY, kpis=found))["kpis"]
    assert written["gpus"][0] == {
        "team": "ranking",
        "environment": "dev",
        "gpus": 9,
        "measured": 5,
        "percent": 50.0,
    }
    assert (written["idle_accrued_least"], written["idle_accrued"], written["idle_unknown"]) == ("3.5", "12.5", 2)
    assert len(written["experiments"]) == 7 and written["hours_to_finding"] == 25.0
