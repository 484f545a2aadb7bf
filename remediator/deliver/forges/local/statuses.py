"""What was said of commits: `STATE_DIR/outbox/statuses/<commit>.json`, a state and a description by context."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel, ValidationError

from remediator import files
from remediator.deliver.protocols import StatusState
from remediator.errors import RemediatorError
from remediator.git.names import checked_id


class StatusFile(BaseModel):
    """One status of a commit."""

    model_config = ConfigDict(frozen=True)

    state: StatusState
    description: str


class _StatusesFile(RootModel[dict[str, StatusFile]]):
    pass


class Statuses:
    """The statuses of one outbox."""

    def __init__(self, outbox: Path) -> None:
        self._folder = outbox / "statuses"

    def set(self, sha: str, context: str, state: StatusState, description: str) -> bool:
        """Make sure that a commit has this status; whether anything was written."""
        there = self._read(sha)
        status = StatusFile(state=state, description=description)
        text = _StatusesFile({**there, context: status}).model_dump_json(indent=2) + "\n"
        return files.write(self._path(sha), text.encode())

    def checks(self, sha: str) -> Literal["pending", "success", "failure"] | None:
        """All statuses of a commit in one word, or None where there are none."""
        states = {status.state for status in self._read(sha).values()}
        if states & {"failure", "error"}:
            return "failure"
        return "pending" if "pending" in states else "success" if states else None

    def passed(self, sha: str) -> tuple[str, ...]:
        """The contexts that say success."""
        return tuple(context for context, status in self._read(sha).items() if status.state == "success")

    def _path(self, sha: str) -> Path:
        return self._folder / f"{checked_id(sha)}.json"

    def _read(self, sha: str) -> dict[str, StatusFile]:
        path = self._path(sha)
        try:
            return _StatusesFile.model_validate_json(path.read_bytes()).root
        except FileNotFoundError:
            return {}
        except (OSError, ValidationError) as error:
            raise RemediatorError(f"{path} cannot be read as statuses of ours; put back what was edited") from error
