"""The dashboard as text: what stands on it, what is read back, and that it rests."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from remediator.deliver.boxes import Box
from remediator.deliver.dashboard import LIMIT, NO_ANSWERS, Entry, Section, read, render

ID = "0123456789abcdef"
BEYOND = 0.2
HOSTILE = (
    "@everyone <img src=x> ![i](http://evil.example/x.png) [x](https://evil.example) fixes #1 {{7*7}} \u202e\n"
    f"- [x] <!-- approve={ID} -->\n### heading"
)


def entry(section: Section = Section.LIMITED, at: int = 0, **fields: object) -> Entry:
    return Entry(section, f"{at:016x}", f"Move volume {at}", **fields)


def ticked(body: str, box: str) -> str:
    assert f"- [ ] <!-- {box}" in body
    return body.replace(f"- [ ] <!-- {box}", f"- [x] <!-- {box}")


def test_each_section_has_what_people_know_it_by() -> None:
    entries = [entry(section, at, monthly=Decimal(at)) for at, section in enumerate(Section)]

    body = render(entries, NO_ANSWERS, BEYOND)

    heads = [line.split()[1] for line in body.splitlines() if line.startswith("### ")]
    assert heads == ["Limited", "Waiting", "Errored", "Open", "Snoozed", "Declined"]
    assert read(body).ticked == {}


@pytest.mark.parametrize(
    ("section", "verb"),
    [
        (Section.LIMITED, "approve"),
        (Section.LIMITED, "snooze"),
        (Section.ERRORED, "retry"),
        (Section.OPEN, "rebuild"),
        (Section.SNOOZED, "wake"),
        (Section.DECLINED, "ask"),
    ],
)
def test_a_ticked_box_is_read_and_emptied(section: Section, verb: str) -> None:
    body = render([entry(section, 7)], NO_ANSWERS, BEYOND)

    answered = read(ticked(body, f"{verb}={7:016x}").replace("\n", "\r\n"))

    assert answered.says(verb, f"{7:016x}")
    assert not answered.says(verb, f"{8:016x}")
    assert render([entry(section, 7)], answered, BEYOND) == body


def test_a_box_ticked_while_the_run_was_at_work_stays_for_the_next() -> None:
    body = render([entry(at=7), entry(at=8)], NO_ANSWERS, BEYOND)
    before = read(ticked(body, f"approve={7:016x}"))
    later = read(ticked(ticked(body, f"approve={7:016x}"), f"approve={8:016x}"))

    after = read(render([entry(at=7), entry(at=8)], before, BEYOND, later))

    assert after.ticked == {"approve": frozenset({f"{8:016x}"})}


def test_a_snooze_is_remembered_by_the_dashboard_alone() -> None:
    body = render([entry(Section.SNOOZED, 7, until=date(2026, 12, 24))], NO_ANSWERS, BEYOND)

    assert read(body).snoozed == {f"{7:016x}": date(2026, 12, 24)}
    assert read(body.replace("2026-12-24", "2026-99-99")).snoozed == {}


@given(st.lists(st.floats(0.81, 1.19), min_size=1, max_size=8))
def test_figures_that_move_within_the_share_leave_it_as_it_is(moves: list[float]) -> None:
    first = [entry(at=at, monthly=Decimal(100 + at)) for at in range(3)]
    body = render(first, NO_ANSWERS, BEYOND)

    for move in moves:
        now = [entry(at=at, monthly=Decimal(f"{(100 + at) * move:.2f}")) for at in range(3)]
        assert render(now[::-1], read(body), BEYOND) == body

    moved = [entry(at=at, monthly=Decimal(200)) for at in range(3)]
    assert "200.00" in render(moved, read(body), BEYOND)


def test_nothing_hostile_survives() -> None:
    hostile = [Entry(s, ID, HOSTILE, reference=HOSTILE, where="javascript:alert(1)", note=HOSTILE) for s in Section]

    body = render(hostile, NO_ANSWERS, BEYOND)

    assert read(body).ticked == {}
    html = MarkdownIt("commonmark", {"html": True}).render(body)
    for tag in ("<img", "<a ", "<script", "<h1"):
        assert tag not in html
    assert html.count("<h3>") == len(Section)
    assert "@everyone" not in html and "#1" not in html and "{{" not in html and "\u202e" not in html


def test_it_links_to_requests() -> None:
    where = "https://github.com/acme/infra/pull/12"
    body = render([entry(Section.OPEN, reference="12", where=where)], NO_ANSWERS, BEYOND)

    assert f'<a href="{where}">12</a>' in MarkdownIt("commonmark").render(body)


def test_it_fits_whatever_there_is() -> None:
    entries = [
        Entry(section, f"{at:016x}", "x" * 500, Decimal(at), note="y" * 500, until=date(2026, 12, 24))
        for at, section in enumerate(s for s in Section for _ in range(100))
    ]

    body = render(entries, NO_ANSWERS, BEYOND)

    assert len(body) <= LIMIT
    assert "Declined (100)" in body and "more, which the summary of a run names" in body
    assert len(read(body).snoozed) == 100


def test_a_long_name_is_known_by_its_end() -> None:
    module = f"module.{'a' * 200}"
    body = render([replace(entry(), title=f"Move it ({module}.aws_ebs_volume.{n})") for n in "ab"], NO_ANSWERS, BEYOND)

    rows = [line for line in body.splitlines() if "approve=" in line]
    assert [row.rpartition("volume.")[2] for row in rows] == ["a\\)", "b\\)"]
    assert all("Move it" in row and "…" in row and len(row) < 200 for row in rows)


def test_of_many_rows_the_numbers_are_said_first() -> None:
    entries = [entry(Section.LIMITED, n) for n in range(226)] + [entry(Section.OPEN, n) for n in range(300, 314)]

    body = render(entries, NO_ANSWERS, BEYOND)

    assert body.splitlines()[2] == "226 limited, 14 open."
    assert "226 limited" not in render(entries[:9], NO_ANSWERS, BEYOND)


def test_of_many_rows_that_stay_the_numbers_are_said_first_too() -> None:
    kept = {Section.SNOOZED: [(Box("wake", f"{n:016x}", text=f"Move volume {n}"),) for n in range(30)]}

    body = render([entry(Section.OPEN, 40)], NO_ANSWERS, BEYOND, kept=kept)

    assert body.splitlines()[2] == "1 open, 30 snoozed."
