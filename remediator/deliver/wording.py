"""Values in words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from remediator.model import Action, AddResource, Change, Effect, MetricSummary, RemoveResource, SetAttribute, Value

EFFECTS: Final[Mapping[Effect, str]] = {
    Effect.IN_PLACE: "changes the resource in place, while it runs.",
    Effect.RESTART: "restarts the resource: what runs on it is interrupted.",
    Effect.ROLLING: "replaces the machines that it is for, some at a time; what is on their disks goes with them.",
    Effect.STOP: "stops the resource; what its volumes hold stays, what instance store holds is lost.",
    Effect.REMOVAL: "removes the resource, which holds no data of its own.",
    Effect.REPLACEMENT: "destroys the resource and creates it anew.",
    Effect.DATA_LOSS: "deletes data for good.",
}
"""What a change does, mildest first."""

ASKED: Final = "It changes nothing of what runs."
"""What doing what is asked does, where nothing is to be set, added or removed."""

_GROUPS: Final = ("aws_autoscaling_group", "aws_eks_node_group")
_ENDS: Final = "ends the machines of the group: what is on their disks is lost; new ones are made when it grows again."
"""What a stop of a group is: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html"""

_LIVE: Final = "No code that was read declares it, so it is done live, where it was made, in the console or by CLI."
_BY_HAND: Final = "Nothing in code says whether it runs, so it is done live, in the console or by CLI."

DAYS: Final = 28
"""Days of a chart, the last ones; more do not fit a cell."""

_BARS: Final = "▁▂▃▄▅▆▇█"
_NOTHING: Final = "·"
_UNSEEN: Final = 255
"""How `MetricSummary.peaks` writes a day or an hour without measurements."""


def money(amount: Decimal | None) -> str | None:
    """An amount in whole cents, or None for one that is not known."""
    return None if amount is None else f"{amount:,.2f}"


def figure(number: float) -> str:
    """A measured number with three digits that count."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


def sparkline(metric: MetricSummary) -> str:
    """The peaks of the last days or hours as bars, of 100 where the unit is percent and else of the maximum.

    Bars of text, not a picture: they show alike on GitHub, on GitLab, in Jira, in mail and in a terminal, where a
    Mermaid chart shows on the first two alone, and they fit a row of a table.
    """
    full = 100.0 if metric.unit == "%" else metric.maximum
    scale = metric.maximum / full / (_UNSEEN - 1) if full > 0 else 0.0
    return "".join(_NOTHING if day == _UNSEEN else _bar(day * scale) for day in metric.peaks[-DAYS:])


def _bar(share: float) -> str:
    return _BARS[min(len(_BARS) - 1, max(0, round(share * (len(_BARS) - 1))))]


def setting(action: Action, live: bool = False) -> str:
    """An action as before and after; `live` is that no code declares the resource, so that nothing is added to any."""
    if isinstance(action, SetAttribute):
        return f"{action.path}: {_value(action.live)} → {_value(action.target)}"
    if isinstance(action, AddResource):
        shown = setting(action.shows)
        return shown if live else f"{shown}, by a new {action.type}"
    return "removed"


def effect(worst: Change, live: bool = False) -> str:
    """What a change does when it is applied, or, `live`, when a person does it to what no code declares."""
    ends = worst.effect is Effect.STOP and worst.resource.kind in _GROUPS
    does = _ENDS if ends else EFFECTS[worst.effect]
    if live:
        return f"{_LIVE} This {does}"
    return f"{_BY_HAND} This {does}" if by_hand(worst) else f"Applying it {does}"


def by_hand(change: Change) -> bool:
    """Whether code has nothing that would stop what it declares."""
    return change.effect is Effect.STOP and not change.actions


def rollback(change: Change, live: bool = False) -> str:
    """How the change is undone: by the commit's revert, or, `live`, by whoever made it."""
    if live or by_hand(change):
        return _undone_live(change)
    removes = _removes(change)
    if change.effect is Effect.REMOVAL:
        return "Reverting the commit makes another like it, under a new id: what named the old one must learn of it."
    if change.effect is Effect.DATA_LOSS and not removes:
        return "Reverting the commit brings back the setting, and not the data that it deleted."
    if removes:
        return "Reverting the commit declares the resource again, but empty: its data comes back only from a snapshot."
    return "Revert the commit and apply: every value goes back to what it is now."


def _undone_live(change: Change) -> str:
    if change.effect is Effect.REMOVAL:
        return "It cannot be undone: another like it has a new id, and what named the old one must learn of it."
    if _removes(change):
        return "It cannot be undone: its data comes back only from a snapshot."
    if change.effect is Effect.DATA_LOSS:
        return "Setting it back does not bring back the data that it deleted."
    adds = any(isinstance(action, AddResource) for action in change.actions)
    if adds or by_hand(change):
        return "Start it again to undo it." if change.effect is Effect.STOP else "To undo it, take away what was added."
    return "To undo it, set every value back to what it is now."


def _removes(change: Change) -> bool:
    return any(isinstance(action, RemoveResource) for action in change.actions)


def _value(value: Value) -> str:
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, tuple) else str(value)
