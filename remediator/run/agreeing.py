"""Findings that come down to the same literal: one value for all of them, enough for the most demanding."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

from remediator.config import RootConfig
from remediator.edit.edits import written_at
from remediator.iac.terraform.configuration.code import Code
from remediator.model import Change, SetAttribute, Value
from remediator.run.sweep import attempt

__all__ = ["agreed"]

_Wanted = tuple[tuple[str, Value], ...]


def agreed(wanted: Sequence[tuple[Change, RootConfig]], code: Code) -> list[tuple[Change, RootConfig]]:
    """The changes, those that share a literal with the same targets where each has that target among its own.

    Of several such targets it is the one that saves most in all; where there is none, they stay as they were.
    """
    shared: dict[frozenset[tuple[str, int, str]], list[int]] = {}
    for at, (change, root) in enumerate(wanted):
        places = attempt(partial(written_at, root=root, code=code), change)
        if not isinstance(places, str) and places[0]:  # what fails here fails where it is drafted, and is named there
            shared.setdefault(places[0], []).append(at)
    found = list(wanted)
    for members in shared.values():
        options = [_options(wanted[at][0]) for at in members]
        common = set(options[0]).intersection(*options[1:])
        if len({_targets(wanted[at][0]) for at in members}) > 1 and common:
            best = max(sorted(common, key=repr), key=lambda targets: sum(_saved(own[targets]) for own in options))
            for at, own in zip(members, options, strict=True):
                found[at] = own[best], wanted[at][1]
    return found


def _options(change: Change) -> Mapping[_Wanted, Change]:
    return {_targets(option): option for option in reversed((change, *change.instead))}


def _targets(change: Change) -> _Wanted:
    return tuple((action.path, action.target) for action in change.actions if isinstance(action, SetAttribute))


def _saved(change: Change) -> Decimal:
    return change.saving.monthly if change.saving is not None else Decimal(0)
