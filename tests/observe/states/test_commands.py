import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from remediator.errors import RemediatorError
from remediator.iac.terraform.state import StateOrigin, parse_state
from remediator.observe.states import commands


def python(program: str, **more: object) -> dict[str, object]:
    return {"state_command": [sys.executable, "-c", program], **more}


def test_what_a_command_prints_is_the_state(read, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"version": 4}')
    root = python("print(open('x.json').read())", state_command_dir=str(tmp_path))
    assert read(root).strip() == b'{"version": 4}'


def test_no_shell_and_no_variables_but_those_named(read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "dev")
    monkeypatch.setenv("GITHUB_TOKEN", "s3cr3t")
    root = {
        "state_command": [
            sys.executable,
            "-c",
            "import json,os,sys; print(json.dumps([sys.argv[1:], sorted(os.environ), os.environ['AWS_PROFILE']]))",
            "$(id); `id` *",
        ],
        "state_env": ["AWS_PROFILE"],
    }
    arguments, names, profile = json.loads(read(root))
    assert arguments == ["$(id); `id` *"]
    assert profile == "dev"
    assert set(names) <= {
        "PATH", "HOME", "AWS_PROFILE", "LC_ALL", "LC_CTYPE", "TF_IN_AUTOMATION", "TF_INPUT", "CHECKPOINT_DISABLE"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("root", "sentence"),
    [
        (python("raise SystemExit(3)"), "failed with code 3; run it by hand"),
        (
            python("import sys; print('x', file=sys.stderr); sys.exit('Error: no \\x1b[31mworkspace')"),
            "failed with code 1 (“Error: no [31mworkspace”)",
        ),
        ({"state_command": ["/no/such/program"]}, "`program` cannot be started in . (No such file or directory)"),
        (python("", state_command_dir="/no/such/folder"), "cannot be started in /no/such/folder"),
        (python("", state_env=["NOT_SET_ANYWHERE"]), "NOT_SET_ANYWHERE, which state_env of root '.' names, is not set"),
    ],
)
def test_a_command_that_fails_is_a_sentence(root: dict[str, object], sentence: str, read) -> None:
    with pytest.raises(RemediatorError) as caught:
        read(root)
    assert sentence in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_one_that_takes_too_long_is_ended_with_all_it_started(
    read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "SECONDS", 1.0)
    child = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(600)"
    program = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(600)"
    begun = time.monotonic()

    with pytest.raises(RemediatorError, match="took longer than 1 seconds and was ended"):
        read(python(program, state_command_dir=str(tmp_path)))

    assert time.monotonic() - begun < 60
    assert not Path(f"/proc/{(tmp_path / 'pid').read_text()}/exe").exists()


def test_one_that_nobody_reads_to_its_end_is_ended(tmp_path: Path) -> None:
    from remediator.config import RootConfig

    program = "import os, sys; open('pid', 'w').write(str(os.getpid()))\nwhile True: sys.stdout.write('x' * 65536)"
    root = RootConfig.model_validate({"path": ".", **python(program, state_command_dir=str(tmp_path))})
    with commands.from_command(root) as stream:
        assert next(iter(stream.chunks)).startswith(b"x")
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_terraform_itself_pulls_a_state_that_is_read(read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terraform = shutil.which("terraform")
    if terraform is None:
        pytest.skip("terraform is not on PATH")
    (tmp_path / "main.tf").write_text(
        'resource "terraform_data" "a" {\n  for_each = toset(["x", "y"])\n  input    = sensitive("hunter2")\n}\n'
    )
    quiet = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}
    for arguments in (["init"], ["apply", "-auto-approve"]):
        done = subprocess.run([terraform, *arguments], cwd=tmp_path, env=quiet, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr

    raw = read({"state_command": [terraform, "state", "pull"], "state_command_dir": str(tmp_path)})

    found = parse_state([raw], StateOrigin("infra", ".", "b", "default"))
    assert [one.at.address for one in found] == ['terraform_data.a["x"]', 'terraform_data.a["y"]']
    assert all(one.id and one.at.lineage and one.at.serial for one in found)
    assert b"hunter2" in raw
    assert "hunter2" not in repr(found)
