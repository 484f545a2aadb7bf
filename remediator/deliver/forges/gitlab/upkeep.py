"""What is done to a merge request after it was opened; each step may be asked for again, and writes once."""

from functools import partial

from gitlab.v4.objects import ProjectMergeRequest

from remediator.deliver.forges.gitlab.answers import MergeRequest, Note, User, merge_request
from remediator.deliver.forges.gitlab.api import Api, ForbiddenError, MissingError
from remediator.deliver.forges.gitlab.review import foreign_commits
from remediator.deliver.forges.gitlab.text import inert, is_draft, titled
from remediator.deliver.forges.text import differ, topic_marker
from remediator.deliver.markers import LABEL
from remediator.errors import RemediatorError

CLOSING = "closed"
"""The topic of the comment that says why a merge request was closed."""


UNFINISHED = frozenset(
    {"created", "waiting_for_resource", "preparing", "waiting_for_callback", "pending", "running", "scheduled"}
)
"""States of a pipeline before its end: https://docs.gitlab.com/api/pipelines/#list-project-pipelines"""


class Upkeep:
    """Writes to the merge requests of one GitLab, of which only those that are ours should be named."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._me: int | None = None

    def rewrite(self, repository: str, reference: str, title: str, body: str) -> bool:
        """Set title and description where they would be shown otherwise than now; whether anything was written.

        A draft stays one, and what is none stays so: that is for people to say.
        """
        there = self.get(repository, reference)
        wanted = {"title": titled(title, is_draft(there.title)), "description": inert(body)}
        now = {"title": there.title, "description": there.description or ""}
        changed = {name: text for name, text in wanted.items() if differ(now[name], text)}
        if changed:
            self._update(repository, reference, changed)
        return bool(changed)

    def mark_draft(self, repository: str, reference: str, draft: bool) -> bool:
        """Make it a draft, or ready, by its title's prefix; whether anything was written."""
        there = self.get(repository, reference)
        if is_draft(there.title) == draft:
            return False
        self._update(repository, reference, {"title": titled(there.title, draft)})
        return True

    def say(self, repository: str, reference: str, topic: str, text: str) -> bool:
        """Make sure that our one comment on a topic reads so, edited in place; whether anything was written."""
        head = topic_marker("comment", topic)
        body = inert(f"{head}\n{text}")
        notes = self._lazy(repository, reference).notes

        def find() -> Note | None:
            listed = [Note.model_validate(n.attributes) for n in notes.list(sort="asc", iterator=True)]
            return next((n for n in listed if self._is_ours(n) and n.body.startswith(head)), None)

        there = self._api.read(repository, find)
        if there is not None and not differ(there.body, body):
            return False
        if there is None:
            create = partial(notes.create, {"body": body})
            self._api.create(repository, lambda: Note.model_validate(create().attributes), find)
        else:
            self._api.read(repository, partial(notes.update, there.id, {"body": body}))
        return True

    def close(self, repository: str, reference: str, reason: str) -> tuple[str, ...]:
        """Close it with a comment that says why, and delete its branch; sentences on what was left as it is.

        The comment comes first: closed without one it would look like somebody's no. A branch with commits of others
        stays. Raises RemediatorError for one that is being merged or was.
        """
        there = self.get(repository, reference)
        if there.state not in ("opened", "closed"):
            raise RemediatorError(f"{repository}: !{reference} is {there.state}, so it is not closed")
        if there.state == "opened":
            self.say(repository, reference, CLOSING, reason)
            self._update(repository, reference, {"state_event": "close"})
        if not there.source_branch.startswith(f"{LABEL}/") or there.source_project_id != there.target_project_id:
            return (f"the branch {there.source_branch} is not ours, so it stays",)
        if foreign_commits(self._api, repository, reference):
            return (f"the branch {there.source_branch} holds commits of others, so it stays",)
        return self._delete_branch(repository, there.source_branch)

    def auto_merge(self, repository: str, reference: str) -> bool:
        """Let GitLab merge it once its pipeline and approvals allow.

        Raises RemediatorError where it waits for nothing: GitLab would merge it at once, which is for people to do.
        """
        there = self.get(repository, reference)
        if there.merge_when_pipeline_succeeds:
            return False
        if there.head_pipeline is None or there.head_pipeline.status not in UNFINISHED:
            raise RemediatorError(
                f"{repository}: !{reference} has no pipeline under way, so auto-merge would merge it at once"
            )
        manager = self._lazy(repository, reference)
        # `auto_merge` is the name since GitLab 17.11; those before know the other one.
        merge = partial(manager.merge, merge_when_pipeline_succeeds=True, sha=there.sha)
        self._api.read(repository, partial(merge, auto_merge=True))
        return True

    def _delete_branch(self, repository: str, branch: str) -> tuple[str, ...]:
        branches = self._api.project(repository).branches
        try:
            self._api.read(repository, partial(branches.delete, branch))
        except ForbiddenError:
            return (f"GitLab does not let the token delete the branch {branch}, so it stays",)
        except MissingError:
            return ()  # deleted by a run before this one, or by whoever closed it
        return ()

    def is_me(self, author: User) -> bool:
        """Whether somebody is the token's own user."""
        if self._me is None:
            client = self._api.client
            self._me = User.model_validate(client.http_get("/user")).id
        return author.id == self._me

    def _is_ours(self, note: Note) -> bool:
        return not note.system and self.is_me(note.author)

    def get(self, repository: str, reference: str) -> MergeRequest:
        """A merge request as it is now."""
        manager = self._api.project(repository).mergerequests
        return self._api.read(repository, lambda: merge_request(manager.get(int(reference))))

    def _update(self, repository: str, reference: str, fields: dict[str, str]) -> None:
        manager = self._api.project(repository).mergerequests
        self._api.read(repository, partial(manager.update, int(reference), dict(fields)))

    def _lazy(self, repository: str, reference: str) -> ProjectMergeRequest:
        return self._api.project(repository).mergerequests.get(int(reference), lazy=True)
