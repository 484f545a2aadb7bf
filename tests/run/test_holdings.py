"""Which machine each address had, kept in a file that may be lost, damaged, or left by a run that was killed."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.model import Attributes, Resource, StateAddress
from remediator.run import holdings
from remediator.run.holdings import KEPT, Held, HoldingsFile, at_place, held_at, place_of, root_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
AT = StateAddress("infra", "envs/dev", "s3://b/k", "default", "c0ffee", 7, "", "managed", "aws_instance", "a", None)


def machine(id_: str, type_: str = "g4dn.xlarge") -> Resource:
    spec = Attributes({"instance_type": type_})
    return Resource("aws", "dev", "us-east-1", "aws_instance", id_, None, spec, Attributes(), NOW)


def held(id_: str, name: str = "a") -> Held:
    found = held_at(replace(AT, name=name), machine(id_))
    assert found is not None
    return found


def hour(number: int) -> datetime:
    return NOW + timedelta(hours=number)


@pytest.fixture
def file(tmp_path: Path) -> HoldingsFile:
    return HoldingsFile(tmp_path / "cache" / "holdings.sqlite")


def changed(file: HoldingsFile, now: datetime) -> dict[str, tuple[datetime, datetime]]:
    return {one.id: (one.first, one.last) for one in file.changed(now - timedelta(days=14), now)}


def test_first_and_last_are_kept_of_each_machine_of_an_address(file: HoldingsFile) -> None:
    for number, id_ in enumerate(("i-1", "i-1", "i-2")):
        file.keep([held(id_)], hour(number))

    assert changed(file, hour(2)) == {"i-1": (hour(0), hour(1)), "i-2": (hour(2), hour(2))}


def test_where_nothing_changed_nothing_is_read(file: HoldingsFile) -> None:
    file.keep([held("i-1"), held("i-2", "b")], NOW)
    file.keep([held("i-1"), held("i-2", "b")], hour(1))

    assert changed(file, hour(1)) == {}


def test_the_size_and_the_last_start_are_those_last_seen(file: HoldingsFile) -> None:
    file.keep([held("i-1")], NOW)
    later = replace(machine("i-1", "g5.xlarge"), created_at=hour(1))
    file.keep([replace(held("i-1"), machine=later)], hour(2))
    file.keep([held("i-2")], hour(3))

    (one, _) = file.changed(NOW, hour(3))
    assert (one.type, one.started) == ("g5.xlarge", hour(1))


@pytest.mark.parametrize(
    "other",
    [
        replace(AT, workspace="blue"),
        replace(AT, root="envs/prod"),
        replace(AT, repository="other"),
        replace(AT, lineage="made anew"),
        replace(AT, repository="", backend="s3://b/other"),
    ],
)
def test_another_workspace_root_repository_or_lineage_is_another_state(other: StateAddress) -> None:
    assert root_of(other) != root_of(AT)
    assert root_of(replace(AT, serial=8, backend="s3://moved/k", written_at=NOW)) == root_of(AT)


def test_keys_tell_instances_apart() -> None:
    keys = (None, 0, "0", 'a"]', "a")
    places = {place_of(replace(AT, index_key=key)) for key in keys}

    assert len(places) == len(keys)
    assert [at_place(AT, place_of(replace(AT, index_key=key))).index_key for key in keys] == list(keys)


@given(st.text(), st.text(), st.text() | st.integers() | st.none(), st.text(min_size=1))
def test_whatever_a_state_says_is_kept_or_left_out(tmp_path_factory, module, name, key, id_) -> None:
    file = HoldingsFile(tmp_path_factory.mktemp("hostile") / "x.sqlite")
    at = replace(AT, module=module, name=name, index_key=key, lineage=module)

    one = held_at(at, machine(id_))
    file.keep([one] if one else [], NOW)
    file.keep([replace(one, machine=machine("i-2"))] if one else [], hour(1))

    assert len(file.changed(NOW, hour(1))) == (0 if one is None else 1 if id_ == "i-2" else 2)
    if one is not None:
        assert at_place(at, one.place) == at


def test_what_is_too_long_is_not_kept() -> None:
    assert held_at(replace(AT, index_key="k" * 2000), machine("i-1")) is None
    assert held_at(AT, machine("i-" + "1" * 200)) is None
    assert held_at(AT, machine("i-\ud800")) is None


def test_what_is_old_and_what_is_too_much_is_dropped(file: HoldingsFile, monkeypatch, tmp_path: Path) -> None:
    file.keep([held("i-old")], NOW - KEPT)
    monkeypatch.setattr(holdings, "MOST", 3)
    for number in range(5):
        file.keep([held(f"i-{number}")], hour(number + 1))

    with closing(sqlite3.connect(tmp_path / "cache" / "holdings.sqlite")) as connection:
        rows = [id_ for (id_,) in connection.execute("SELECT id FROM holdings ORDER BY last")]
    assert rows == ["i-2", "i-3", "i-4"]


def test_a_damaged_file_is_as_good_as_none_and_made_again(file: HoldingsFile, tmp_path: Path) -> None:
    path = tmp_path / "cache" / "holdings.sqlite"
    path.parent.mkdir()
    path.write_bytes(b"no database at all" * 100)

    assert changed(file, NOW) == {}
    file.keep([held("i-1")], NOW)
    file.keep([held("i-1")], NOW)
    file.keep([held("i-2")], hour(1))
    assert set(changed(file, hour(1))) == {"i-1", "i-2"}


def test_a_file_that_cannot_be_written_stops_nothing(tmp_path: Path, caplog) -> None:
    (tmp_path / "cache").write_text("in the way of a folder")
    file = HoldingsFile(tmp_path / "cache" / "holdings.sqlite")

    file.keep([held("i-1")], NOW)

    assert file.changed(NOW, NOW) == ()
    assert "cannot be kept" in caplog.text


def test_a_run_that_is_killed_leaves_whole_rows(file: HoldingsFile, tmp_path: Path) -> None:
    program = (
        "import sys; from datetime import timedelta; from pathlib import Path\n"
        "from tests.run.test_holdings import NOW, HoldingsFile, held, hour\n"
        "file, n = HoldingsFile(Path(sys.argv[1])), 0\n"
        "while True:\n"
        "    n += 1\n"
        "    file.keep([held(f'i-{n}-{k}', f'name{k}') for k in range(50)], NOW + timedelta(seconds=n))\n"
        "    print(n, flush=True)\n"
    )
    path = tmp_path / "cache" / "holdings.sqlite"
    for _ in range(3):
        command = [sys.executable, "-c", program, path]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"1\n"
        writer.kill()
        writer.communicate()

        found = file.changed(NOW, NOW + timedelta(days=1))
        runs = {one.id.rpartition("-")[0] for one in found}
        assert len(found) == 50 * len(runs)
