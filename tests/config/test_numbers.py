"""What is no number is not taken for one, nor a number for a yes, anywhere in the configuration."""

from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from remediator.config import Config, PlannerTable, parse
from remediator.config.own import OwnConfig, parse_own
from remediator.errors import ConfigError
from remediator.registry import load_planners


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[limits]\nopen_per_repo = true\n", "limits.open_per_repo: write a number, not true or false"),
        ("[limits]\nopen_per_repo = false\n", "limits.open_per_repo: write a number, not true or false"),
        ("[limits]\nsnooze_days = true\n", "limits.snooze_days: write a number, not true or false"),
        ("[limits]\nrefresh_beyond = true\n", "limits.refresh_beyond: write a number, not true or false"),
        ("[run]\nmin_monthly_saving = true\n", "run.min_monthly_saving: write a number, not true or false"),
        ("[run]\nmin_monthly_saving = { USD = true }\n", "run.min_monthly_saving: write a number, not true or false"),
        ("[run]\nmax_metric_cost = true\n", "run.max_metric_cost: write a number, not true or false"),
        ("[requests]\ngroup_size = true\n", "requests.group_size: write a number, not true or false"),
        ('[trackers.j]\nkind = "jira"\npriorities = { High = true }\n', "trackers.j.priorities: write a number, not"),
        ('[forges.g]\nkind = "github"\napp_id = true\n', "forges.g.app_id: write a number, not true or false"),
        ('[limits]\nopen_per_repo = "5"\n', "limits.open_per_repo: write a number, without quotes"),
        ("[limits]\nsnooze_days = 99999999999\n", "limits.snooze_days: Input should be less than or equal to 36500"),
        ("[limits]\nrefresh_beyond = inf\n", "limits.refresh_beyond: Input should be a finite number"),
        ('[run]\ndeliver = "true"\n', "run.deliver: write true or false, without quotes"),
        ("[run]\ndeliver = 1\n", "run.deliver: write true or false, without quotes"),
        ("[disclosure.private]\npeople = 1\n", "disclosure.private.people: write true or false"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse(text, Path("config.toml"))
    assert sentence in str(refused.value)


@pytest.mark.parametrize("text", ["[limits]\nopen_per_repo = true\n", '[limits]\nopened_per_hour = "1"\n'])
def test_nor_in_what_a_repository_says(text: str) -> None:
    with pytest.raises(ConfigError, match="write a number"):
        parse_own(text.encode(), ".remediator.toml")


@pytest.mark.parametrize(
    ("rule", "table", "sentence"),
    [
        ("idle_gpu", {"gpu_percent": True}, "planners.idle_gpu.gpu_percent: write a number, not true or false"),
        ("idle_gpu", {"prod": {"gpu_percent": "1"}}, "gpu_percent: write a number, without quotes"),
    ],
)
def test_nor_in_the_settings_of_a_rule(rule: str, table: PlannerTable, sentence: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load_planners({rule: table}, None)
    assert sentence in str(refused.value)


def kinds_of(annotation: object) -> set[object]:
    inner = get_args(annotation)
    return {kind for one in inner for kind in kinds_of(one)} if inner else {annotation}


def numbers(section: type[BaseModel], where: str = "") -> list[str]:
    """Every key of the tables in a section that takes a number and no truth value."""
    found = []
    for name, field in section.model_fields.items():
        kinds = kinds_of(field.annotation)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += numbers(field.annotation, f"{where}{name}.")
        elif kinds & {int, float, Decimal} and bool not in kinds:
            found.append(f"{where}{name}")
    return found


@pytest.mark.parametrize("root", [Config, OwnConfig])
def test_no_key_that_takes_a_number_takes_a_truth_value(root: type[BaseModel]) -> None:
    keys = numbers(root)
    assert len(keys) > 4
    for key in keys:
        given: object = True
        for part in reversed(key.split(".")):
            given = {part: given}
        with pytest.raises(ValueError, match="write a number"):
            root.model_validate(given)
