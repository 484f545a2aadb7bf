"""The generated units: valid but for few, reproducible, and using every part of the language."""

import pytest

from bench.oracle.comparison import generated
from bench.oracle.coverage import covered
from bench.oracle.declarations import Variable
from bench.oracle.judge import Judge
from bench.oracle.shapes import STRING, Constant
from bench.oracle.trees import batches, planted
from bench.oracle.units import BYTES, ENVIRONMENT, MARK, Unit, written


def test_the_same_start_gives_the_same_units_and_another_start_other_ones() -> None:
    first, again, other = generated(20, 1), generated(20, 1), generated(20, 2)
    assert [unit.text for unit in first] == [unit.text for unit in again]
    assert not {unit.text for unit in first[1:]} & {unit.text for unit in other[1:]}
    assert len({unit.text for unit in first}) == 20


def test_a_unit_is_made_again_from_the_choices_it_took() -> None:
    for unit in generated(20, 3):
        assert written(unit.data) == unit


def test_no_choices_at_all_make_a_small_unit() -> None:
    unit = written(b"")
    assert unit.text == written(bytes(BYTES)).text
    assert unit.size < 400


def test_more_than_95_of_100_units_are_valid(judge: Judge) -> None:
    units = generated(60, 4)
    (named,) = batches(units, 60)
    judged = judge.judge(named)
    assert len(judged.accepted) > 57, judged.refused


def test_two_hundred_units_use_every_feature_several_times() -> None:
    units = [unit for start in range(4) for unit in generated(50, start)]
    assert {name: count for name, count in covered(units).items() if count < 5} == {}
    assert sum(unit.modules for unit in units) >= 300


def test_units_are_planted_under_their_names_with_all_that_is_given_for_them() -> None:
    units = generated(10, 5)
    tree = planted({f"u{at}": unit for at, unit in enumerate(units)}, number=2)
    assert tree.workspace == "prod"
    assert not any(MARK in path or MARK in text for path, text in tree.files.items())
    assert all(path.startswith("envs/prod/eu/") for path in tree.files)
    assert "envs/prod/eu/vars/one.tfvars" in tree.files


def test_what_the_environment_gives_is_text_that_files_win_over() -> None:
    given = {ENVIRONMENT: {f"{MARK}_size": "8"}, "terraform.tfvars": {f"{MARK}_size": 9}}
    tree = planted({"u7": Unit({f"{MARK}_main.tf": ""}, given)})
    assert tree.environment == {"TF_VAR_u7_size": "8"}
    assert tree.files["live/terraform.tfvars"] == "u7_size = 9\n"


@pytest.mark.parametrize(
    ("constraint", "value", "text"),
    [
        (None, "a", "a"),
        ("string", 5, "5"),
        ("bool", True, "true"),
        ("any", "a", '"a"'),
        ("list(string)", ["${a}"], '["$${a}"]'),
        ("string", None, None),
        ("list(string)", None, "null"),
    ],
)
def test_a_value_is_spelled_as_the_environment_has_to_hold_it(
    constraint: str | None, value: Constant, text: str | None
) -> None:
    assert Variable("x", constraint, STRING, required=True).text(value) == text
