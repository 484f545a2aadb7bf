"""The merge requests of one GitLab, as a forge."""

from collections.abc import Callable, Collection
from functools import partial
from typing import TypeVar

from gitlab.v4.objects import ProjectMergeRequestManager

from remediator.deliver import choice
from remediator.deliver.forges.gitlab.answers import MergeRequest, Project, merge_request
from remediator.deliver.forges.gitlab.api import Api, ForbiddenError, MissingError, RefusedError
from remediator.deliver.forges.gitlab.issues import Issues
from remediator.deliver.forges.gitlab.people import Directory, People
from remediator.deliver.forges.gitlab.review import review
from remediator.deliver.forges.gitlab.text import inert, titled
from remediator.deliver.forges.gitlab.upkeep import Upkeep
from remediator.deliver.forges.text import known_visibility, rewritten
from remediator.deliver.markers import LABEL
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
from remediator.git.ours import Written, is_ours
from remediator.model import RequestState
from remediator.trace.absence import Absences

T = TypeVar("T")

_REFUSALS = frozenset({400, 403, 422})
"""Answers to a creation that may be about its people: it is sent once more without them."""


class GitLabForge:
    """The merge requests of one GitLab; our own ones are read once, when first asked for."""

    def __init__(self, api: Api) -> None:
        self._api, self._directory, self._upkeep = api, Directory(api), Upkeep(api)
        self._issues = Issues(api, self._upkeep)
        self._seen: dict[str, tuple[PullRequest, ...]] = {}
        self._projects: dict[str, Project] = {}

    def ours(self, repository: str) -> tuple[PullRequest, ...]:
        """Every merge request that carries our label and marker, oldest first; one request for each hundred."""
        if repository not in self._seen:
            found = self._asked(repository, partial(self._listed, repository, labels=[LABEL]))
            self._seen[repository] = _requests(found)
        return self._seen[repository]

    def visibility(self, repository: str) -> Visibility | None:
        """Who may read a project."""
        return known_visibility(self._project(repository).visibility)

    def find(self, repository: str, fingerprints: Collection[str], head: str) -> PullRequest | None:
        """The merge request that shares a fingerprint, or, asked afresh, came from the branch.

        Raises RemediatorError where there is none and none could be opened: before anything is pushed.
        """
        known = choice.newest(self.ours(repository), fingerprints, head)
        if known is None:
            found = self._asked(repository, partial(self._listed, repository, source_branch=head))
            known = choice.newest(_requests(found), fingerprints, head)
        if known is None:
            self._check(repository)
        return known

    def ensure_pull(self, draft: PullDraft) -> PullRequest:
        """The open merge request of the draft's branch, made where it is not there.

        It is made with its labels and people at once, so that pipelines and Atlantis see the labels from the start;
        one that stands without our labels is given them. Who or what cannot be set is a note, not a failure.
        """
        there = self._asked(draft.repository, partial(self._open, draft))
        if there is None:
            found, notes = self._make(draft)
        elif set(draft.labels).issubset(there.labels):
            found, notes = there, ()
        else:
            found, notes = self._complete(there, draft)
        request = found.request(notes)
        if request is None:
            raise RemediatorError(f"{draft.repository}: !{found.iid} has our branch, but comes from another project")
        seen = tuple(r for r in self.ours(draft.repository) if r.reference != request.reference)
        self._seen[draft.repository] = (*seen, request)
        return request

    def commit(self, repository: str, branch: str, commit: BranchCommit, over: bool = False) -> str | None:
        """None: commits are pushed by git."""
        return None

    def state(self, repository: str, reference: str) -> RequestState | None:
        """What became of a merge request: one request, unless the listing shows it."""
        known = next((r.state for r in self.ours(repository) if r.reference == reference), None)
        if known is not None:
            return known
        manager = self._manager(repository)
        try:
            return self._api.read(repository, lambda: merge_request(manager.get(int(reference)))).request_state
        except ForbiddenError:
            raise
        except MissingError:
            return None

    def review(self, repository: str, reference: str) -> Review:
        """Approvals, pipeline, conflicts and foreign commits of a merge request."""
        return review(self._api, repository, reference)

    def made(self, repository: str, commit: Written) -> bool:
        """Whether git made it for us."""
        return is_ours(commit, self._api.ours)

    def rewrite(self, repository: str, reference: str, title: str, body: str) -> bool:
        """Set title and description, where they change; whether anything was written."""
        wrote = self._upkeep.rewrite(repository, reference, title, body)
        if repository in self._seen:
            self._seen[repository] = tuple(
                rewritten(r, title, body) if r.reference == reference else r for r in self._seen[repository]
            )
        return wrote

    def mark_draft(self, repository: str, reference: str, draft: bool) -> bool:
        """Make a merge request a draft, or ready; whether anything was written."""
        return self._upkeep.mark_draft(repository, reference, draft)

    def say(self, repository: str, reference: str, topic: str, text: str) -> bool:
        """Make sure that our one comment on a topic reads so; whether anything was written."""
        return self._upkeep.say(repository, reference, topic, text)

    def close(self, repository: str, reference: str, reason: str) -> tuple[str, ...]:
        """Close a merge request with its reason and delete its branch; sentences on what was left as it is."""
        left = self._upkeep.close(repository, reference, reason)
        self._seen.pop(repository, None)
        return left

    def body(self, repository: str, reference: str) -> str:
        """The description of a merge request as it stands now."""
        return self._upkeep.get(repository, reference).description or ""

    def ensure_issue(self, repository: str, draft: IssueDraft) -> Issue:
        """The one issue of a topic: made, edited only where its content differs, reopened if closed."""
        return self._issues.ensure(repository, draft)

    def issue(self, repository: str, topic: str) -> Issue | None:
        """The issue of a topic as it stands."""
        return self._issues.find(repository, topic)

    def set_status(self, repository: str, sha: str, context: str, state: StatusState, description: str) -> bool:
        """Make sure that a commit shows this status under this name."""
        return self._issues.set_status(repository, sha, context, state, description)

    def auto_merge(self, repository: str, reference: str) -> bool:
        """Let GitLab merge it as soon as its pipeline and approvals allow."""
        return self._upkeep.auto_merge(repository, reference)

    def absent(self, repository: str, handles: Collection[str]) -> Absences:
        """Whom GitLab no longer has, or lets into a project as a developer."""
        return self._directory.absent(repository, handles)

    def gone(self, repository: str, handles: Collection[str]) -> Absences:
        """Who is not there any more, whoever may read the repository."""
        return self._directory.gone(repository, handles)

    def _project(self, repository: str) -> Project:
        if repository not in self._projects:
            client = self._api.client
            self._projects[repository] = self._api.read(
                repository, lambda: Project.model_validate(client.projects.get(repository).attributes)
            )
        return self._projects[repository]

    def _check(self, repository: str) -> None:
        obstacle = self._project(repository).obstacle
        if obstacle is not None:
            raise RemediatorError(f"{repository}: {obstacle}")

    def _asked(self, repository: str, send: Callable[[], T]) -> T:
        """The answer; where access is refused, the project itself may say why."""
        try:
            return self._api.read(repository, send)
        except MissingError:
            self._check(repository)
            raise

    def _manager(self, repository: str) -> ProjectMergeRequestManager:
        return self._api.project(repository).mergerequests

    def _listed(self, repository: str, **wanted: object) -> list[MergeRequest]:
        manager = self._manager(repository)
        found = manager.list(state="all", order_by="created_at", sort="asc", iterator=True, **wanted)
        return [merge_request(answer) for answer in found]

    def _open(self, draft: PullDraft) -> MergeRequest | None:
        found = self._listed(draft.repository, source_branch=draft.head, target_branch=draft.base)
        return next((m for m in found if m.is_open and m.source_project_id == m.target_project_id), None)

    def _make(self, draft: PullDraft) -> tuple[MergeRequest, tuple[str, ...]]:
        assignees, reviewers = self._people(draft)
        made = self._api.create(
            draft.repository, partial(self._create, draft, assignees, reviewers), partial(self._open, draft)
        )
        return made, _notes(made, draft, assignees, reviewers)

    def _people(self, draft: PullDraft) -> tuple[People, People]:
        reviewers = self._directory.everyone(draft.repository, draft.reviewers, turn=int(draft.marker.plan_id, 16))
        assignees = self._directory.persons(draft.repository, draft.assignees)
        if set(draft.assignees).issubset(draft.reviewers):  # their notes are there already, and say of groups more
            assignees = People(assignees.users)
        return assignees, reviewers

    def _create(self, draft: PullDraft, assignees: People, reviewers: People) -> MergeRequest:
        fields = {
            "source_branch": draft.head,
            "target_branch": draft.base,
            "title": titled(draft.title, draft.draft),
            "description": inert(draft.body),
            "labels": ",".join(draft.labels),
            "remove_source_branch": True,
        }
        people = {"assignee_ids": _ids(assignees), "reviewer_ids": _ids(reviewers)}
        manager = self._manager(draft.repository)
        try:
            return merge_request(manager.create(fields | {key: ids for key, ids in people.items() if ids}))
        except RefusedError as error:
            there = self._open(draft) if error.answer.status == 409 else None
            if there is not None:
                return there
            if error.answer.limited or error.answer.status not in _REFUSALS or not any(people.values()):
                raise
            return merge_request(manager.create(fields))

    def _complete(self, there: MergeRequest, draft: PullDraft) -> tuple[MergeRequest, tuple[str, ...]]:
        """The merge request with our labels, and with people where nobody was asked; whoever was stays."""
        assignees, reviewers = self._people(draft)
        people = {
            "assignee_ids": [] if there.assignees else _ids(assignees),
            "reviewer_ids": [] if there.reviewers else _ids(reviewers),
        }
        labels = {"add_labels": ",".join(draft.labels)}
        wanted = labels | {key: ids for key, ids in people.items() if ids}
        manager = self._manager(draft.repository)

        def send() -> MergeRequest:
            try:
                return MergeRequest.model_validate(manager.update(there.iid, wanted))
            except RefusedError as error:
                if error.answer.limited or error.answer.status not in _REFUSALS or wanted == labels:
                    raise
                return MergeRequest.model_validate(manager.update(there.iid, labels))

        try:
            done = self._api.read(draft.repository, send)
        except RemediatorError as error:
            return there, (f"could not label it: {error}",)
        return done, _notes(done, draft, assignees, reviewers)


def _requests(found: Collection[MergeRequest]) -> tuple[PullRequest, ...]:
    return tuple(request for merge in found if (request := merge.request()) is not None)


def _ids(people: People) -> list[int]:
    return [user.id for user in people.users]


def _notes(made: MergeRequest, draft: PullDraft, assignees: People, reviewers: People) -> tuple[str, ...]:
    """Sentences on whom and what GitLab left out, which it does without a word."""
    notes = list(dict.fromkeys((*assignees.notes, *reviewers.notes)))
    for what, asked, taken in (
        ("assign it to", assignees, made.assignees),
        ("ask for a review of", reviewers, made.reviewers),
    ):
        left = [user.username for user in asked.users if user.id not in {t.id for t in taken}]
        if left:
            notes.append(
                f"GitLab did not {what} {', '.join(left)}: they may have no access, or its edition takes but one person"
            )
    unlabelled = [label for label in draft.labels if label not in made.labels]
    if unlabelled:
        notes.append(f"GitLab did not set the label {', '.join(unlabelled)}: the token's role may be too low")
    return tuple(notes)
