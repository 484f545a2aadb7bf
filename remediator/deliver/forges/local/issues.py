"""The issues of one outbox, one a topic."""

from pathlib import Path

from remediator.deliver.forges.local.outbox import IssueFile, Outbox
from remediator.deliver.forges.text import differ
from remediator.deliver.protocols import Issue, IssueDraft


class Issues:
    """`STATE_DIR/outbox/issues`."""

    def __init__(self, outbox: Path) -> None:
        self._outbox = Outbox(outbox / "issues", IssueFile.model_validate_json, "issue")

    def find(self, repository: str, topic: str) -> Issue | None:
        """The issue of a topic, or None."""
        found = self._found(repository, topic)
        return None if found is None else self._issue(found)

    def ensure(self, repository: str, draft: IssueDraft) -> Issue:
        """Write it, or edit and open it again where it differs."""
        with self._outbox.locked():
            there = self._found(repository, draft.topic)
            file = IssueFile(
                number=there.number if there else self._outbox.next_number(),
                repo=repository,
                title=draft.title,
                body=there.body if there and not differ(there.body, draft.body) else draft.body,
                topic=draft.topic,
                labels=tuple(dict.fromkeys((*(there.labels if there else ()), *draft.labels))),
                state="open",
            )
            self._outbox.write(file)
        return self._issue(file)

    def _found(self, repository: str, topic: str) -> IssueFile | None:
        return next((file for file in self._outbox.entries(repository) if file.topic == topic), None)

    def _issue(self, file: IssueFile) -> Issue:
        where = str(self._outbox.path(file.number))
        return Issue(str(file.number), where, file.title, file.body, file.state == "open")
