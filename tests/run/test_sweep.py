from concurrent.futures import ThreadPoolExecutor

from remediator.errors import RemediatorError
from remediator.model import Failure
from remediator.run.sweep import start


def halve(number: int) -> int:
    if number < 0:
        raise RemediatorError(f"{number} is negative; give a positive one")
    return 10 // number


def test_one_failing_unit_never_stops_the_others() -> None:
    with ThreadPoolExecutor(2) as executor:
        swept = start(executor, halve, [5, -1, 0, 2], lambda n: f"unit {n}")()

    assert swept.results == (2, 5)
    assert swept.failures[0] == Failure("unit -1", "-1 is negative; give a positive one")
    assert swept.failures[1].unit == "unit 0"
    assert "ZeroDivisionError" in swept.failures[1].reason
