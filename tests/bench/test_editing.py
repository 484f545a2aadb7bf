"""The figures of edits in public repositories."""

import pytest

from bench.editing import EXACT, judged
from bench.table import Row

AIM = f"{EXACT:.1%}"


@pytest.mark.parametrize(
    ("verdicts", "figure", "met"),
    [
        ({"proved": 3, "not provable": 1}, "100.0% of 3 judged, 1 not provable", True),
        ({"proved": 3, "differs": 1}, "75.0% of 4 judged, 0 not provable", False),
        ({"not provable": 5}, "none judged, 5 not provable", None),
    ],
)
def test_an_aim_is_met_by_what_terraform_judged_and_by_nothing_else(verdicts, figure, met):
    assert judged("x", verdicts) == Row("edits exactly right, x", figure, AIM, met)
