"""A forge of files: pull requests in an outbox, answered by hand or by merging the branch in git."""

from collections.abc import Collection
from pathlib import Path
from typing import Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from remediator import files
from remediator.deliver import choice
from remediator.deliver.markers import identify
from remediator.deliver.protocols import BranchCommit, PullDraft, PullRequest
from remediator.errors import RemediatorError
from remediator.git.clones import Clone
from remediator.git.commits import is_ancestor
from remediator.git.revisions import blob_at, changed_files, committer
from remediator.model import RequestState


class PullFile(BaseModel):
    """`STATE_DIR/outbox/pulls/<number>.json`; other programs read it, people edit `state`."""

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


class LocalForge:
    """The pull requests of one outbox; `clone` shows whether a branch was merged in git."""

    def __init__(self, outbox: Path, clone: Clone | None) -> None:
        self._pulls, self._clone = outbox / "pulls", clone
        self._merges: dict[str, bool] = {}

    def ours(self, repository: str) -> tuple[PullRequest, ...]:
        """Every pull request in the outbox for a repository, oldest first."""
        found = (self._request(file) for file in self._files() if file.repo == repository)
        return tuple(request for request in found if request is not None)

    def find(self, repository: str, fingerprints: Collection[str], head: str) -> PullRequest | None:
        """The pull request that shares a fingerprint or comes from the branch; an open one first, then the newest."""
        return choice.newest(self.ours(repository), fingerprints, head)

    def ensure_pull(self, draft: PullDraft) -> PullRequest:
        """The open pull request of the draft's branch, written where it is not there."""
        self._pulls.mkdir(parents=True, exist_ok=True)
        with FileLock(self._pulls / ".lock"):
            there = [f for f in self._files() if (f.repo, f.head, f.state) == (draft.repository, draft.head, "open")]
            still_open = [f for f in there if not self._is_settled(f)]
            for merged in (f for f in there if f not in still_open):
                self._write(merged.model_copy(update={"state": "merged"}))
            file = still_open[0] if still_open else self._new(draft)
            text = f"# {file.title}\n\n`{file.repo}`: `{file.head}` → `{file.base}`\n\n{file.body}\n"
            files.write(self._path(file.number).with_suffix(".md"), text.encode())
            self._write(file)
        path = self._path(file.number)
        return PullRequest(str(file.number), str(path), file.head, RequestState.OPEN, draft.marker)

    def commit(self, repository: str, branch: str, commit: BranchCommit) -> str | None:
        """None: commits are pushed by git."""
        return None

    def state(self, repository: str, reference: str) -> RequestState | None:
        """What the file says, or merged where the branch was merged in git."""
        found = (request.state for request in self.ours(repository) if request.reference == reference)
        return next(found, None)

    def _new(self, draft: PullDraft) -> PullFile:
        return PullFile(
            number=max((file.number for file in self._files()), default=0) + 1,
            repo=draft.repository,
            base=draft.base,
            head=draft.head,
            title=draft.title,
            body=draft.body,
            labels=draft.labels,
            assignees=draft.assignees,
            reviewers=draft.reviewers,
            draft=draft.draft,
            state="open",
            plan_ids=(draft.marker.plan_id,),
        )

    def _is_settled(self, file: PullFile) -> bool:
        """Whether a file that says open was merged in git meanwhile; its branch may then carry a new request."""
        request = self._request(file)
        return request is not None and request.state is not RequestState.OPEN

    def _write(self, file: PullFile) -> None:
        files.write(self._path(file.number), (file.model_dump_json(indent=2) + "\n").encode())

    def _path(self, number: int) -> Path:
        return self._pulls / f"{number}.json"

    def _files(self) -> tuple[PullFile, ...]:
        return tuple(sorted((_read(path) for path in self._pulls.glob("*.json")), key=lambda file: file.number))

    def _request(self, file: PullFile) -> PullRequest | None:
        marker = identify(file.body, file.head)
        if marker is None:
            return None
        state = RequestState(file.state)
        if state is RequestState.OPEN and marker.commit and self._is_merged(marker.commit):
            state = RequestState.MERGED
        return PullRequest(str(file.number), str(self._path(file.number)), file.head, state, marker)

    def _is_merged(self, commit: str) -> bool:
        """Whether the base holds the commit, or what it wrote, as after a squash; git is asked once."""
        if commit not in self._merges:
            self._merges[commit] = _holds(self._clone, commit)
        return self._merges[commit]


def _holds(clone: Clone | None, commit: str) -> bool:
    """Whether the base holds the commit, or what it wrote, as after a squash."""
    if clone is None or committer(clone, commit) is None:
        return False
    written = changed_files(clone, commit)
    return is_ancestor(clone, commit, clone.head) or (
        bool(written) and all(blob_at(clone, clone.head, path) == blob for path, blob in written.items())
    )


def _read(path: Path) -> PullFile:
    try:
        return PullFile.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise RemediatorError(
            f"{path} is not a pull request of ours ({'.'.join(map(str, first['loc']))}: {first['msg']}); "
            "put back what was edited; `state` may be open, closed or merged"
        ) from error
    except OSError as error:
        raise RemediatorError(f"{path} cannot be read ({error.strerror}); make it readable") from error
