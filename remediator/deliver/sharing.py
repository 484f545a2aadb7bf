"""What findings share that may be asked for in one request."""

import hashlib

from remediator.config.requests import GroupBy
from remediator.model import Plan


def key(plan: Plan, by: GroupBy | None) -> str | None:
    """A digest of what a plan shares with others; None where it shares nothing."""
    shared = _shared(plan, by)
    text = "\0".join((plan.repository or "", by or "", *(shared or ())))
    return None if shared is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _shared(plan: Plan, by: GroupBy | None) -> tuple[str, ...] | None:
    states = [change.declared.at if change.declared else None for change in plan.changes]
    roots = {(at.root, at.workspace) if at else None for at in states}
    match by:
        case "root" | "module" if len(roots) != 1 or None in roots:
            return None  # what several roots share is applied with each of them
        case "root":
            return next((root for root in roots if root is not None), None)
        case "module":
            calls = {at.module.split(".")[1].partition("[")[0] if at.module else "" for at in states if at is not None}
            own = next(((*root, *calls) for root in roots if root is not None), None)
            return own if len(calls) == 1 and "" not in calls else None
        case "owner":
            return (plan.origin.owners[0].handle,) if plan.origin.owners else None
        case "rule":
            return plan.rules if len(plan.rules) == 1 else None
        case None:
            return None


def label(plan: Plan, by: GroupBy | None) -> str:
    """What the findings share, in words."""
    shared = _shared(plan, by)
    match by, shared:
        case "root", (root, workspace):
            return f"{root or 'the root module'}{'' if workspace == 'default' else f' ({workspace})'}"
        case "module", (root, _, call):
            return f"module.{call}{f' of {root}' if root else ''}"
        case "owner", (handle,):
            return f"the code of {handle}"
        case _:
            return plan.repository or ""
