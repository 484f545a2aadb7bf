"""Owners after whom a forge is asked, and what became of them."""

from remediator.model import UNCHECKED, Evidence, Owner

HISTORY = (Evidence("created", "created it", 0.15),)
WRITTEN = (Evidence("CODEOWNERS", "line 3", 0.95),)


def owner(handle, evidence=HISTORY):
    return Owner(handle, 0.4, evidence, (handle,))


def handles(done):
    (plan, *_) = done.plans
    return [one.handle for one in plan.origin.owners]


def passed(done):
    return [(one.handle, one.reason) for one in done.plans[0].origin.passed_over]


def unchecked(done):
    """What the evidence for the owners says of handles that no forge told of."""
    return [e.text for o in done.plans[0].origin.owners for e in o.evidence if e.source == UNCHECKED]
