"""A change that rules want, for tests in which most of it does not matter."""

from dataclasses import replace

from remediator.model import Action, Attributes, Change, Effect, Layer, Level, Resource, StateResource

LIVE = Resource("aws", "a", "us-east-1", "aws_instance", "i-1", None, Attributes(), Attributes(), None)
PLAIN = Change(
    rule="r",
    concern="c",
    layer=Layer.CONFIGURATION,
    resource=LIVE,
    declared=None,
    title="t",
    reason="r",
    actions=(),
    evidence=(),
    missing=(),
    saving=None,
    risk=Level.LOW,
    effort=Level.LOW,
    effect=Effect.IN_PLACE,
    confidence=0.9,
)


def change_of(resource: Resource, declared: StateResource | None, *actions: Action, **fields: object) -> Change:
    """The change of a resource; `fields` name what else matters of it."""
    return replace(PLAIN, resource=resource, declared=declared, actions=actions, **fields)
