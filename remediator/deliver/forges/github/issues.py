"""Our issues, one a topic, known by a hidden line (https://docs.github.com/rest/issues/issues)."""

from collections.abc import Iterable
from datetime import UTC, datetime

from remediator.deliver.escape import cut
from remediator.deliver.forges.github.answers import Issue as IssueAnswer
from remediator.deliver.forges.github.api import Api
from remediator.deliver.forges.github.upkeep import BODY, Upkeep
from remediator.deliver.forges.text import CUT, differ, has_marker, topic_marker, without_marker
from remediator.deliver.markers import LABEL
from remediator.deliver.protocols import Issue, IssueDraft
from remediator.errors import RemediatorError


class Issues:
    """The issues of one GitHub that we opened; `listed` are those with our label, None where there can be none."""

    def __init__(self, api: Api, upkeep: Upkeep) -> None:
        self._api, self._upkeep = api, upkeep

    def find(self, repository: str, topic: str, listed: Iterable[IssueAnswer] | None) -> Issue | None:
        """The issue of a topic that we wrote, the oldest; one that somebody else wrote is not ours."""
        found = self._found(repository, topic, listed or ())
        return None if found is None else _issue(found, topic)

    def ensure(self, repository: str, draft: IssueDraft, listed: Iterable[IssueAnswer] | None) -> Issue:
        """Make it, or edit and reopen it where it differs."""
        if listed is None:
            raise RemediatorError(f"{repository}: issues are switched off; switch them on, or the dashboard off")
        body = cut(f"{topic_marker('issue', draft.topic)}\n{draft.body}", BODY, CUT)
        there = self._found(repository, draft.topic, listed)
        if there is None:
            return _issue(self._create(repository, draft, body), draft.topic)
        wanted = {"title": draft.title, "body": body}
        now = {"title": there.title, "body": there.body or ""}
        changed = {name: text for name, text in wanted.items() if differ(now[name], text)}
        if there.state != "open":
            changed["state"] = "open"
        if changed:
            self._upkeep.patch_issue(repository, there.number, changed)
        if _lacks(there, draft):
            self._upkeep.label(repository, there.number, draft.labels)
        return _issue(there.model_copy(update={**wanted, "state": "open"}), draft.topic)

    def _create(self, repository: str, draft: IssueDraft, body: str) -> IssueAnswer:
        started = datetime.now(UTC).replace(microsecond=0)
        fields = {"title": draft.title, "body": body, "labels": [LABEL, *draft.labels]}

        def look() -> IssueAnswer | None:
            # Of all issues: labels are set only where the token may set them.
            recent = self._api.listed(
                repository, "/issues", IssueAnswer, state="open", since=f"{started:%Y-%m-%dT%H:%M:%SZ}"
            )
            return self._found(repository, draft.topic, recent)

        return self._api.create(
            repository, lambda: self._api.send(repository, "POST", "/issues", IssueAnswer, fields), look
        )

    def _found(self, repository: str, topic: str, listed: Iterable[IssueAnswer]) -> IssueAnswer | None:
        head = topic_marker("issue", topic)
        marked = [i for i in listed if i.pull_request is None and has_marker(head, i.body or "")]
        me = self._api.myself(repository) if marked else ""
        return next((i for i in marked if i.user is not None and i.user.login == me), None)


def _lacks(there: IssueAnswer, draft: IssueDraft) -> bool:
    return not {label.name for label in there.labels}.issuperset(draft.labels)


def _issue(answer: IssueAnswer, topic: str) -> Issue:
    body = without_marker(topic_marker("issue", topic), answer.body or "")
    return Issue(str(answer.number), answer.html_url, answer.title, body, answer.state == "open")
