"""When two texts on a forge are the same, and how a hidden marker begins one of ours."""

from dataclasses import replace
from hashlib import sha256

from remediator.deliver.boxes import REBUILD, is_ticked, left_out
from remediator.deliver.markers import LABEL, read_marker
from remediator.deliver.protocols import PullRequest, Visibility

CUT = "This text was cut here; the plan file holds all of it."
"""The sentence that ends a body that a forge would not take whole."""


def digest(text: str) -> str:
    """A hash that is the same for texts that are shown alike: how lines end does not count."""
    return sha256("\n".join(line.rstrip() for line in text.strip().splitlines()).encode()).hexdigest()


def differ(now: str, wanted: str) -> bool:
    """Whether two texts are shown differently."""
    return digest(now) != digest(wanted)


def rewritten(request: PullRequest, title: str, body: str) -> PullRequest:
    """A listed request as it is once it was written anew, so that the same run goes by what it says now."""
    marker = read_marker(body) or request.marker
    return replace(request, title=title, marker=marker, told=is_ticked(body, REBUILD), left=left_out(body))


def known_visibility(said: str | None) -> Visibility | None:
    """The visibility that a forge gives, which GitHub and GitLab call alike; None for what is neither."""
    match said:
        case "public" | "internal" | "private":
            return said
        case _:
            return None


def topic_marker(what: str, topic: str) -> str:
    """The hidden first line of our one comment or issue on a topic."""
    return f"<!-- {LABEL}: {what}={topic} -->"


def has_marker(marker: str, body: str) -> bool:
    """Whether a line of a body is the hidden one; people may have written above it."""
    return any(line.strip() == marker for line in body.splitlines())


def without_marker(marker: str, body: str) -> str:
    """A body without its hidden line."""
    return "\n".join(line for line in body.splitlines() if line.strip() != marker).strip("\n")
