"""A tracker of files: tickets in an outbox, answered by hand."""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from remediator import files
from remediator.deliver.markers import LABEL, read_labels
from remediator.deliver.protocols import Ticket, TicketDraft
from remediator.errors import RemediatorError
from remediator.model import RequestState

_STATES = {"open": RequestState.OPEN, "done": RequestState.MERGED, "merged": RequestState.MERGED}


_OPTIONAL = ("epic", "links", "comments", "ended")
"""Fields that are written only where they say something."""


class CommentFile(BaseModel):
    """Our comment on a topic."""

    model_config = ConfigDict(frozen=True)

    topic: str
    text: str


class LinkFile(BaseModel):
    """A page that a ticket links to."""

    model_config = ConfigDict(frozen=True)

    url: str
    title: str


class TicketFile(BaseModel):
    """`STATE_DIR/outbox/tickets/<key>.json`; other programs read it, people edit `state`."""

    model_config = ConfigDict(frozen=True)

    key: str
    project: str
    summary: str
    description: str
    assignee: str | None
    labels: tuple[str, ...]
    components: tuple[str, ...]
    state: Literal["open", "closed", "done", "merged"]
    plan_ids: tuple[str, ...]
    attachments: tuple[str, ...]
    epic: str | None = None
    links: tuple[LinkFile, ...] = ()
    comments: tuple[CommentFile, ...] = ()
    ended: bool = False

    @property
    def page(self) -> str:
        """It as a page to read, with its links and what was said about it."""
        links = "".join(f"\n- [{link.title}]({link.url})" for link in self.links)
        said = "".join(f"\n---\n\n{comment.text}\n" for comment in self.comments)
        return f"# {self.key}: {self.summary}\n\n{self.description}\n{links and links + chr(10)}{said}"


class LocalTracker:
    """The tickets of one outbox; `done` means that what it asks for was done, `closed` that it will not be."""

    markup = "ticket.md"

    def __init__(self, outbox: Path, project: str) -> None:
        self._tickets, self.project = outbox / "tickets", project

    def where(self, reference: str) -> str:
        """The ticket's file."""
        return str(self._tickets / f"{reference}.json")

    def find(self, fingerprints: Collection[str], patient: bool = False) -> Ticket | None:
        """The oldest ticket that shares a fingerprint; an open one first."""
        found = [t for t in map(self._ticket, self._files()) if not set(fingerprints).isdisjoint(t.fingerprints)]
        return next((t for t in found if t.state is RequestState.OPEN), found[0] if found else None)

    def ticket(self, reference: str) -> Ticket | None:
        """The ticket of a key; None where there is none."""
        return next((self._ticket(file) for file in self._files() if file.key == reference), None)

    def ensure_ticket(self, draft: TicketDraft) -> Ticket:
        """The ticket of the draft's fingerprints, written where no open one is there."""
        self._tickets.mkdir(parents=True, exist_ok=True)
        with FileLock(self._tickets / ".lock"):
            there = self.find(draft.marker.fingerprints)
            if there is not None and there.state is RequestState.OPEN:
                return there
            file = self._new(draft)
            self._write(file)
            return self._ticket(file)

    def states(self, references: Collection[str]) -> Mapping[str, RequestState]:
        """What the files say."""
        return {file.key: self._ticket(file).state for file in self._files() if file.key in references}

    def ours(self) -> tuple[Ticket, ...]:
        """Every ticket in the outbox for the project, oldest first."""
        return tuple(map(self._ticket, self._files()))

    def rewrite(self, reference: str, summary: str, description: str) -> bool:
        """Set what the ticket says, where that differs and nobody edited what was written last."""

        def edit(file: TicketFile) -> TicketFile:
            return file.model_copy(update={"summary": summary, "description": description})

        return self._edit(reference, edit)

    def say(self, reference: str, topic: str, text: str) -> bool:
        """Make sure that our one comment on a topic reads so, in its place."""

        def edit(file: TicketFile) -> TicketFile:
            comment = CommentFile(topic=topic, text=text)
            same = any(c.topic == topic for c in file.comments)
            edited = tuple(comment if c.topic == topic else c for c in file.comments)
            return file.model_copy(update={"comments": edited if same else (*edited, comment)})

        return self._edit(reference, edit)

    def end(self, reference: str) -> bool:
        """Set its state to done, unless a person opened it again after we did."""

        def edit(file: TicketFile) -> TicketFile:
            return (
                file if file.ended or file.state != "open" else file.model_copy(update={"state": "done", "ended": True})
            )

        return self._edit(reference, edit)

    def reopen(self, reference: str) -> bool:
        """Set its state to open again."""

        def edit(file: TicketFile) -> TicketFile:
            return file if file.state == "open" else file.model_copy(update={"state": "open", "ended": False})

        return self._edit(reference, edit)

    def link(self, reference: str, url: str, title: str) -> bool:
        """Make sure that the ticket links to a page, once."""

        def edit(file: TicketFile) -> TicketFile:
            rest = tuple(link for link in file.links if link.url != url)
            return file.model_copy(update={"links": (*rest, LinkFile(url=url, title=title))})

        return self._edit(reference, edit)

    def _edit(self, reference: str, edit: Callable[[TicketFile], TicketFile]) -> bool:
        self._tickets.mkdir(parents=True, exist_ok=True)
        with FileLock(self._tickets / ".lock"):
            file = next((file for file in self._files() if file.key == reference), None)
            if file is None:
                raise RemediatorError(f"{self._tickets} holds no ticket {reference}")
            page = self._page(file).read_text("utf-8") if self._page(file).exists() else ""
            edited = edit(file)
            # The page is as we wrote it last: a file that differs from it was edited by a person, whose text stays.
            is_ours = page in ("", file.page, edited.page)
            return edited != file and self._write(edited if is_ours else _with_text_of(file, edited), is_ours)

    def _write(self, file: TicketFile, page: bool = True) -> bool:
        path = self._tickets / f"{file.key}.json"
        unset = {name for name in _OPTIONAL if not getattr(file, name)}
        if page:
            files.write(self._page(file), file.page.encode())
        return files.write(path, (file.model_dump_json(indent=2, exclude=unset) + "\n").encode())

    def _page(self, file: TicketFile) -> Path:
        return self._tickets / f"{file.key}.md"

    def _new(self, draft: TicketDraft) -> TicketFile:
        return TicketFile(
            key=f"{self.project}-{max((_number(f.key) for f in self._files()), default=0) + 1}",
            project=draft.project,
            summary=draft.summary,
            description=draft.description,
            assignee=draft.assignee,
            labels=draft.labels,
            components=draft.components,
            state="open",
            plan_ids=(draft.marker.plan_id,),
            attachments=tuple(map(str, draft.attachments)),
            epic=draft.epic or (draft.group.title if draft.group else None),
        )

    def _files(self) -> tuple[TicketFile, ...]:
        found = (_read(path) for path in self._tickets.glob("*.json"))
        return tuple(sorted((f for f in found if f.project == self.project), key=lambda file: _number(file.key)))

    def _ticket(self, file: TicketFile) -> Ticket:
        state = _STATES.get(file.state, RequestState.CLOSED)
        plan_id = file.plan_ids[0] if file.plan_ids else None
        rule = next((label for label in file.labels if label != LABEL and not read_labels((label,))), None)
        return Ticket(file.key, self.where(file.key), state, read_labels(file.labels), plan_id=plan_id, rule=rule)


def _with_text_of(file: TicketFile, edited: TicketFile) -> TicketFile:
    return edited.model_copy(update={"summary": file.summary, "description": file.description})


def _number(key: str) -> int:
    tail = key.rpartition("-")[2]
    return int(tail) if tail.isdecimal() else 0


def _read(path: Path) -> TicketFile:
    try:
        return TicketFile.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise RemediatorError(
            f"{path} is not a ticket of ours ({'.'.join(map(str, first['loc']))}: {first['msg']}); "
            "put back what was edited; `state` may be open, closed or done"
        ) from error
    except OSError as error:
        raise RemediatorError(f"{path} cannot be read ({error.strerror}); make it readable") from error
