"""What must be seen live once a plan is applied."""

from remediator.model import AddResource, Change, Plan, RemoveResource, SetAttribute, Target


def targets(plan: Plan) -> tuple[Target, ...]:
    """One target an action of the plan, in the order of its changes."""
    return tuple(dict.fromkeys(t for change in plan.changes for t in _of(change)))


def _of(change: Change) -> tuple[Target, ...]:
    resource = change.resource
    address = change.declared.at.address if change.declared else None
    found: list[Target] = []
    for action in change.actions:
        match action:
            case SetAttribute(path=attribute, target=value) | AddResource(shows=SetAttribute(attribute, _, value)):
                found.append(Target(resource.account, resource.region, resource.id, address, attribute, value))
            case RemoveResource():
                found.append(Target(resource.account, resource.region, resource.id, address, None, None))
    return tuple(found)
