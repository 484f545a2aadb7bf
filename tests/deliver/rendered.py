"""Bodies of plans, and as a browser shows them."""

import re
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

from remediator.deliver.disclosure import Shown
from remediator.deliver.markers import Marker
from remediator.deliver.render import pull_request_body, ticket_body

IDS = Shown(resource_ids=True)
MARKER = Marker("a" * 16, "ebs_gp3", False, ("a" * 16,))


def html(body: str) -> str:
    return cmarkgfm.github_flavored_markdown_to_html(body, options=Options.CMARK_OPT_UNSAFE)


def body_of(plan, template: str) -> str:
    return pull_request_body(plan, MARKER) if template == "pull_request.md" else ticket_body(plan, MARKER, template)


TEXT = {"p", "strong", "table", "thead", "tbody", "tr", "th", "td", "h3", "ul", "li", "code", "br", "em"}
ALLOWED = TEXT | {"details", "summary", "pre", "input"}  # the last of the box that is ours


class Seen(HTMLParser):
    """The tags, the boxes, and the text that is no code, of rendered Markdown."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.text, self.inputs, self._code = set(), "", 0, 0

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        self._code += tag == "code"
        self.inputs += tag == "input"

    def handle_endtag(self, tag) -> None:
        self._code -= tag == "code"

    def handle_data(self, data) -> None:
        self.text += "" if self._code else data


def rendered(body: str) -> Seen:
    """As GitHub's own renderer reads it, before its sanitizer takes anything away."""
    seen = Seen()
    seen.feed(html(body))
    return seen


def assert_harmless(seen: Seen) -> None:
    assert seen.tags <= ALLOWED, seen.tags - ALLOWED
    assert not re.search(r"@\w", seen.text)
    assert not re.search(r"https?://|www\.\w", seen.text)
    assert not re.search(r"#\d|\bG[HL]-\d", seen.text)
