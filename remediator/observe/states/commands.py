"""A state that a command prints, such as `terraform state pull`: no shell, few variables, bounded time."""

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from remediator.config import RootConfig
from remediator.errors import RemediatorError
from remediator.observe.states.streams import CHUNK, StateStream

__all__ = ["SECONDS", "from_command"]

SECONDS = 600.0
"""From the start of the command to its end."""

_KEPT = ("PATH", "HOME")
_QUIET = {"LC_ALL": "C", "TF_IN_AUTOMATION": "1", "TF_INPUT": "0", "CHECKPOINT_DISABLE": "1"}
_SHOWN = 200
"""Characters of its last complaint that an error repeats."""


@contextmanager
def from_command(root: RootConfig) -> Iterator[StateStream]:
    """What a root's `state_command` prints; what it may leave behind is ended with it.

    Raises RemediatorError where it cannot be started, fails or takes too long.
    """
    with tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(
                root.state_command,
                cwd=root.state_command_dir,
                env=_environment(root),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "an argument holds a NUL byte"
            raise RemediatorError(
                f"{_name(root.state_command)} cannot be started in {root.state_command_dir} ({reason}); check "
                f"state_command and state_command_dir of root '{root.path}'"
            ) from error
        late = threading.Event()
        timer = threading.Timer(SECONDS, _end, (process.pid, late))
        timer.start()
        try:
            yield StateStream(
                _printed(process, complaints, timer, late, f"{_name(root.state_command)} for root '{root.path}'")
            )
        finally:
            timer.cancel()
            timer.join()
            if process.returncode is None:
                _end(process.pid)
            if process.stdout:
                process.stdout.close()
            process.wait()


def _printed(
    process: "subprocess.Popen[bytes]",
    complaints: IO[bytes],
    timer: threading.Timer,
    late: threading.Event,
    what: str,
) -> Iterator[bytes]:
    while process.stdout and (chunk := process.stdout.read(CHUNK)):
        yield chunk
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    timer.cancel()
    timer.join()
    _end(process.pid)  # what it may have left behind, while its id is still its own
    code = process.wait()
    if late.is_set():
        raise RemediatorError(f"{what} took longer than {SECONDS:.0f} seconds and was ended; run it by hand to see why")
    if code:
        raise RemediatorError(f"{what} failed with code {code}{_complaint(complaints)}; run it by hand to see why")


def _complaint(complaints: IO[bytes]) -> str:
    complaints.seek(0, os.SEEK_END)
    complaints.seek(max(0, complaints.tell() - 10 * CHUNK // 1024))
    lines = complaints.read().decode("utf-8", "replace").splitlines()
    texts = ["".join(c for c in line if c.isprintable()).strip() for line in lines]
    said = next((text for text in texts if text.startswith("Error")), next(reversed([t for t in texts if t]), ""))
    return f" (“{said[:_SHOWN]}”)" if said else ""


def _environment(root: RootConfig) -> dict[str, str]:
    missing = next((name for name in root.state_env if name not in os.environ), None)
    if missing is not None:
        raise RemediatorError(
            f"the environment variable {missing}, which state_env of root '{root.path}' names, is not set; set it"
        )
    return {name: os.environ[name] for name in (*_KEPT, *root.state_env) if name in os.environ} | _QUIET


def _name(command: Sequence[str]) -> str:
    """The program's name alone, since arguments may hold anything."""
    return f"`{Path(command[0]).name}`"


def _end(group: int, late: threading.Event | None = None) -> None:
    if late is not None:
        late.set()
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
