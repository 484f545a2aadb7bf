"""What our comments say: one a topic, edited in place, in Markdown."""

from collections.abc import Iterable, Mapping
from typing import Final

from remediator.deliver import escape
from remediator.deliver.disclosure import NOTHING, Shown
from remediator.deliver.lifecycle import MOOT
from remediator.model import EXCEPTED, VANISHED

SUPERSEDED: Final = "superseded"
"""Why a request is withdrawn whose findings another one of ours holds."""

ASKED_AGAIN: Final = "again"
"""What a declined request says of itself once a person wants to be asked once more."""

HANDS_OFF: Final = (
    "Somebody has committed to this branch, so remediator leaves it alone from now on. To have it made anew from the "
    "base, tick the box to rebuild it in the description; commits of others on it are lost then."
)
MERGE_TO_KEEP: Final = (
    "What this changes is live already, and the base branch does not say so yet: **merge it to keep it**, or the "
    "next apply of the base undoes it."
)
GONE: Final = (
    "Three runs on end have not found this any more: the resource may be in use again. It is a draft now, so that it "
    "is not merged by mistake. Close it if it is not wanted; it becomes ready again when it is found again."
)
WANTED: Final = "It is found again, as it is described above, so it is ready for review."
LEFT_OUT: Final = "All that this asked for was left out by a tick, so none of it is asked for again."
WITHDRAWN: Final[Mapping[str, str]] = {
    MOOT: "The base branch says already what this asks for, so there is nothing left to merge. "
    "This counts as nobody's no.",
    VANISHED: "The resource is neither live nor in its state any more, so there is nothing left to change. "
    "This counts as nobody's no.",
    EXCEPTED: "The configuration says that this is to be kept as it is, by an exception or without its rule. "
    "This counts as nobody's no.",
    SUPERSEDED: "Another request holds all that this one asks for. This counts as nobody's no.",
}


def doubted(doubts: Iterable[str], shown: Shown = NOTHING) -> str:
    """That an open request has become a question, with the reasons."""
    lines = "\n".join(f"- {escape.markdown(doubt, shown=shown)}" for doubt in list(doubts)[:10])
    return (
        "Three runs on end could not confirm this change any more, so it is a draft now; a person has to decide:\n\n"
        f"{lines}"
    )
