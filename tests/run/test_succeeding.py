"""Which machine was before which, by what runs saw one after the other."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.run.holdings import HoldingsFile, held_at
from remediator.run.succeeding import History, Place, followed
from remediator.trace.addresses import key_of
from tests.run.test_holdings import AT, NOW, hour, machine

Run = Mapping[str, str]
"""Machines by the name of their address, as one run saw them."""
A, B, C = "abc"


def place(name: str) -> Place:
    found = held_at(replace(AT, name=name), machine("i"))
    assert found is not None
    return found.root, found.place


def before(path: Path, *runs: Run, moves: Mapping[str, str] | None = None, live: tuple[str, ...] = ()):
    """What was at each address before what it has in the last of the runs, which were an hour apart."""
    file = HoldingsFile(path / "holdings.sqlite")
    found = []
    for number, run in enumerate(runs):
        found = [held_at(replace(AT, name=name), machine(id_)) for name, id_ in run.items()]
        file.keep(found, hour(number))
    history = History.of(file.changed(NOW - timedelta(days=14), hour(len(runs) - 1)))
    there = {key_of(machine(id_)) for id_ in (*runs[-1].values(), *live)}
    by = {place(new): place(old) for new, old in (moves or {}).items()}
    answers = {one.machine.id: followed(one, history, there, by) for one in found}
    return {id_: tuple(f.resource.id for f in answer.before) for id_, answer in answers.items() if answer is not None}


def test_each_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    runs = ({A: "i-1", B: "i-8"}, {A: "i-2", B: "i-8"}, {A: "i-2", B: "i-8"}, {A: "i-3", B: "i-9"})

    assert before(tmp_path, *runs) == {"i-3": ("i-2", "i-1"), "i-9": ("i-8",)}


def test_an_address_that_was_empty_for_a_while_goes_on(tmp_path: Path) -> None:
    assert before(tmp_path, {A: "i-1"}, {}, {}, {A: "i-2"}) == {"i-2": ("i-1",)}


def test_a_machine_that_was_moved_takes_its_address_along(tmp_path: Path) -> None:
    assert before(tmp_path, {A: "i-1"}, {A: "i-2"}, {B: "i-2"}) == {"i-2": ("i-1",)}
    assert before(tmp_path / "c", {A: "i-1"}, {A: "i-2"}, {B: "i-2"}, {B: "i-3"}) == {"i-3": ("i-2", "i-1")}


def test_what_was_at_the_new_address_was_another_one(tmp_path: Path) -> None:
    runs = ({A: "i-1", B: "i-8"}, {A: "i-2"}, {B: "i-2"})

    assert before(tmp_path, *runs) == {"i-2": ("i-1",)}


def test_two_that_change_places_keep_what_was_theirs(tmp_path: Path) -> None:
    runs = ({A: "i-1", B: "i-8"}, {A: "i-2", B: "i-9"}, {A: "i-9", B: "i-2"})

    assert before(tmp_path, *runs) == {"i-2": ("i-1",), "i-9": ("i-8",)}


def test_what_moved_away_is_not_before_what_took_its_place(tmp_path: Path) -> None:
    assert before(tmp_path, {A: "i-1"}, {B: "i-1", A: "i-2"}) == {}
    assert before(tmp_path / "c", {A: "i-1"}, {B: "i-1"}, {A: "i-2"}) == {}


def test_what_is_still_live_is_not_over(tmp_path: Path) -> None:
    assert before(tmp_path, {A: "i-1"}, {A: "i-2"}, live=("i-1",)) == {}


def test_what_two_addresses_had_at_once_is_nobodys(tmp_path: Path) -> None:
    assert before(tmp_path, {A: "i-1", B: "i-1"}, {A: "i-1"}, {A: "i-2"}) == {}
    assert before(tmp_path / "c", {A: "i-1"}, {A: "i-2", B: "i-2"}, {A: "i-2"}) == {}


def test_one_that_comes_back_has_what_was_there_meanwhile(tmp_path: Path) -> None:
    assert before(tmp_path, {A: "i-1"}, {A: "i-2"}, {A: "i-1"}) == {"i-1": ("i-2",)}


def test_what_was_replaced_as_it_moved_is_told_by_the_moved_block(tmp_path: Path) -> None:
    runs = ({A: "i-1"}, {B: "i-2"})

    assert before(tmp_path, *runs) == {}
    assert before(tmp_path / "m", *runs, moves={B: A}) == {"i-2": ("i-1",)}
    assert before(tmp_path / "n", *runs, {B: "i-3"}, moves={B: A}) == {"i-3": ("i-2", "i-1")}


def test_of_many_the_latest_are_counted(tmp_path: Path) -> None:
    (found,) = before(tmp_path, *({A: f"i-{n}"} for n in range(100))).values()

    assert found == tuple(f"i-{n}" for n in range(98, 34, -1))


@pytest.mark.parametrize(("account", "region"), [("prod", "us-east-1"), ("dev", "eu-west-1")])
def test_another_account_or_region_is_another_machine_park(tmp_path: Path, account: str, region: str) -> None:
    file = HoldingsFile(tmp_path / "holdings.sqlite")
    was, now = (held_at(AT, m) for m in (replace(machine("i-1"), account=account, region=region), machine("i-2")))
    assert was is not None and now is not None
    file.keep([was], NOW)
    file.keep([now], hour(1))

    assert followed(now, History.of(file.changed(NOW, hour(1))), {key_of(now.machine)}) is None


@given(st.lists(st.dictionaries(st.sampled_from((A, B, C)), st.sampled_from([f"i-{n}" for n in range(6)])), min_size=1))
def test_whatever_comes_and_goes_no_machine_is_before_two(tmp_path_factory, runs: list[Run]) -> None:
    found = before(tmp_path_factory.mktemp("x"), *runs)

    earlier = [id_ for ids in found.values() for id_ in ids]
    assert len(earlier) == len(set(earlier))
    assert not set(earlier) & set(runs[-1].values())
