"""What must be seen live once a plan is applied."""

from remediator.model import Action, AddResource, Change, Plan, RemoveResource, SetAttribute, Target, Value


def targets(plan: Plan) -> tuple[Target, ...]:
    """One target an action of the plan, in the order of its changes."""
    return tuple(dict.fromkeys(t for change in plan.changes for t in targets_of(change)))


def targets_of(change: Change) -> tuple[Target, ...]:
    """One target an action of a change."""
    return tuple(_target(change, *shown) for action in change.actions for shown in _shown(action))


def _shown(action: Action) -> tuple[tuple[str | None, Value], ...]:
    """The attribute that shows an action live, and its value; no attribute means that the resource is gone."""
    match action:
        case SetAttribute(path=attribute) if attribute.startswith("lifecycle."):
            return ()  # what Terraform is told of a resource's life is nowhere live
        case SetAttribute(path=attribute, target=value) | AddResource(shows=SetAttribute(attribute, _, value)):
            return ((attribute, value),)
        case RemoveResource():
            return ((None, None),)


def _target(change: Change, attribute: str | None, value: Value) -> Target:
    resource, at = change.resource, change.declared.at if change.declared else None
    address, root, workspace = (at.address, at.root, at.workspace) if at else (None, None, None)
    return Target(
        resource.account, resource.region, resource.id, address, attribute, value, root, workspace, resource.kind
    )
