"""Our issues, one a topic, known by a hidden line; statuses of commits."""

from functools import partial

from remediator.deliver.forges.gitlab.answers import CommitStatus
from remediator.deliver.forges.gitlab.answers import Issue as IssueAnswer
from remediator.deliver.forges.gitlab.api import Api
from remediator.deliver.forges.gitlab.text import inert
from remediator.deliver.forges.gitlab.upkeep import Upkeep
from remediator.deliver.forges.text import differ, has_marker, topic_marker, without_marker
from remediator.deliver.markers import LABEL
from remediator.deliver.protocols import Issue, IssueDraft, StatusState

DESCRIPTION = 255
"""Characters of a status' description, GitLab's limit."""

_STATES: dict[StatusState, str] = {"pending": "pending", "success": "success", "failure": "failed", "error": "failed"}


class Issues:
    """The issues of one GitLab that we opened."""

    def __init__(self, api: Api, upkeep: Upkeep) -> None:
        self._api, self._upkeep = api, upkeep

    def find(self, repository: str, topic: str) -> Issue | None:
        """The issue of a topic that we wrote, the oldest; one that somebody else wrote is not ours."""
        found = self._api.read(repository, partial(self._find, repository, topic))
        return None if found is None else _issue(found, topic)

    def ensure(self, repository: str, draft: IssueDraft) -> Issue:
        """Make it, or edit and reopen it where it differs."""
        manager = self._api.project(repository).issues
        body = inert(f"{topic_marker('issue', draft.topic)}\n{draft.body}")
        look = partial(self._find, repository, draft.topic)
        there = self._api.read(repository, look)
        if there is None:
            fields = {"title": draft.title, "description": body, "labels": ",".join((LABEL, *draft.labels))}

            def create() -> IssueAnswer:
                return IssueAnswer.model_validate(manager.create(fields).attributes)

            return _issue(self._api.create(repository, create, look), draft.topic)
        wanted = {"title": draft.title, "description": body}
        now = {"title": there.title, "description": there.description or ""}
        changed = {name: text for name, text in wanted.items() if differ(now[name], text)}
        if there.state != "opened":
            changed["state_event"] = "reopen"
        missing = [label for label in draft.labels if label not in there.labels]
        if missing:
            changed["add_labels"] = ",".join(missing)
        if changed:
            self._api.read(repository, partial(manager.update, there.iid, dict(changed)))
        return _issue(there.model_copy(update={**wanted, "state": "opened"}), draft.topic)

    def set_status(self, repository: str, sha: str, context: str, state: StatusState, description: str) -> bool:
        """Make sure that a commit shows this status under this name."""
        commit = self._api.project(repository).commits.get(sha, lazy=True)
        text = description if len(description) <= DESCRIPTION else description[: DESCRIPTION - 1] + "…"

        def look() -> CommitStatus | None:
            listed = commit.statuses.list(name=context, iterator=True)
            return next((CommitStatus.model_validate(status.attributes) for status in listed), None)

        there = self._api.read(repository, look)
        if there is not None and (there.status, there.description or "") == (_STATES[state], text):
            return False
        body = {"state": _STATES[state], "name": context, "description": text}
        self._api.read(repository, partial(commit.statuses.create, body))
        return True

    def _find(self, repository: str, topic: str) -> IssueAnswer | None:
        head = topic_marker("issue", topic)
        listed = self._api.project(repository).issues.list(
            labels=[LABEL], state="all", order_by="created_at", sort="asc", iterator=True
        )
        found = (IssueAnswer.model_validate(issue.attributes) for issue in listed)
        marked = [issue for issue in found if has_marker(head, issue.description or "")]
        return next((issue for issue in marked if self._upkeep.is_me(issue.author)), None)


def _issue(answer: IssueAnswer, topic: str) -> Issue:
    body = without_marker(topic_marker("issue", topic), answer.description or "")
    return Issue(str(answer.iid), answer.web_url, answer.title, body, answer.state == "opened")
