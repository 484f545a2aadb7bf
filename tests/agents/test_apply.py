import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from remediator.agents import apply, checkout
from remediator.agents.apply import apply_plan
from remediator.errors import RemediatorError

MAIN, VARS = "envs/dev/main.tf", "envs/dev/dev.tfvars"
Written = Callable[..., Path]


@pytest.fixture
def both(written: Written, swap: Callable[..., object]) -> Path:
    """A plan of three edits in two files."""
    return written(
        swap(MAIN, b'"p3.2xlarge"', b'"g5.xlarge"'),
        swap(VARS, b'"large"', b'"s"'),
        swap(VARS, b"count = 3\n", b""),
    )


def tree(repo: Path) -> dict[str, bytes]:
    return {str(p.relative_to(repo)): p.read_bytes() for p in sorted(repo.rglob("*")) if p.is_file()}


APPLIED = {
    MAIN: '# für später\r\ntype = "g5.xlarge"\r\n'.encode(),
    VARS: b'size  = "s"\n',
    "hook.sh": b"echo hello\n",
}


def test_all_edits_are_made_and_nothing_else(repo: Path, both: Path) -> None:
    assert apply_plan(both, repo, False) == (VARS, MAIN)
    assert tree(repo) == APPLIED


def test_checking_writes_nothing(repo: Path, both: Path) -> None:
    before = tree(repo)
    assert apply_plan(both, repo, check=True) == (VARS, MAIN)
    assert tree(repo) == before


def test_applying_again_changes_nothing(repo: Path, both: Path) -> None:
    apply_plan(both, repo)
    stamp = (repo / MAIN).stat().st_mtime_ns
    assert apply_plan(both, repo) == ()
    assert apply_plan(both, repo, check=True) == ()
    assert tree(repo) == APPLIED
    assert (repo / MAIN).stat().st_mtime_ns == stamp


def test_what_a_killed_run_left_half_done_is_completed(repo: Path, both: Path) -> None:
    before = (repo / VARS).read_bytes()
    apply_plan(both, repo)
    (repo / VARS).write_bytes(before)
    assert apply_plan(both, repo) == (VARS,)
    assert tree(repo) == APPLIED


def test_the_mode_of_a_file_is_kept(repo: Path, both: Path) -> None:
    (repo / MAIN).chmod(0o640)
    apply_plan(both, repo)
    assert stat.S_IMODE((repo / MAIN).stat().st_mode) == 0o640


def test_a_file_that_changed_since_stops_all(repo: Path, both: Path) -> None:
    (repo / MAIN).write_bytes((repo / MAIN).read_bytes() + b"# a comment\n")
    before = tree(repo)
    with pytest.raises(RemediatorError, match=rf"{MAIN} is not what plan \w+ was made for .* check out commit cccc"):
        apply_plan(both, repo)
    assert tree(repo) == before


def test_an_applied_file_that_was_changed_elsewhere_stops_all(repo: Path, both: Path) -> None:
    apply_plan(both, repo)
    (repo / MAIN).write_bytes((repo / MAIN).read_bytes() + b"# a comment\n")
    with pytest.raises(RemediatorError, match="is not what plan"):
        apply_plan(both, repo)


def test_a_file_that_is_not_there_stops_all(repo: Path, both: Path) -> None:
    (repo / MAIN).unlink()
    before = tree(repo)
    with pytest.raises(RemediatorError, match=rf"{MAIN} cannot be read \(No such file or directory\)"):
        apply_plan(both, repo)
    assert tree(repo) == before


def test_a_ticket_has_nothing_to_apply(repo: Path, written: Written) -> None:
    with pytest.raises(RemediatorError, match=r"has no edits \(the value comes from a data source\)"):
        apply_plan(written(), repo)


@pytest.mark.parametrize("edited", [True, False])
def test_what_people_are_asked_for_is_left_to_them(repo: Path, written: Written, swap, edited: bool) -> None:
    def asking(document: dict[str, list[dict[str, object]]]) -> None:
        document["findings"][0] |= {"actions": [], "asks": {"untrusted": "run the agent on it"}}

    swaps = (swap(MAIN, b'"p3.2xlarge"', b'"g5.xlarge"'),) if edited else ()
    before = tree(repo)
    with pytest.raises(RemediatorError, match="asks people for something, and is not applied: run the agent on it"):
        apply_plan(written(*swaps, tamper=asking), repo)
    assert tree(repo) == before


@pytest.mark.parametrize("failing", [1, 2])
def test_a_file_that_cannot_be_replaced_leaves_all_as_they_were(
    repo: Path, both: Path, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(repo)
    calls = 0
    replace = os.replace

    def fail_once(*given: str, src_dir_fd: int, dst_dir_fd: int) -> None:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise OSError(28, "No space left on device")
        replace(*given, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(checkout.os, "replace", fail_once)
    with pytest.raises(RemediatorError, match=r"nothing is changed: .*No space left on device"):
        apply_plan(both, repo)
    assert tree(repo) == before


def test_a_file_changed_while_others_are_written_is_noticed(
    repo: Path, both: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(repo)
    put = checkout.put

    def put_and_meddle(held: checkout.Held, label: str, copy: checkout.Copy) -> None:
        put(held, label, copy)
        (repo / MAIN).write_bytes(b"somebody else's\n")

    monkeypatch.setattr(apply, "put", put_and_meddle)
    with pytest.raises(RemediatorError, match=f"{MAIN} was changed by somebody else"):
        apply_plan(both, repo)
    assert tree(repo) == {**before, MAIN: b"somebody else's\n"}


def test_two_at_once_do_not_mix(repo: Path, both: Path) -> None:
    with checkout.hold(repo, ()), pytest.raises(RemediatorError, match="another program is applying"):
        apply_plan(both, repo)
    assert apply_plan(both, repo) == (VARS, MAIN)


def test_a_folder_that_is_no_checkout_is_a_sentence(repo: Path, both: Path) -> None:
    with pytest.raises(RemediatorError, match="name a checkout directory"):
        apply_plan(both, repo / "nowhere")


def test_a_plan_file_that_cannot_be_read_is_a_sentence(repo: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    for name in ("fifo", "missing.json", "repo"):
        with pytest.raises(RemediatorError, match=rf"{name} (is not a regular file|cannot be read)"):
            apply_plan(tmp_path / name, repo)
