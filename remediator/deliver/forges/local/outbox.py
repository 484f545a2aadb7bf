"""The files of a local forge: one for each pull request and issue, written whole under a lock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, Literal, TypeVar

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from remediator import files
from remediator.errors import RemediatorError


class CommentFile(BaseModel):
    """Our comment on a topic."""

    model_config = ConfigDict(frozen=True)

    topic: str
    text: str


class PullFile(BaseModel):
    """`STATE_DIR/outbox/pulls/<number>.json`; other programs read it, people edit `state`.

    `comments` and `auto_merge` are written only where they say something.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    repo: str
    base: str
    head: str
    title: str
    body: str
    labels: tuple[str, ...]
    assignees: tuple[str, ...]
    reviewers: tuple[str, ...]
    draft: bool
    state: Literal["open", "closed", "merged"]
    plan_ids: tuple[str, ...]
    comments: tuple[CommentFile, ...] = ()
    auto_merge: bool = False

    @property
    def page(self) -> str:
        """It as a page to read, with what was said about it."""
        said = "".join(f"\n---\n\n{comment.text}\n" for comment in self.comments)
        return f"# {self.title}\n\n`{self.repo}`: `{self.head}` → `{self.base}`\n\n{self.body}\n{said}"


class IssueFile(BaseModel):
    """`STATE_DIR/outbox/issues/<number>.json`; people tick boxes in `body`."""

    model_config = ConfigDict(frozen=True)

    number: int
    repo: str
    topic: str
    title: str
    body: str
    labels: tuple[str, ...]
    state: Literal["open", "closed"]

    @property
    def page(self) -> str:
        """It as a page to read."""
        return f"# {self.title}\n\n{self.body}\n"


EntryT = TypeVar("EntryT", PullFile, IssueFile)


class Outbox(Generic[EntryT]):
    """A folder of such files; `kind` is what a mistaken one is called in errors."""

    def __init__(self, folder: Path, read: Callable[[bytes], EntryT], kind: str) -> None:
        self._folder, self._kind = folder, kind
        self._validated: Callable[[bytes], EntryT] = read

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else of ours writes meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / ".lock"):
            yield

    def path(self, number: int) -> Path:
        """Where one lies."""
        return self._folder / f"{number}.json"

    def entries(self, repository: str) -> tuple[EntryT, ...]:
        """Those of a repository, oldest first."""
        return tuple(entry for entry in self._all() if entry.repo == repository)

    def get(self, repository: str, reference: str) -> EntryT:
        """One of them; raises RemediatorError where it is not there."""
        found = next((entry for entry in self.entries(repository) if str(entry.number) == reference), None)
        if found is None:
            raise RemediatorError(f"{self._folder} holds no {self._kind} {reference} of {repository}")
        return found

    def next_number(self) -> int:
        """The number of the next one."""
        return max((entry.number for entry in self._all()), default=0) + 1

    def write(self, entry: EntryT) -> bool:
        """Write the page, then the file, each where it differs; whether anything was written."""
        path = self.path(entry.number)
        unset = {name for name in ("comments", "auto_merge") if not getattr(entry, name, True)}
        page = files.write(path.with_suffix(".md"), entry.page.encode())
        return files.write(path, (entry.model_dump_json(indent=2, exclude=unset) + "\n").encode()) or page

    def _all(self) -> tuple[EntryT, ...]:
        return tuple(sorted(map(self._read, self._folder.glob("*.json")), key=lambda entry: entry.number))

    def _read(self, path: Path) -> EntryT:
        try:
            return self._validated(path.read_bytes())
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise RemediatorError(
                f"{path} is not a {self._kind} of ours ({'.'.join(map(str, first['loc']))}: {first['msg']}); "
                "put back what was edited; `state` may be open, closed or merged"
            ) from error
        except OSError as error:
            raise RemediatorError(f"{path} cannot be read ({error.strerror}); make it readable") from error
