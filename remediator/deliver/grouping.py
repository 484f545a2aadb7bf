"""Which findings of a repository are asked for in one request, and the plan of all of them."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from remediator.deliver import pulls
from remediator.deliver.basis import owner_digests
from remediator.deliver.composing import doubted, whole, worth
from remediator.deliver.dashboard import Answers
from remediator.deliver.limits import declined_in_a_row, is_destructive
from remediator.deliver.onboarding import let_in
from remediator.deliver.protocols import PullRequest
from remediator.deliver.sharing import key as key_of
from remediator.deliver.sharing import label
from remediator.deliver.site import Site
from remediator.deliver.standing import is_over
from remediator.edit.together import meet
from remediator.model import Group, Plan, RequestState, Route

RULES = 100
"""Characters of the names of all rules of one request, which the ledger keeps."""


@dataclass(frozen=True, slots=True)
class Joint:
    """A plan as it is delivered: one alone, or several as one.

    `joining` are the parts that an open request does not hold yet, `aside` the plans that it still holds and that
    cannot stay: those without an edit, and those that must be alone; `seen` is that the run saw enough to say who left.
    """

    plan: Plan
    joining: tuple[str, ...] = ()
    aside: tuple[Plan, ...] = ()
    seen: bool = True


class Room:
    """How many more requests each owner may be asked by: those that a run is about to open count, too."""

    def __init__(self, site: Site, answers: Answers) -> None:
        self._most, self._answers = site.config.limits.open_per_owner, answers
        self._open = cache(site.ledger.open_pulls)
        self._taken: Counter[str] = Counter()

    def has(self, plan: Plan, asked: Collection[str] = ()) -> bool:
        """Whether each of a plan's owners but those that are `asked` anyway has fewer open than the limit.

        A person's tick passes that.
        """
        if self._answers.says("approve", plan.id):
            return True
        new = (owner for owner in owner_digests(plan) if owner not in asked)
        return all(self._open(owner) + self._taken[owner] < self._most for owner in new)

    def take(self, plans: Sequence[Plan], asked: Collection[str] = ()) -> None:
        """Count one more request for each owner of these plans, but for those that it asks already."""
        self._taken.update({owner for plan in plans for owner in owner_digests(plan)}.difference(asked))


def arranged(
    plans: Sequence[Plan], site: Site, answers: Answers, sure: bool, frozen: frozenset[str] = frozenset()
) -> tuple[Joint, ...]:
    """The plans of a repository as they are delivered, what is there before what is new, each most dollars first.

    A request that was opened for several keeps those that are still found, whatever is configured since; what nobody
    was asked for yet joins one that has room, or others like it. `sure` is that nothing failed in this run, without
    which nobody leaves a request. What people left out, declined or snoozed is delivered alone, where that is known;
    so are the `frozen`, by name, so that others do not wait for them and an open request does not take them in.
    """
    asked, ours = site.config.requests, pulls.ours(site)
    open_ = [r for r in ours if r.state is RequestState.OPEN and r.marker.group]
    if asked.group_by is None and not open_:
        return tuple(Joint(plan) for plan in plans)
    held = {r.reference: [p for p in plans if _holds(r, p)] for r in open_}
    taken = {plan.id for own in held.values() for plan in own}
    allowed = let_in(plans, site) - frozen
    free: dict[str, list[Plan]] = {}
    for plan in sorted(plans, key=worth):
        key = key_of(plan, asked.group_by) if plan.id not in taken else None
        if key is not None and plan.id in allowed and _is_free(plan, ours, site, answers):
            free.setdefault(key, []).append(plan)
    room = Room(site, answers)
    joints = [_kept(r, held[r.reference], free.get(r.marker.group or "", []), site, room, sure) for r in open_]
    # One that knows no more than its branch says may be of a group whose marker is gone: it is met by that name again.
    names = {o.plan_id for o in site.ledger.outcomes() if o.fingerprints != (o.plan_id,)}
    names |= {r.marker.plan_id for r in ours if r.marker.fingerprints != (r.marker.plan_id,)}
    for key, rest in free.items():
        # Whose owner has enough open is held alone, and joins the others once there is room: nobody waits for them.
        while able := [plan for plan in rest if room.has(plan)]:
            chunk = _taken(able, [], asked.group_size)
            rest = [plan for plan in rest if plan not in chunk]
            name = _name(key, names)
            names.add(name)
            joints.append(Joint(whole(chunk, Group(name, key, label(chunk[0], asked.group_by)), site)))
            room.take(chunk)
    found = [joint for joint in joints if joint is not None]
    together = {p.id for joint in found for p in (*joint.plan.parts, *joint.aside)}
    alone = [Joint(plan) for plan in plans if plan.id not in together]
    return (*found[: len(open_)], *sorted((*found[len(open_) :], *alone), key=lambda joint: worth(joint.plan)))


def _holds(request: PullRequest, plan: Plan) -> bool:
    left = set(plan.fingerprints) & set(request.left)
    return not left and not set(plan.fingerprints).isdisjoint(request.marker.fingerprints)


def _is_free(plan: Plan, ours: Sequence[PullRequest], site: Site, answers: Answers) -> bool:
    """Whether a plan may share a request: nobody was asked for it, and nothing holds it that does not hold others."""
    if not _may_share(plan):
        return False
    if answers.says("snooze", plan.id) or plan.id in answers.snoozed or answers.says("ask", plan.id):
        return False
    if any(declined_in_a_row(ours, rule) >= site.config.limits.breaker_declines for rule in plan.rules):
        return False
    known = site.ledger.outcome(plan.fingerprints)
    if (known is not None and not is_over(known)) or pulls.standing(plan, known, site) is not None:
        return False
    # A request names the one ticket that asked for it before.
    return known is None or (known.route is not Route.TICKET and known.beside is None)


def _is_edit(plan: Plan) -> bool:
    return plan.route is Route.PULL_REQUEST and bool(plan.edits)


def _may_share(plan: Plan) -> bool:
    """Whether a plan can be asked for with others: it removes nothing, and waits for nothing."""
    waits = any(change.after or change.whole for change in plan.changes)
    return _is_edit(plan) and not is_destructive(plan) and not waits


def _kept(
    request: PullRequest, own: Sequence[Plan], waiting: list[Plan], site: Site, room: Room, sure: bool
) -> Joint | None:
    """An open request with those it holds that are found still, and those that join it; None where none is found."""
    members = sorted(filter(_may_share, own), key=worth) or sorted(filter(_is_edit, own), key=worth)[:1]
    aside = tuple(p for p in own if p not in members)
    if not own:
        return None
    fingerprints = {f for plan in own for f in plan.fingerprints} | set(request.left)
    seen = sure or fingerprints.issuperset(request.marker.fingerprints)
    group = Group(request.marker.plan_id, request.marker.group or "", label(own[0], site.config.requests.group_by))
    if not members:
        return Joint(doubted(aside, group), seen=seen)
    able = [plan for plan in waiting if room.has(plan, request.marker.owners)]
    joining = _taken(able, members, site.config.requests.group_size) if all(map(_may_share, members)) else []
    waiting[:] = [plan for plan in waiting if plan not in joining]
    room.take(joining, request.marker.owners)
    return Joint(whole((*members, *joining), group, site), tuple(p.id for p in joining), aside, seen)


def _taken(waiting: Iterable[Plan], members: Sequence[Plan], size: int) -> list[Plan]:
    """The plans of those that wait that go together with the members, as long as there is room."""
    chosen: list[Plan] = []
    for plan in waiting:
        others = (*members, *chosen)
        rules = ",".join(dict.fromkeys(rule for p in (*others, plan) for rule in p.rules))
        fits = not any(meet(plan.edits, other.edits) for other in others)
        if len(others) < size and fits and len(rules) <= RULES:
            chosen.append(plan)
    return chosen


def _name(key: str, names: Collection[str]) -> str:
    """The first name of a key that no request has: whoever its members will be, a killed run chooses it again."""
    number = 0
    while (name := hashlib.sha256(f"group\0{key}\0{number}".encode()).hexdigest()[:16]) in names:
        number += 1
    return name
