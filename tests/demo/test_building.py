"""The demo's folder when demos are killed in it, at any instant, and when two want it at once."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from remediator.demo.building import held
from remediator.errors import RemediatorError

KILLED = """
import os, signal, sys
from pathlib import Path
from remediator.demo.building import held

def build(folder, left):
    def audit(event, arguments):
        nonlocal left
        watched = event.startswith(("open", "os.", "subprocess.", "shutil."))
        if watched and any(str(folder) in str(a) for a in arguments):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(audit)
    with held(folder):
        pass

for kills in range(1_000):
    pid = os.fork()
    if pid == 0:
        build(Path(sys.argv[1], str(kills)), kills)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    print(status, flush=True)
    if status != -signal.SIGKILL or not sys.stdin.readline():
        break
"""
DEMO = "import sys; from remediator.cli import main; main(['demo', '--dir', sys.argv[1]])"


def started(program: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def heads(folder: Path) -> set[str]:
    """What the main branch of every repository holds."""
    found = set()
    for repository in sorted((folder / "repositories").glob("*.git")):
        subprocess.run(["git", "-C", str(repository), "fsck", "--strict"], check=True, capture_output=True)
        done = subprocess.run(
            ["git", "-C", str(repository), "rev-parse", "main^{tree}"], check=True, capture_output=True, text=True
        )
        found.add(f"{repository.name} {done.stdout.strip()}")
    return found


def test_a_demo_killed_at_any_instant_of_its_building_recovers(tmp_path: Path) -> None:
    with held(tmp_path / "whole"):
        whole = heads(tmp_path / "whole")
    assert len(whole) == 2

    kills = 0
    with started(KILLED, str(tmp_path)) as process:
        while (said := process.stdout.readline()) == f"{-signal.SIGKILL}\n":
            folder = tmp_path / str(kills)
            with held(folder):
                assert heads(folder) == whole
            with held(folder):
                assert {e.name for e in folder.iterdir()} == {"demo.lock", "repositories"}
            kills += 1
            process.stdin.write("\n")
            process.stdin.flush()
        _, errors = process.communicate(timeout=60)

    assert (said, errors) == ("0\n", "")
    assert kills > 10


def test_after_a_demo_was_killed_at_its_deliveries_two_at_once_do_not_harm_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "estate"
    outbox = folder / ".remediator" / "outbox"
    first = started(DEMO, str(folder))
    while first.poll() is None and not any(outbox.glob("pulls/*.json")):
        time.sleep(0.001)
    first.kill()
    first.communicate(timeout=60)
    assert first.returncode == -signal.SIGKILL

    demos = [started(DEMO, str(folder)) for _ in range(2)]
    ends = [(*demo.communicate(timeout=240), demo.returncode) for demo in demos]

    codes = sorted(code for _, _, code in ends)
    assert codes in ([0, 3], [0, 0]), ends  # the second is refused, or began when the first had ended
    for _, errors, code in ends:
        assert code == 0 or "another demo is at work in" in " ".join(errors.split())
    assert (len(list(outbox.glob("pulls/*.json"))), len(list(outbox.glob("tickets/*.json")))) == (7, 5)


def test_a_held_folder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with held(tmp_path), pytest.raises(RemediatorError, match=r"another demo is at work in .* --dir"), held(tmp_path):
        pass


def test_a_folder_that_is_a_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "thesis.txt"
    path.write_text("mine")

    with pytest.raises(RemediatorError, match="name another folder"), held(path):
        pass

    assert path.read_text() == "mine"
