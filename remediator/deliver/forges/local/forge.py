"""The pull requests and issues of one outbox, as a forge."""

from collections.abc import Callable, Collection
from pathlib import Path

from remediator.deliver import choice
from remediator.deliver.boxes import REBUILD, is_ticked, left_out
from remediator.deliver.forges.local.issues import Issues
from remediator.deliver.forges.local.merges import Merges
from remediator.deliver.forges.local.outbox import CommentFile, Outbox, PullFile
from remediator.deliver.forges.local.statuses import Statuses
from remediator.deliver.forges.text import differ
from remediator.deliver.markers import LABEL, identify
from remediator.deliver.protocols import (
    BranchCommit,
    Issue,
    IssueDraft,
    PullDraft,
    PullRequest,
    Review,
    StatusState,
    Visibility,
)
from remediator.errors import RemediatorError
from remediator.git.branches import conflicts, delete_branch, foreign_commits
from remediator.git.clones import Clone
from remediator.git.commits import OURS, remote_head
from remediator.git.ours import Written, is_ours
from remediator.model import RequestState
from remediator.trace.absence import Absences, Unchecked


class LocalForge:
    """The pull requests of one outbox; `clone` shows whether a branch was merged in git, `ours` are our addresses."""

    def __init__(self, outbox: Path, clone: Clone | None, ours: frozenset[str] = OURS) -> None:
        self._ours = ours
        self._outbox, self._clone = Outbox(outbox / "pulls", PullFile.model_validate_json, "pull request"), clone
        self._issues, self._statuses = Issues(outbox), Statuses(outbox)
        self._merges = Merges(clone)

    def ours(self, repository: str) -> tuple[PullRequest, ...]:
        """Every pull request in the outbox for a repository, oldest first."""
        found = (self._request(file) for file in self._outbox.entries(repository))
        return tuple(request for request in found if request is not None)

    def visibility(self, repository: str) -> Visibility:
        """Private: whoever reads the outbox has the machine."""
        return "private"

    def find(self, repository: str, fingerprints: Collection[str], head: str) -> PullRequest | None:
        """The pull request that shares a fingerprint or comes from the branch; an open one first, then the newest."""
        return choice.newest(self.ours(repository), fingerprints, head)

    def ensure_pull(self, draft: PullDraft) -> PullRequest:
        """The open pull request of the draft's branch, written where it is not there."""
        with self._outbox.locked():
            there = [f for f in self._outbox.entries(draft.repository) if (f.head, f.state) == (draft.head, "open")]
            still_open = [f for f in there if self._state(f) is RequestState.OPEN]
            for merged in (f for f in there if f not in still_open):
                self._outbox.write(merged.model_copy(update={"state": "merged"}))
            file = still_open[0] if still_open else self._new(draft)
            self._outbox.write(file)
        path = self._outbox.path(file.number)
        return PullRequest(str(file.number), str(path), file.head, RequestState.OPEN, draft.marker)

    def state(self, repository: str, reference: str) -> RequestState | None:
        """What the file says, or merged where the branch was merged in git."""
        found = (request.state for request in self.ours(repository) if request.reference == reference)
        return next(found, None)

    def commit(self, repository: str, branch: str, commit: BranchCommit, over: bool = False) -> str | None:
        """None: commits are pushed by git."""
        return None

    def body(self, repository: str, reference: str) -> str:
        """The body as the file has it."""
        return self._outbox.get(repository, reference).body

    def rewrite(self, repository: str, reference: str, title: str, body: str) -> bool:
        """Set title and body where they differ."""

        def edit(file: PullFile) -> PullFile:
            same = not differ(file.title, title) and not differ(file.body, body)
            return file if same else file.model_copy(update={"title": title, "body": body})

        return self._edit(repository, reference, edit)

    def mark_draft(self, repository: str, reference: str, draft: bool) -> bool:
        """Make it a draft, or ready."""
        return self._edit(repository, reference, lambda file: file.model_copy(update={"draft": draft}))

    def say(self, repository: str, reference: str, topic: str, text: str) -> bool:
        """Make sure that our one comment on a topic reads so, in its place."""

        def edit(file: PullFile) -> PullFile:
            comment = CommentFile(topic=topic, text=text)
            same = any(c.topic == topic for c in file.comments)
            edited = tuple(comment if c.topic == topic else c for c in file.comments)
            return file.model_copy(update={"comments": edited if same else (*edited, comment)})

        return self._edit(repository, reference, edit)

    def close(self, repository: str, reference: str, reason: str) -> tuple[str, ...]:
        """Say why, close it, delete its branch; sentences on what was left as it is."""
        file = self._outbox.get(repository, reference)
        if self._state(file) is RequestState.MERGED:
            raise RemediatorError(f"{repository}: pull request {reference} is merged, so it is not closed")
        if file.state == "open":
            self.say(repository, reference, "closed", reason)
            self._edit(repository, reference, lambda there: there.model_copy(update={"state": "closed"}))
        if self._clone is None or not file.head.startswith(f"{LABEL}/"):
            return (f"the branch {file.head} is not ours, so it stays",)
        head = remote_head(self._clone, file.head)
        if head is None:
            return ()
        if foreign_commits(self._clone, head, self._ours):
            return (f"the branch {file.head} holds commits of others, so it stays",)
        delete_branch(self._clone, file.head, head)
        return ()

    def review(self, repository: str, reference: str) -> Review:
        """What git says of the branch, and the statuses that were set; approvals there are none."""
        file = self._outbox.get(repository, reference)
        if self._clone is None:
            raise RemediatorError(f"{repository}: there is no clone of it, so nothing is known of {file.head}")
        head = remote_head(self._clone, file.head)
        foreign = foreign_commits(self._clone, head, self._ours) if head else ()
        stuck = conflicts(self._clone, head) if head else False
        checks = self._statuses.checks(head) if head else None
        passed = self._statuses.passed(head) if head else ()
        return Review(head, file.draft, stuck, (), checks, foreign, passed)

    def made(self, repository: str, commit: Written) -> bool:
        """Whether git made it for us."""
        return is_ours(commit, self._ours)

    def ensure_issue(self, repository: str, draft: IssueDraft) -> Issue:
        """The one issue of a topic: written, edited only where its content differs, opened again if closed."""
        return self._issues.ensure(repository, draft)

    def issue(self, repository: str, topic: str) -> Issue | None:
        """The issue of a topic as its file has it."""
        return self._issues.find(repository, topic)

    def set_status(self, repository: str, sha: str, context: str, state: StatusState, description: str) -> bool:
        """Make sure that a commit has this status under this context."""
        return self._statuses.set(sha, context, state, description)

    def absent(self, repository: str, handles: Collection[str]) -> Absences:
        """Nobody that is known: files know of no accounts."""
        return dict.fromkeys(handles, Unchecked("its forge is files, which know of no accounts"))

    def gone(self, repository: str, handles: Collection[str]) -> Absences:
        """The same."""
        return self.absent(repository, handles)

    def auto_merge(self, repository: str, reference: str) -> bool:
        """Note that it may be merged; whoever reads the file merges."""
        return self._edit(repository, reference, lambda file: file.model_copy(update={"auto_merge": True}))

    def _edit(self, repository: str, reference: str, edit: Callable[[PullFile], PullFile]) -> bool:
        with self._outbox.locked():
            return self._outbox.write(edit(self._outbox.get(repository, reference)))

    def _new(self, draft: PullDraft) -> PullFile:
        return PullFile(
            number=self._outbox.next_number(),
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

    def _state(self, file: PullFile) -> RequestState:
        """What the file says, or merged where it says open and git holds its commit."""
        marker = identify(file.body, file.head)
        is_merged = file.state == "open" and marker is not None and self._merges.holds(marker.commit)
        return RequestState.MERGED if is_merged else RequestState(file.state)

    def _request(self, file: PullFile) -> PullRequest | None:
        marker = identify(file.body, file.head)
        if marker is None:
            return None
        where = str(self._outbox.path(file.number))
        told, left = is_ticked(file.body, REBUILD), left_out(file.body)
        state = self._state(file)
        return PullRequest(str(file.number), where, file.head, state, marker, title=file.title, told=told, left=left)
