"""Runs `terraform` or `tofu` on a shadow: an environment of ours, nothing of the user's, bounded time and space."""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from remediator.errors import RemediatorError

__all__ = ["Binary", "Done", "found", "run"]

SECONDS = 20.0
MEMORY = 8 << 30
"""Bytes of address space: Go reserves far more than it uses."""
OUTPUT = 64 << 20
"""Bytes of any one file that a command writes, its output included."""


@dataclass(frozen=True, slots=True)
class Binary:
    """The command that starts Terraform, or OpenTofu."""

    command: tuple[str, ...]
    opentofu: bool = False

    @property
    def installed(self) -> str:
        """What tells this installation from the one that is put in its place: where it is, how large, how new."""
        path = Path(self.command[0]).resolve()
        try:
            at = path.stat()
        except OSError:
            return str(path)
        return f"{path} {at.st_size} {at.st_mtime_ns}"


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    code: int
    output: bytes
    complaints: bytes


def found(search: str | None = None, opentofu: bool = False) -> Binary | None:
    """The `terraform`, else the `tofu`, on a search path as `PATH` has it; None where there is neither.

    With `opentofu` it is the other way round.
    """
    for name in ("tofu", "terraform") if opentofu else ("terraform", "tofu"):
        path = shutil.which(name, path=search)
        if path is not None:
            return Binary((str(Path(path).absolute()),), name == "tofu")
    return None


def run(binary: Binary, arguments: Sequence[str], folder: Path, scratch: Path, workspace: str, seconds: float) -> Done:
    """One command in a folder, its own files kept in `scratch`.

    Raises RemediatorError where it cannot be started or takes longer than `seconds`; then its whole group is ended.
    """
    command = [*binary.command, *arguments]
    with tempfile.TemporaryFile(dir=scratch) as output, tempfile.TemporaryFile(dir=scratch) as complaints:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=_environment(scratch, workspace),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=complaints,
                start_new_session=True,
            )
        except OSError as error:
            raise RemediatorError(f"{binary.command[0]} cannot be started: {error.strerror}; reinstall it") from error
        late = threading.Event()
        # A timer, since a wait with a timeout looks only every so often.
        timer = threading.Timer(max(seconds, 0.1), _end, (process.pid, late))
        timer.start()
        try:
            _limit(process.pid)
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        finally:
            timer.cancel()
            timer.join()
            _end(process.pid)  # what it may have left behind, while its id is still its own
            process.wait()
        if late.is_set():
            raise RemediatorError(f"{arguments[0]} took longer than {seconds:.0f} seconds and was ended")
        output.seek(0)
        complaints.seek(0)
        return Done(process.returncode, output.read(OUTPUT), complaints.read(OUTPUT))


def _end(group: int, late: threading.Event | None = None) -> None:
    if late is not None:
        late.set()
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _environment(scratch: Path, workspace: str) -> dict[str, str]:
    settings = scratch / "settings.tfrc"
    settings.touch()
    return {
        "HOME": str(scratch / "home"),
        "TMPDIR": str(scratch),
        "PATH": os.devnull,
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
        "TF_INPUT": "0",
        "TF_CLI_CONFIG_FILE": str(settings),
        "TF_DATA_DIR": str(scratch / "data"),
        "TF_WORKSPACE": workspace,
        "GOGC": "off",  # a plan ends before its garbage matters
        "GOMEMLIMIT": "1GiB",
    }


def _limit(pid: int) -> None:
    if hasattr(resource, "prlimit"):  # Linux only
        with suppress(ProcessLookupError, PermissionError):
            resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
