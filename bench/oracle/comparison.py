"""Many units compared with Terraform's answer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, seed, settings

from bench.oracle.answers import Answers, differences
from bench.oracle.judge import Judge, Refusal
from bench.oracle.ours import evaluated
from bench.oracle.trees import batches
from bench.oracle.units import MARK, Unit, units
from remediator.iac.terraform.language.values import Evaluated

__all__ = ["TOGETHER", "Comparison", "Disagreement", "compared", "generated"]

TOGETHER = 50
"""Units in one root: Terraform takes about a second for them."""

_UNIT = re.compile(r"u\d+(?=_)")


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A resource of a unit whose value, or whose very existence, is not Terraform's."""

    unit: Unit
    address: str
    sentence: str

    @property
    def sort(self) -> str:
        """What disagreements of one cause are likely to have in common: the sentence without what was generated."""
        reason = re.search(r"\(unknown: (.{,60})", self.sentence)
        words = reason[1] if reason else re.sub(r"\"[^\"]*\"", '""', self.sentence.split(": ", 1)[-1])[:50]
        return re.sub(r"-?[\d.]+", "N", words)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it: `modules` counts folders that hold a module, `instances` those of resources."""

    modules: int
    instances: int
    refused: Mapping[str, Refusal]
    disagreements: tuple[Disagreement, ...]


def generated(count: int, start: int) -> list[Unit]:
    """So many different units; the same ones for the same start."""
    found: dict[str, Unit] = {}

    @seed(start)
    @settings(
        max_examples=2 * count,
        database=None,
        phases=[Phase.generate],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(units())
    def collect(unit: Unit) -> None:
        if len(found) < count:
            found.setdefault(unit.text, unit)

    collect()
    return list(found.values())


def compared(judge: Judge, wanted: Sequence[Unit], number: int = 0) -> Comparison:
    """Every unit judged by Terraform and by us, many to a root; `number` is that of the first root."""
    modules = instances = 0
    refused: dict[str, Refusal] = {}
    found: list[Disagreement] = []
    for at, batch in enumerate(batches(wanted, TOGETHER), number):
        judged = judge.judge(batch, at)
        refused |= judged.refused
        modules += sum(unit.modules for unit in judged.accepted.values())
        instances += len(judged.answers)
        for address, sentence in _differing(judged.answers, evaluated(judged.tree)):
            name = next(iter(_UNIT.findall(address)))
            unit = judged.accepted[name]
            found.append(Disagreement(unit, address.replace(name, MARK), sentence.replace(name, MARK)))
    return Comparison(modules, instances, refused, tuple(sorted(found, key=lambda one: one.unit.size)))


def _differing(answers: Answers, ours: Mapping[str, Evaluated]) -> Iterator[tuple[str, str]]:
    for address in sorted(answers.keys() | ours.keys()):
        if address not in answers:
            yield address, "terraform has no such instance"
        elif address not in ours:
            yield address, "we have no such instance"
        else:
            yield from ((address, sentence) for sentence in differences(answers[address], ours[address]))
