"""What experiments cost."""

from dataclasses import replace
from decimal import Decimal

import pytest

from remediator.cli.kpis import figures
from remediator.run.kpis import ExperimentCost
from tests.run.kpis.judged import Judge, machine


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
