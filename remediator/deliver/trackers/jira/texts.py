"""Texts as one Jira takes and shows them: wiki markup, or documents where version 3 of the API is chosen."""

import json
from dataclasses import dataclass

from remediator.deliver.trackers.jira.adf import Json, document, first_line


@dataclass(frozen=True, slots=True)
class Texts:
    """How texts are written: as `documents`, from Markdown, or as they are."""

    documents: bool

    @property
    def template(self) -> str:
        """The template of descriptions."""
        return "ticket.md" if self.documents else "ticket.jira"

    def sent(self, text: str) -> Json:
        """A text of ours as it is sent."""
        return document(text) if self.documents else text

    def shown(self, text: Json) -> str:
        """A text as Jira shows it, in one form that can be compared."""
        if text is None or isinstance(text, str):
            return text or ""
        return json.dumps(text, sort_keys=True, ensure_ascii=False)

    def first_line(self, text: Json) -> str:
        """The first line of a comment."""
        if isinstance(text, str):
            return text.strip().partition("\n")[0].strip()
        return first_line(text)
