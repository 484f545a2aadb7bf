import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.run.globs import glob


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("experiments/*", "experiments/llm/main.tf", True),
        ("experiments/*", "experiments", False),
        ("experiments/**", "experiments/llm/main.tf", True),
        ('module.a["k"].aws_instance.b[?]', 'module.a["k"].aws_instance.b[0]', True),
        ("aws_instance.b[01]", "aws_instance.b0", False),
        ("i-0?", "i-01", True),
        ("i-0?", "i-0", False),
        ("a.b", "axb", False),
        ("A", "a", False),
        ("*", "", True),
        ("*", "two\nlines", True),
        ("", "", True),
        ("\ud800*", "\ud800x", True),
        ("é?", "é東", True),
        ("*", "x" * 4_097, False),
    ],
)
def test_a_pattern_matches_the_whole_text(pattern: str, text: str, expected: bool) -> None:
    assert glob(pattern)(text) is expected


@given(st.text("ab*?", max_size=12), st.text("ab\n", max_size=20))
def test_it_agrees_with_the_standard_library(pattern: str, text: str) -> None:
    assert glob(pattern)(text) is fnmatchcase(text, pattern)


def test_a_hostile_pattern_takes_bounded_time() -> None:
    fits = glob("*a" * 250 + "b")
    started = time.process_time()

    assert not fits("a" * 4_096)
    assert time.process_time() - started < 1
