"""A repository's own schedule, which only narrows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.config import LimitsConfig
from remediator.config.own import parse_own
from remediator.errors import ConfigError

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
WINDOWS = ["mon-fri 08:00-18:00", "mon 09:00-11:00", "sat-sun", "tue 22:00-06:00", "mon-sun 00:00-24:00"]


def own(*windows: str, zone: str = "") -> str:
    more = f'timezone = "{zone}"\n' if zone else ""
    return f"[limits]\nschedule = {list(windows)}\n{more}".replace("'", '"')


def narrowed(limits: LimitsConfig, text: str) -> LimitsConfig:
    return parse_own(text.encode(), ".remediator.toml").limits.narrowed(limits)


@pytest.mark.parametrize(
    ("above", "text", "at", "open_"),
    [
        (["mon-fri 08:00-18:00"], own("mon-fri 10:00-12:00"), "2026-11-23 11:00", True),
        (["mon-fri 08:00-18:00"], own("mon-fri 10:00-12:00"), "2026-11-23 13:00", False),
        (["mon-fri 08:00-18:00"], own("mon-sun 06:00-22:00"), "2026-11-23 20:00", False),
        (["mon-fri 08:00-18:00"], own("sat"), "2026-11-23 11:00", False),
        ([], own("mon 10:00-12:00"), "2026-11-23 11:00", True),
        ([], own("mon 10:00-12:00"), "2026-11-23 12:30", False),
        ([], own("mon 10:00-12:00", zone="America/New_York"), "2026-11-23 15:30", True),
        ([], own("mon 10:00-12:00", zone="America/New_York"), "2026-11-23 10:30", False),
        (["mon-fri 08:00-18:00"], "[limits]\nopen_per_repo = 1\n", "2026-11-23 11:00", True),
    ],
)
def test_something_is_opened_where_both_let_it(above: list[str], text: str, at: str, open_: bool) -> None:
    limits = narrowed(LimitsConfig(schedule=tuple(above)), text)
    assert limits.is_open(datetime.fromisoformat(at).replace(tzinfo=UTC)) is open_


@given(
    st.lists(st.sampled_from(WINDOWS), max_size=3),
    st.lists(st.lists(st.sampled_from(WINDOWS), max_size=3), max_size=3),
    st.integers(0, 7 * 24 * 4),
)
def test_nothing_that_a_repository_says_opens_more(above: list[str], layers: list[list[str]], quarter: int) -> None:
    limits, at = LimitsConfig(schedule=tuple(above)), MONDAY + timedelta(minutes=15 * quarter)
    before = limits.is_open(at)
    for layer in layers:
        limits = narrowed(limits, own(*layer))
        assert before or not limits.is_open(at)
        before = limits.is_open(at)


def test_the_time_zone_above_holds_where_it_names_none() -> None:
    limits = narrowed(LimitsConfig(timezone="Europe/Paris"), own("mon 10:00-12:00"))
    assert limits.is_open(MONDAY.replace(hour=9)) and not limits.is_open(MONDAY.replace(hour=11, minute=30))


@pytest.mark.parametrize("text", [own("always"), own("mon 10-12"), own("mon", zone="Mars/Base"), own(*["mon"] * 101)])
def test_what_is_no_schedule_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"limits\.(schedule|timezone)"):
        parse_own(text.encode(), ".remediator.toml")
