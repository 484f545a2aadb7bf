"""What GitLab makes of text besides Markdown: drafts by their title, commands in a line that begins with a slash."""

import re

from remediator.deliver import escape
from remediator.deliver.forges.text import CUT

DESCRIPTION = 1_048_576
"""Characters of a description, and of a comment: https://docs.gitlab.com/api/merge_requests/#create-mr"""

_ENDS = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_COMMAND = re.compile(rf"((?:\A|[{_ENDS}])[^\S{_ENDS}]*)/(?=\w)")
_DRAFT = re.compile(r"\A(?:\s*(?:draft:|\[draft\]|\(draft\)))+\s*", re.IGNORECASE)
"""https://docs.gitlab.com/user/project/merge_requests/drafts/"""


def inert(text: str) -> str:
    """The text within GitLab's limit, in which no line is a command: `/merge` in a description is obeyed.

    https://docs.gitlab.com/user/project/quick_actions/
    """
    return escape.cut(_COMMAND.sub(rf"\1{escape.BREAK}/", text), DESCRIPTION, CUT)


def titled(title: str, draft: bool) -> str:
    """The title with the prefix that makes a merge request a draft, or without it."""
    return f"Draft: {_DRAFT.sub('', title)}" if draft else _DRAFT.sub("", title)


def is_draft(title: str) -> bool:
    """Whether a title makes a draft."""
    return _DRAFT.match(title) is not None
