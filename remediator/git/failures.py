"""What git says on its error stream, turned into sentences that say what to do."""

from dataclasses import dataclass

from remediator.errors import RemediatorError
from remediator.git.names import redact


class GitError(RemediatorError):
    """A git command that failed."""


SHALLOW = (
    "{where} is a shallow clone, which hides who wrote its lines; run `git fetch --unshallow` in it, "
    "or name the full one"
)
"""Why a repository without its whole history is refused, at `where`."""


@dataclass(frozen=True, slots=True)
class _Known:
    signs: tuple[str, ...]
    sentence: str


_TABLE = (
    _Known(
        (
            "authentication failed",
            "could not read username",
            "could not read password",
            "permission denied",
            "error: 403",
        ),
        "{where} refuses access; check {credentials}",
    ),
    _Known(
        ("repository not found", "does not appear to be a git repository", "not found", "no such file or directory"),
        "there is no git repository at {where} that the job can see; check its url, and {credentials}",
    ),
    _Known(
        ("dubious ownership",),
        "{where} belongs to another user of this machine, so git does not read it; run as its owner, or chown it",
    ),
    _Known(
        ("shallow update not allowed",),
        SHALLOW,
    ),
    _Known(
        (
            "could not read ",
            "did not send all necessary objects",
            "missing necessary objects",
            "possible repository corruption on the remote side",
        ),
        "{where} lacks objects of its own history, by damage or a graft; run `git fsck` in it, or name a whole copy",
    ),
    _Known(
        (
            "could not resolve host",
            "connection refused",
            "connection timed out",
            "unable to access",
            "could not connect",
        ),
        "{where} cannot be reached; check the url and the network",
    ),
    _Known(
        ("stale info", "non-fast-forward", "fetch first", "[rejected]"),
        "somebody else moved the branch at {where} since it was read; nothing was overwritten, run again",
    ),
    _Known(
        ("protected branch", "pre-receive hook declined", "[remote rejected]"),
        "{where} declined the push by a rule of its own; allow the job's user to push its branches there",
    ),
    _Known(("no space left",), "the disk is full while reading {where}; make room in state_dir"),
)


def sentence(stderr: str, what: str, where: str, token_env: str | None) -> str:
    """One sentence for a person: what went wrong at `where` and how to mend it.

    An answer that is not known is quoted, first line only.
    """
    said = stderr.replace(where, "").lower()
    credentials = (
        f"the token in the environment variable {token_env}" if token_env else "what the job may read and write there"
    )
    for known in _TABLE:
        if any(sign in said for sign in known.signs):
            return known.sentence.format(where=redact(where), credentials=credentials)
    lines = [line for line in redact(stderr).splitlines() if line.strip()]
    first = next((line for line in lines if line.startswith(("fatal:", "error:"))), lines[0] if lines else "no message")
    return f"git {what} failed at {redact(where)}: {first[:300]}"
