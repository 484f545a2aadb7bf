"""`kill -9` at every system call of an apply, in a process of its own that forks one victim a call."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

KILL_AT_EVERY_CALL = """
import os, signal, sys
from pathlib import Path
from remediator.agents.apply import apply_plan

plan, repo, folder = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[2], "envs/dev")
before = {p.name: p.read_bytes() for p in folder.iterdir()}
apply_plan(plan, repo)
after = {p.name: p.read_bytes() for p in folder.iterdir()}
half_done = 0
for fatal in range(1, 1000):
    for name, content in before.items():
        (folder / name).write_bytes(content)
    victim = os.fork()
    if victim == 0:
        calls = 0

        def count(event, _):
            global calls
            if event in ("open", "os.rename", "os.remove", "os.chmod"):
                calls += 1
                if calls == fatal:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        apply_plan(plan, repo)
        os._exit(0)
    _, status = os.waitpid(victim, 0)
    now = {name: (folder / name).read_bytes() for name in before}
    assert all(now[name] in (before[name], after[name]) for name in before), (fatal, now)
    half_done += before != now != after
    left = tuple(name for name in after if now[name] != after[name])
    assert apply_plan(plan, repo) == tuple("envs/dev/" + name for name in sorted(left)), fatal
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == after, fatal
    if not os.WIFSIGNALED(status):
        assert status == 0
        print(fatal - 1, half_done)
        sys.exit(0)
sys.exit("never ended")
"""


def test_a_kill_at_any_call_leaves_each_file_whole_and_the_next_run_completes_it(
    repo: Path, written: Callable[..., Path], swap: Callable[..., object]
) -> None:
    plan = written(
        swap("envs/dev/main.tf", b'"p3.2xlarge"', b'"g5.xlarge"'), swap("envs/dev/dev.tfvars", b'"large"', b'"s"')
    )
    done = subprocess.run(
        [sys.executable, "-c", KILL_AT_EVERY_CALL, plan, repo],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    calls, half_done = map(int, done.stdout.split())
    assert calls >= 15
    assert half_done >= 1
