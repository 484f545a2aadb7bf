"""Many clues in many lines: each line is read once, whatever is looked for."""

import pytest

from remediator.trace.clues import Clue, Form
from remediator.trace.traces import MOST, Seeker
from tests.effort import within

ROWS = [f'  name = "service-{n}"' if n % 2 else f"  yor_trace: {n:08x}-aaaa" for n in range(40_000)]


FOUND = [Clue(f"service-{n}", Form.QUOTED, None) for n in range(40)]
ABSENT = [Clue(f"absent-{n}", Form.QUOTED, None) for n in range(40_000)]


def search(clues: list[Clue]) -> None:
    assert len(list(Seeker(clues).lines(ROWS))) == 20


def test_a_thousand_times_the_clues_take_no_more_than_a_few_times_as_long() -> None:
    # It is less than two times; clue by clue it would be a thousand.
    assert within(20, lambda: search([*FOUND, *ABSENT]), lambda: search(FOUND))


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ('name = "acme-web"', True),
        ("name: 'acme-web'", True),
        ("name: acme-web", True),
        ("- {name:\tacme-web", True),
        ('tags = ["acme", "acme-web"]', True),
        ('"it\'s acme-web"', False),
        ('name = "acme-web-2"', False),
        ("# of acme-web", False),
        ("acme-web: x", False),
    ],
)
def test_a_name_is_a_whole_string_or_a_plain_value(row: str, found: bool) -> None:
    assert bool(list(Seeker([Clue("acme-web", Form.QUOTED, None)]).lines([row]))) is found


@pytest.mark.parametrize("name", ["it's acme", 'say "acme"', "a: b c", "ünïcode-ding"])
def test_odd_names_are_found_in_quotes(name: str) -> None:
    quote = "'" if '"' in name else '"'

    assert list(Seeker([Clue(name, Form.QUOTED, None)]).lines([f"x = {quote}{name}{quote}"]))


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ('yor_trace = "9c2e1f00-aaaa"', True),
        ("9c2e1f00-aaaa", True),
        ("9c2e1f00-aaaa-b", False),
        ("x9c2e1f00-aaaa", False),
    ],
)
def test_a_trace_stands_by_itself(row: str, found: bool) -> None:
    assert bool(list(Seeker([Clue("9c2e1f00-aaaa", Form.TRACE, None)]).lines([row]))) is found


@pytest.mark.parametrize("kind", ["AWS::EC2::Instance", "none"])
def test_a_resource_of_a_thousand_stacks_is_looked_for_once_a_line(kind: str) -> None:
    stacks = [Clue("Web", Form.STACK, None, stack=f"stack-{n}") for n in range(1_000)]
    rows = [" ".join(clue.stack for clue in stacks), *["Web:", f"  Type: {kind}"] * 20_000]

    assert len(list(Seeker(stacks).lines(rows))) == (1_000 * MOST if kind != "none" else 0)
    # It is less than two times; stack by stack it would be dozens.
    assert within(6, lambda: list(Seeker(stacks).lines(rows)), lambda: list(Seeker(stacks[:1]).lines(rows)))
