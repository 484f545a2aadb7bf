"""A tracker of files: tickets in an outbox, answered by hand."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from remediator import files
from remediator.deliver.markers import read_labels
from remediator.deliver.protocols import Ticket, TicketDraft
from remediator.errors import RemediatorError
from remediator.model import RequestState

_STATES = {"open": RequestState.OPEN, "done": RequestState.MERGED, "merged": RequestState.MERGED}


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

    def ensure_ticket(self, draft: TicketDraft) -> Ticket:
        """The ticket of the draft's fingerprints, written where no open one is there."""
        self._tickets.mkdir(parents=True, exist_ok=True)
        with FileLock(self._tickets / ".lock"):
            there = self.find(draft.marker.fingerprints)
            if there is not None and there.state is RequestState.OPEN:
                return there
            file = self._new(draft)
            path = self._tickets / f"{file.key}.json"
            files.write(path.with_suffix(".md"), f"# {file.key}: {file.summary}\n\n{file.description}\n".encode())
            files.write(path, (file.model_dump_json(indent=2) + "\n").encode())
            return self._ticket(file)

    def states(self, references: Collection[str]) -> Mapping[str, RequestState]:
        """What the files say."""
        return {file.key: self._ticket(file).state for file in self._files() if file.key in references}

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
        )

    def _files(self) -> tuple[TicketFile, ...]:
        found = (_read(path) for path in self._tickets.glob("*.json"))
        return tuple(sorted((f for f in found if f.project == self.project), key=lambda file: _number(file.key)))

    def _ticket(self, file: TicketFile) -> Ticket:
        state = _STATES.get(file.state, RequestState.CLOSED)
        return Ticket(file.key, self.where(file.key), state, read_labels(file.labels))


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
