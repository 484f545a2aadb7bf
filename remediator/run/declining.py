"""What people declined under another name: as a part of something larger, or alone what is now a part of it."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from remediator.model import Change, Outcome, Status, Target, Value
from remediator.planfile.targets import targets_of
from remediator.run.weighing import Skipped

_Aim: TypeAlias = tuple[str, str, str, str | None, Value]


def unasked(changes: Sequence[Change], outcomes: Iterable[Outcome]) -> tuple[tuple[Change, ...], tuple[Skipped, ...]]:
    """Part the changes from those whose every target was declined with another finding's.

    A member of an experiment that was declined as a whole is not asked for alone, and one that was declined alone is
    left out of the whole. What was declined by its own name goes on, to be shown as declined.
    """
    declined: dict[_Aim, list[Outcome]] = {}
    for outcome in outcomes:
        for target in outcome.targets if outcome.status is Status.DECLINED else ():
            declined.setdefault(_aim(target), []).append(outcome)
    kept: list[Change] = []
    skipped: list[Skipped] = []
    for change in changes:
        other = _declined_with(change, declined)
        if other is None:
            kept.append(change)
        else:
            skipped.append(Skipped(change, f"declined with {other.reference or other.plan_id}, which asked for it too"))
    return tuple(kept), tuple(skipped)


def _declined_with(change: Change, declined: dict[_Aim, list[Outcome]]) -> Outcome | None:
    if not declined:
        return None
    own = [declined.get(_aim(target), []) for target in targets_of(change)]
    return next(
        (o for o in (own[0] if own else []) if change.fingerprint not in o.fingerprints and all(o in o_ for o_ in own)),
        None,
    )


def _aim(target: Target) -> _Aim:
    return (target.account, target.region, target.resource_id, target.attribute, target.value)
