"""The evaluator says what Terraform says, on roots that hypothesis generates."""

import pytest

from bench.oracle.comparison import TOGETHER, compared, generated
from bench.oracle.faults import FAULTS, faulty
from bench.oracle.judge import Judge
from bench.oracle.ours import evaluated
from bench.oracle.reduction import reduced
from bench.oracle.trees import planted
from remediator.iac.terraform.language.values import Evaluated, Fields, Unknown


@pytest.mark.parametrize("start", range(4))
def test_fifty_units_of_some_two_modules_each_have_the_values_that_terraform_plans(judge: Judge, start: int) -> None:
    result = compared(judge, generated(TOGETHER, start), start)
    if result.disagreements:
        small = reduced(judge, result.disagreements[0], rounds=12)
        pytest.fail(
            f"{len(result.disagreements)} disagreements; {small.address} {small.sentence}\n"
            f"{small.unit.text}\n{dict(small.unit.given)}"
        )
    assert result.modules > 1.5 * TOGETHER  # so that the four come to 300 at least
    assert result.instances > 2 * TOGETHER


@pytest.fixture(scope="module")
def refused(judge: Judge) -> frozenset[str]:
    """The faults that Terraform refuses, all asked for at once."""
    named = {f"u{at}": fault for at, fault in enumerate(FAULTS)}
    judged = judge.judge({name: faulty(FAULTS[fault]) for name, fault in named.items()})
    return frozenset(named[name] for name in judged.refused)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_terraform_refuses_has_no_value_with_us(refused: frozenset[str], fault: str) -> None:
    assert fault in refused
    (value,) = evaluated(planted({"u0": faulty(FAULTS[fault])})).values()
    assert isinstance(_attribute(value).data, Unknown)


def _attribute(value: Evaluated) -> Evaluated:
    return value.data.fields["a"] if isinstance(value.data, Fields) else value
