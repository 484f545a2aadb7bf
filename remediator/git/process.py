"""Runs git: its own environment, nobody's configuration, no hooks, no prompts, no transport that runs commands."""

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

from remediator.git.failures import GitError, sentence
from remediator.git.names import redact

LOCAL_SECONDS = 900.0
NETWORK_SECONDS = 3600.0

_TRANSPORTS = "https:http:ssh:git:file"
"""What a command that talks to a repository may use; one that does not may use none, so nothing is fetched unasked."""
_ALONE = {"GIT_ALLOW_PROTOCOL": "none"}
_KEPT = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_EXEC_PATH")
_HELPED = "REMEDIATOR_GIT_TOKEN"
_HELPER = f'!f() {{ test "$1" != get || printf "username=x-access-token\\npassword=%s\\n" "${_HELPED}"; }}; f'
_OPTIONS = (
    "--no-pager",
    "-c", "protocol.ext.allow=never",
    "-c", "core.hooksPath=/dev/null",
    "-c", "core.fsmonitor=false",
    "-c", "core.attributesFile=/dev/null",
    "-c", "core.quotePath=false",
    "-c", "credential.helper=",
    "-c", "gc.autoDetach=false",
    "-c", "maintenance.auto=false",
    "-c", "commitGraph.generationVersion=1",  # to count version 2, dates near 2^64 keep git 2.39 busy for ever
    "-c", "i18n.commitEncoding=UTF-8",
    "-c", "i18n.logOutputEncoding=UTF-8",
    "-c", "log.showSignature=false",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """Where a command talks to, for its error sentences, and the environment variable that holds the token for it.

    Tokens that are made as they are needed come from `lender`, in place of a variable.
    """

    where: str
    token_env: str | None = None
    lender: Callable[[], str] | None = None

    @property
    def token(self) -> str | None:
        """The token, where the variable is set and the URL is one that may carry it: https, or http on this machine."""
        parts = urlsplit(self.where)
        loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme == "https" or (parts.scheme == "http" and loopback):
            return self.lender() if self.lender else os.environ.get(self.token_env or "") or None
        return None


def environment(access: Access, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment git gets: this process's without any GIT_ variable but those of transport, and ours."""
    env = {k: v for k, v in os.environ.items() if k in _KEPT or not k.startswith(("GIT_", "SSH_ASKPASS", _HELPED))}
    env.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
    env |= {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": _TRANSPORTS,
        "LC_ALL": "C",
    }
    if token := access.token:
        env[_HELPED] = token
    return env | dict(extra or {})


def run(
    repository: Path | None,
    arguments: Sequence[str],
    access: Access | None = None,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    accept: Sequence[int] = (0,),
    timeout: float = LOCAL_SECONDS,
) -> tuple[int, bytes]:
    """The exit code and output of one git command in a bare repository (None: in none); `timeout` is in seconds.

    Only with an `access` may it talk to another repository.
    Raises GitError, worded for a person, for an exit code that is not accepted.
    """
    alone = {} if access else _ALONE
    access = access or Access(str(repository or arguments[-1]))
    pipe = subprocess.PIPE
    surroundings = environment(access, alone | dict(env or {}))
    command = _command(repository, [*(_credentials(access.where) if _HELPED in surroundings else ()), *arguments])
    with _started(command, surroundings, pipe, pipe) as process:
        try:
            output, complaints = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired as error:
            raise GitError(_late(arguments, access, timeout)) from error
    if process.returncode not in accept:
        raise _failure(complaints, arguments, access)
    return process.returncode, output


@contextmanager
def stream(
    repository: Path, arguments: Sequence[str], stdin: bytes = b"", timeout: float = LOCAL_SECONDS
) -> Iterator[IO[bytes]]:
    """The output of a git command as it comes; leaving the context before its end kills the command.

    Raises GitError on leaving, where git failed before its output was read to the end.
    """
    access = Access(str(repository))
    with tempfile.TemporaryFile() as questions, tempfile.TemporaryFile() as complaints:
        # Files, not pipes: git can neither be starved by a full error pipe nor deadlock on its input.
        questions.write(stdin)
        questions.seek(0)
        late = threading.Event()
        with _started(_command(repository, arguments), environment(access, _ALONE), questions, complaints) as process:

            def stop() -> None:
                late.set()
                _stop(process)

            alarm = threading.Timer(timeout, stop)
            alarm.daemon = True
            alarm.start()
            try:
                output = cast("IO[bytes]", process.stdout)
                yield output
                ended = not output.read(1)
                if ended:
                    process.wait()
            finally:
                alarm.cancel()
        if late.is_set():
            raise GitError(_late(arguments, access, timeout))
        if ended and process.returncode != 0:
            complaints.seek(0)
            raise _failure(complaints.read(), arguments, access)


@contextmanager
def _started(
    command: Sequence[str], env: Mapping[str, str], stdin: IO[bytes] | int, stderr: IO[bytes] | int
) -> Iterator[subprocess.Popen[bytes]]:
    """A running command that does not outlive the context, nor does anything that it started."""
    try:
        process = subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=env, bufsize=1 << 20, process_group=0
        )
    except FileNotFoundError as error:
        raise GitError("git is not installed, or not on PATH; install git 2.45.1 or newer") from error
    try:
        yield process
    finally:
        if process.returncode is None:
            _stop(process)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
        process.wait()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Kills git along with its helpers (ssh, upload-pack), which would hold its pipes open."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _command(repository: Path | None, arguments: Sequence[str]) -> list[str]:
    # --git-dir and not -C: a directory that is no repository must fail, not be looked for further up.
    place = [] if repository is None else [f"--git-dir={repository}"]
    return ["git", *place, *_OPTIONS, *arguments]


def _credentials(url: str) -> Sequence[str]:
    """How git gets the token: by a helper for that host alone; a header of ours would follow every redirect."""
    parts = urlsplit(url)
    return ("-c", f"credential.{parts.scheme}://{parts.netloc.rpartition('@')[2]}.helper={_HELPER}")


def _verb(arguments: Sequence[str]) -> str:
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument == "-c":
            skip = True
        elif not argument.startswith("-"):
            return argument
    return ""


def _late(arguments: Sequence[str], access: Access, timeout: float) -> str:
    return f"git {_verb(arguments)} of {redact(access.where)} took longer than {timeout:.0f} s and was stopped"


def _failure(stderr: bytes, arguments: Sequence[str], access: Access) -> GitError:
    text = redact(stderr.decode("utf-8", "replace"))
    if token := access.token:
        text = text.replace(token, "***")
    return GitError(sentence(text, _verb(arguments), access.where, access.token_env))
