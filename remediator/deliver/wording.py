"""Values in words."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from remediator.model import Action, AddResource, Change, Effect, MetricSummary, RemoveResource, SetAttribute, Value

EFFECTS: Final[Mapping[Effect, str]] = {
    Effect.IN_PLACE: "Applying it changes the resource in place, while it runs.",
    Effect.RESTART: "Applying it restarts the resource: what runs on it is interrupted.",
    Effect.STOP: "Applying it stops the resource; what its volumes hold stays, what instance store holds is lost.",
    Effect.REMOVAL: "Applying it removes the resource, which holds no data of its own.",
    Effect.REPLACEMENT: "Applying it destroys the resource and creates it anew.",
    Effect.DATA_LOSS: "Applying it deletes data for good.",
}
"""What applying does, mildest first."""


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


def setting(action: Action) -> str:
    """An action as before and after."""
    if isinstance(action, SetAttribute):
        return f"{action.path}: {_value(action.live)} → {_value(action.target)}"
    if isinstance(action, AddResource):
        shows = action.shows
        return f"{shows.path}: {_value(shows.live)} → {_value(shows.target)}, by a new {action.type}"
    return "removed"


def rollback(change: Change) -> str:
    """How the change is undone."""
    removes = any(isinstance(action, RemoveResource) for action in change.actions)
    if change.effect is Effect.REMOVAL:
        return "Reverting the commit makes another like it, under a new id: what named the old one must learn of it."
    if change.effect is Effect.DATA_LOSS and not removes:
        return "Reverting the commit brings back the setting, and not the data that it deleted."
    if removes:
        return "Reverting the commit declares the resource again, but empty: its data comes back only from a snapshot."
    return "Revert the commit and apply: every value goes back to what it is now."


def _value(value: Value) -> str:
    if value is None:
        return "unset"
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, tuple) else str(value)
