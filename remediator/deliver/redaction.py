"""What a service says, made fit to be shown: one line, bounded, and no token in it, whatever its length."""

import re

from remediator.planfile.text import clean

MESSAGE = 300
"""Characters of what a service says that are shown."""

_TOKEN = re.compile(
    r"\b(?:gh[a-z]_|github_pat_|ATATT|ATCTT)[A-Za-z0-9_.=-]+"  # GitHub's, Atlassian's
    r"|\bgl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[A-Za-z0-9_.=-]+"  # GitLab's
    r"|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"  # a JSON web token
    r"|(?i:\b(?:bearer|basic|token)\s+)[A-Za-z0-9_.=+/~-]{16,}"
)
"""Prefixes as the services document them; GitHub's installation tokens are no longer 40 characters since April 2026:
https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app"""


def said(text: str, *secrets: str) -> str:
    """The text as it may be shown; `secrets` are masked besides everything that looks like a token."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    return clean(_TOKEN.sub("***", text), MESSAGE)
