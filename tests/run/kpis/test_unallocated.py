"""What no tag allocates."""

from dataclasses import replace
from decimal import Decimal

from remediator.cli.kpis import figures
from remediator.run.kpis import Kpis, Unallocated
from tests.run.kpis.judged import Judge, machine


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
