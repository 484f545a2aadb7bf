"""The histories of the demo's repositories, rendered as `git fast-import` streams."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.parser import HeaderParser
from email.utils import parseaddr
from importlib.resources import files
from importlib.resources.abc import Traversable

_HEADER = "COMMIT"


@dataclass(frozen=True, slots=True)
class Step:
    """A commit of the demo: who, how many days ago, what it says, what it writes and removes.

    With `merge` the commit is made on a branch and merged by `merged_by` under that subject.
    """

    author: str
    days: int
    message: str
    writes: tuple[tuple[str, bytes], ...]
    removes: tuple[str, ...]
    merge: str | None
    merged_by: str


def steps(repository: str) -> tuple[Step, ...]:
    """The commits of one of the demo's repositories, oldest first, from the folders under `estate/`."""
    home = files("remediator.demo").joinpath("estate", repository)
    return tuple(_step(folder) for folder in sorted(home.iterdir(), key=lambda f: f.name) if folder.is_dir())


def _step(folder: Traversable) -> Step:
    header = HeaderParser().parsestr(folder.joinpath(_HEADER).read_text("utf-8"))
    return Step(
        author=header["author"],
        days=int(header["days"]),
        message=str(header.get_payload()),
        writes=tuple((path, content) for path, content in _contents(folder, "") if path != _HEADER),
        removes=tuple((header["remove"] or "").split()),
        merge=header["merge"],
        merged_by=header["merged-by"] or header["author"],
    )


def _contents(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            found += _contents(entry, f"{prefix}{entry.name}/")
        else:
            found.append((prefix + entry.name, entry.read_bytes()))
    return found


def stream(repository: str, now: datetime) -> bytes:
    """The fast-import stream of a repository whose last commit lies as many days before `now` as its folder says."""
    parts: list[bytes] = []
    mark = 0
    for step in steps(repository):
        mark += 1
        before, at = mark - 1, now - timedelta(days=step.days)
        branch = "refs/heads/topic" if step.merge else "refs/heads/main"
        parts.append(_commit(branch, mark, step.author, at, step.message, before, None, step))
        if step.merge:
            mark += 1
            merged = at + timedelta(hours=3)
            parts.append(_commit("refs/heads/main", mark, step.merged_by, merged, step.merge, before, mark - 1, step))
    parts.append(b"reset refs/heads/topic\nfrom 0000000000000000000000000000000000000000\n\n")
    return b"".join(parts)


def _commit(
    branch: str, mark: int, author: str, at: datetime, message: str, before: int, merged: int | None, step: Step
) -> bytes:
    name, address = parseaddr(author)
    person = f"{author.partition(' <')[0] or name} <{address}> {int(at.timestamp())} +0000"
    text = message.encode()
    lines = [f"commit {branch}\nmark :{mark}\nauthor {person}\ncommitter {person}\n".encode(), _data(text)]
    if before:
        lines.append(f"from :{before}\n".encode())
    if merged:
        lines.append(f"merge :{merged}\n".encode())
    lines += [f"D {path}\n".encode() for path in step.removes]
    for path, content in step.writes:
        lines += [f"M 100644 inline {path}\n".encode(), _data(content)]
    return b"".join([*lines, b"\n"])


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)
