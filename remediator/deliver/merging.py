"""Requests that the forge is asked to merge by itself, once; what was proved, shown on their commit."""

from dataclasses import replace

from remediator.deliver.limits import is_destructive
from remediator.deliver.markers import LABEL
from remediator.deliver.marking import remark
from remediator.deliver.protocols import PullRequest
from remediator.deliver.site import Site
from remediator.errors import RemediatorError
from remediator.model import Plan


def ask_to_merge(request: PullRequest, plan: Plan, site: Site) -> str | None:
    """Ask the forge to merge a request as soon as its rules let it; a sentence where it does not take that.

    Only where every rule of it is among `requests.auto_merge` and Terraform itself showed the edit, and it removes
    nothing, is of one finding, and is no draft. It is asked for once, so that whoever takes it back is not overruled.
    """
    asked = site.config.requests
    if not set(plan.rules) <= set(asked.auto_merge) or asked.draft or request.marker.merge:
        return None
    if not plan.proved or is_destructive(plan) or len(plan.parts) > 1:
        return None
    try:
        site.forge.auto_merge(site.slug, request.reference)
        remark(request, site, lambda marker: replace(marker, merge=True))
    except RemediatorError as error:
        return f"auto-merge was not taken, so it is left to people: {error}"
    return None


def show_proof(sha: str | None, plan: Plan, site: Site) -> str | None:
    """Set what was proved as a status of the commit; a sentence where the forge does not take that."""
    if not site.config.requests.status or sha is None:
        return None
    text = f"{'Terraform' if plan.proved else 'The code'}, before and after the edit: {_counted(plan)}, nothing else"
    try:
        site.forge.set_status(site.slug, sha, f"{LABEL}/proof", "success", text)
    except RemediatorError as error:
        return f"its commit shows no status: {error}"
    return None


def _counted(plan: Plan) -> str:
    number = len(plan.expected)
    return f"{number} {'address differs' if number == 1 else 'addresses differ'}"
