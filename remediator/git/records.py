"""Reads commits: who, when, and what their messages say."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from remediator.git.clones import Clone
from remediator.git.names import checked_id
from remediator.git.process import run

_FIELDS = ("%H", "%P", "%aN", "%aE", "%ct", "%s", "%(trailers:only,unfold,separator=%x1f)", "%b")
_FORMAT = f"--format={'%x00'.join(_FIELDS)}%x00"
MERGED = 200
"""Commits of one merged branch that are read at most."""

_BODY = 10_000
"""Characters of a message that are read at its beginning, and at its end, where GitLab and AI tools leave a line."""
_GITHUB_MERGE = re.compile(r"Merge pull request #(\d+) from ")
_SQUASH = re.compile(r"\(#(\d+)\)\s*$")
_GITLAB_MERGE = re.compile(r"^See merge request (?:\S*[^\s!])?!(\d+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RawCommit:
    """A commit as git has it, names by .mailmap; `trailers` pairs each key with its value."""

    sha: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    committed_at: datetime
    subject: str
    trailers: tuple[tuple[str, str], ...]
    body: str

    @property
    def pull_request(self) -> int | None:
        """The number of the request it came by, as GitHub's and GitLab's merges and squashes write it."""
        found = (
            _GITHUB_MERGE.match(self.subject)
            or _SQUASH.search(self.subject)
            or _last(_GITLAB_MERGE.finditer(self.body))
        )
        return int(found[1][:12]) if found else None


def read_commits(clone: Clone, shas: Sequence[str]) -> tuple[RawCommit, ...]:
    """The commits in the order asked for, read by one process. Raises RemediatorError where one does not exist."""
    if not shas:
        return ()
    questions = "".join(f"{checked_id(sha)}\n" for sha in dict.fromkeys(shas)).encode()
    _, output = run(clone.path, [*_log(clone), "--no-walk=unsorted", "--stdin"], stdin=questions)
    by_sha = {commit.sha: commit for commit in _parse(output)}
    return tuple(by_sha[sha] for sha in shas)


def merged_commits(clone: Clone, merge: RawCommit) -> tuple[RawCommit, ...]:
    """The commits that a merge brought in, newest first, without merges among them; none where it is no merge.

    Of a long branch only the newest are read, MERGED of them.
    """
    if len(merge.parents) < 2:
        return ()
    first, *others = merge.parents
    command = [*_log(clone), "--no-merges", f"--max-count={MERGED}", *others, f"^{first}"]
    return tuple(_parse(run(clone.path, command)[1]))


def line_commit(clone: Clone, merge: RawCommit, path: str, line: int) -> str:
    """The commit among those a merge brought in that last changed a line of it; the merge where it did so itself.

    Who only changed its white space, as formatters do, did not change it.
    """
    revisions = f"{merge.parents[0]}..{merge.sha}"
    # --root: the first commit of a history that was joined to this one wrote its lines, and bounds nothing.
    command = ["blame", "--root", "-w", "--porcelain", "--no-textconv", f"-L{line},{line}", revisions, "--", path]
    _, output = run(clone.path, ["-c", "blame.ignoreRevsFile=", *command])
    sha, _, facts = output.partition(b" ")
    boundary = b"\nboundary\n" in facts.partition(b"\n\t")[0] + b"\n"
    return merge.sha if boundary else sha.decode()


def _log(clone: Clone) -> list[str]:
    return ["-c", f"mailmap.blob={clone.head}:.mailmap", "log", "--no-color", _FORMAT]


def _parse(output: bytes) -> Iterator[RawCommit]:
    fields = iter(output.decode("utf-8", "replace").split("\0"))
    while len(record := list(islice(fields, len(_FIELDS)))) == len(_FIELDS):
        sha, parents, name, email, when, subject, trailers, body = record
        yield RawCommit(
            sha.strip(),
            tuple(parents.split()),
            "" if name == "%aN" else name,  # as git writes it where a commit has no author
            "" if email == "%aE" else email,
            _when(when),
            subject,
            tuple(_trailer(line) for line in trailers.split("\x1f") if ":" in line),
            body if len(body) <= 2 * _BODY else f"{body[:_BODY]}\n{body[1 - _BODY :]}",
        )


def _when(seconds: str) -> datetime:
    # Whoever writes a commit chooses its date, one beyond the calendar too.
    return datetime.fromtimestamp(min(int(seconds or 0), 253_402_300_799), UTC)


def _trailer(line: str) -> tuple[str, str]:
    key, _, value = line.partition(":")
    return key.strip(), value.strip()


def _last(matches: Iterator[re.Match[str]]) -> re.Match[str] | None:
    return next(reversed(list(matches)), None)
