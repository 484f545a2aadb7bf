"""Disagreements made small."""

import pytest

from bench.oracle import comparison
from bench.oracle.comparison import Disagreement, compared, generated
from bench.oracle.judge import Judge
from bench.oracle.ours import evaluated
from bench.oracle.reduction import reduced
from bench.oracle.trees import Tree
from remediator.iac.terraform.language.values import Evaluated


def test_an_evaluator_that_misses_instances_is_found_out_with_a_small_unit(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An evaluator that forgets whatever has a key, which the comparison must notice."""

    def forgetful(tree: Tree) -> dict[str, Evaluated]:
        return {address: value for address, value in evaluated(tree).items() if "[" not in address}

    monkeypatch.setattr(comparison, "evaluated", forgetful)
    found = [one for one in compared(judge, generated(10, 6)).disagreements if "[" in one.address]
    assert found
    small: Disagreement = reduced(judge, found[-1], rounds=4)
    assert small.sentence == found[-1].sentence == "we have no such instance"
    assert small.unit.size < found[-1].unit.size / 2
    assert "count" in small.unit.text or "for_each" in small.unit.text
