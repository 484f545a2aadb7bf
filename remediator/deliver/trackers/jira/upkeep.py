"""What is done to a ticket after it was opened; each step may be asked for again, and writes once."""

from functools import partial
from typing import cast

from jira import Comment

from remediator.deliver.forges.text import digest
from remediator.deliver.markers import LABEL
from remediator.deliver.trackers.jira.answers import Keeping
from remediator.deliver.trackers.jira.api import Api
from remediator.deliver.trackers.jira.keeping import keep, read
from remediator.deliver.trackers.jira.texts import Texts


class Upkeep:
    """Writes to the tickets of one Jira, of which only those that are ours should be named."""

    def __init__(self, api: Api, texts: Texts) -> None:
        self._api, self._texts = api, texts

    def remember(self, key: str, kept: Keeping, summary: str, description: str, sent: str) -> None:
        """Keep what a ticket is about, and how it reads now that `sent`, a hash, was written."""
        shown = hash_of(summary, description)
        wanted = kept.model_copy(update={"sent": sent, "seen": shown, "coming": None})
        if wanted != read(self._api, key):
            keep(self._api, key, wanted)

    def rewrite(self, key: str, summary: str, description: str) -> bool:
        """Set summary and description, unless people changed what we wrote; whether anything was written.

        Jira may show a text otherwise than it was sent, so that both are remembered. What is about to be written is
        noted first: a run that is killed in between is told from a person by that.
        """
        kept = read(self._api, key)
        wanted = hash_of(summary, description)
        if kept.sent is None or (kept.sent == wanted and kept.coming is None):
            return False
        now = self._shown(key)
        if now not in (kept.sent, kept.seen) and kept.coming != wanted:
            return False
        keep(self._api, key, kept.model_copy(update={"coming": wanted}))
        issue = self._api.ask(lambda: self._api.client.issue(key, fields="summary"))
        self._api.ask(partial(issue.update, fields={"summary": summary, "description": self._texts.sent(description)}))
        keep(self._api, key, kept.model_copy(update={"sent": wanted, "seen": self._shown(key), "coming": None}))
        return True

    def say(self, key: str, topic: str, text: str) -> bool:
        """Make sure that our one comment on a topic reads so, edited in place; whether anything was written.

        One that a person deleted is not made again before there is something new to say.
        """
        kept = read(self._api, key)
        if kept.said.get(topic) == digest(text):
            return False
        head = f"{LABEL}: {topic}"
        body = self._texts.sent(f"{head}\n\n{text}")
        there = self._api.ask(partial(self._find, key, head))
        if there is None:
            create = partial(self._api.client.add_comment, key, body)
            self._api.create(create, partial(self._find, key, head))
        else:
            self._api.ask(partial(there.update, body=cast(str, body)))
        keep(self._api, key, kept.model_copy(update={"said": {**kept.said, topic: digest(text)}}))
        return True

    def link(self, key: str, url: str, title: str) -> bool:
        """Make sure that a ticket links to a page, once; whether anything was written. A file of ours is no page."""
        if not url.startswith(("https://", "http://")):
            return False

        def look() -> bool | None:
            return any(link.object.url == url for link in self._api.client.remote_links(key)) or None

        if self._api.ask(look):
            return False
        wanted = {"url": url, "title": title}
        self._api.create(lambda: bool(self._api.client.add_simple_link(key, wanted)), look)
        return True

    def _shown(self, key: str) -> str:
        fields = self._api.ask(lambda: self._api.client.issue(key, fields="summary,description")).raw["fields"]
        return hash_of(fields["summary"], self._texts.shown(fields.get("description")))

    def _find(self, key: str, head: str) -> Comment | None:
        marked = [c for c in self._api.client.comments(key) if self._texts.first_line(c.raw["body"]) == head]
        return next((c for c in marked if self._author(c) == self._api.me), None)

    def _author(self, comment: Comment) -> str:
        return str(getattr(comment.author, "accountId" if self._api.is_cloud else "name", ""))


def hash_of(summary: str, description: str) -> str:
    """The hash by which the text of a ticket is known."""
    return digest(f"{summary}\n{description}")
