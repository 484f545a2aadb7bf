"""How plans and counts are named to a person."""

from remediator.deliver.standing import Delivered
from remediator.model import Plan, Route


def resource_name(plan: Plan) -> str:
    """The address of a plan's first resource, or its live id where no state holds it."""
    change = plan.changes[0]
    return change.declared.at.address if change.declared else f"{change.resource.kind} {change.resource.id}"


def delivery_name(plan: Plan, delivered: Delivered) -> str:
    """What a plan goes out as: `request 3` or `FIN-2`; `request` or `ticket` while it has no reference."""
    reference = delivered.reference or ""
    if plan.route is Route.PULL_REQUEST:
        return f"request {reference}".rstrip()
    return reference if plan.route is Route.TICKET and reference else f"{plan.route} {reference}".rstrip()


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it is not one."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
