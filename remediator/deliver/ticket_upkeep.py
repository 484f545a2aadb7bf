"""What is done about a ticket after it was opened: kept true, told of what changed, ended when it is settled."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from remediator.config import LimitsConfig
from remediator.deliver import escape
from remediator.deliver.basis import moved
from remediator.deliver.lifecycle import LifecycleEffect, transition
from remediator.deliver.protocols import TicketDraft, Tracker
from remediator.deliver.standing import Delivered
from remediator.deliver.wording import money
from remediator.ledger.ledger import Ledger
from remediator.model import AS_ASKED, EXCEPTED, VANISHED, Facts, Outcome, Plan, RequestState, Status

BACK = "It was done, and is found again: the resource is as it was before."
SETTLED = "What this ticket asks for is live, so it is done."
GONE = "Neither the cloud nor a state has the resource any more, so there is nothing left to do."
NOT_FOUND = "Three runs on end have not found this any more: the resource may be in use again. Close it if that is so."
KEPT = (
    "The configuration says that this is to be kept as it is, by an exception or without its rule. Nothing more is "
    "said here while it says so; close the ticket if that is for good."
)
WANTED = "It is found again, as it is described above."


def attend(
    plan: Plan,
    known: Outcome,
    draft: TicketDraft,
    tracker: Tracker,
    limits: LimitsConfig,
    ledger: Ledger,
    now: datetime,
    told: bool = True,
) -> Delivered:
    """Keep an open ticket true to a fresh plan for its findings; what people wrote into it stays.

    Figures are frozen until the saving is off by more than `limits.refresh_beyond`; then the description is written
    anew, where it still reads as we left it, and one comment says what changed, where readers are `told` the saving.
    """
    reference = known.reference or ""
    news = known.monthly is not None and moved(known.monthly, plan.monthly_saving, limits.refresh_beyond)
    after, effects = transition(known, Facts(now, RequestState.OPEN, wants=AS_ASKED, moved=news))
    if LifecycleEffect.REFRESH in effects:
        tracker.rewrite(reference, draft.summary, draft.description)
        if told:
            tracker.say(reference, "evidence", _evidence(known.monthly, plan))
    if LifecycleEffect.SAY_WANTED in effects or known.pending == EXCEPTED:
        tracker.say(reference, "found", WANTED)
    if news or known.monthly is None:
        after = replace(after, monthly=plan.monthly_saving)
    ledger.save(after)
    return Delivered(known.plan_id, "refreshed" if news else "kept", reference, tracker.where(reference))


def settle(
    known: Outcome, live: bool | None, wanted: str | None, tracker: Tracker, ledger: Ledger, now: datetime
) -> bool:
    """End an open ticket whose resource is as wanted or no more, or say that it is kept or not found; whether it ended.

    `wanted` is what the run wants of it, None where it did not see enough to say.
    """
    after, effects = transition(known, Facts(now, RequestState.OPEN, live, wanted))
    reference = known.reference or ""
    ends = LifecycleEffect.SETTLE in effects or (known.status is Status.APPLIED and after.status is Status.APPLIED)
    if ends:
        tracker.say(reference, "settled", GONE if after.pending == VANISHED else SETTLED)
        ends = tracker.end(reference)
    elif LifecycleEffect.SAY_GONE in effects:
        tracker.say(reference, "found", NOT_FOUND)
    elif after.pending == EXCEPTED != known.pending:
        tracker.say(reference, "found", KEPT)
    ledger.save(after)
    return ends


def _evidence(before: Decimal | None, plan: Plan) -> str:
    now = plan.monthly_saving
    saves = "an amount that is not known" if now is None else f"{money(now)} {plan.currency}"
    return escape.plain(
        f"It saves {saves} a month now; it was {money(before)} {plan.currency} before. A plan file that was attached "
        "before is of then."
    )
