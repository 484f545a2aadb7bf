"""Alarms and dashboards that watch a resource by the very value that changes: they have to follow it.

An alarm on `InstanceType` that names the old type sees nothing any more. What it watches is updated in place; when it
goes off and what it then does stay as they are, and so does whatever does not refer to the resource.
"""

import re
from collections.abc import Iterable, Mapping

from remediator.edit.references import attributes_in
from remediator.iac.terraform.configuration.difference import Difference
from remediator.iac.terraform.configuration.root import Instance
from remediator.model import ExpectedChange

__all__ = ["expected_of", "follows"]

_WATCHED: Mapping[str, tuple[str, ...]] = {
    "aws_cloudwatch_metric_alarm": ("dimensions", "metric_query", "alarm_description"),
    "aws_cloudwatch_dashboard": ("dashboard_body",),
}
"""What follows, and the attributes that say what it watches."""


def follows(difference: Difference, of: Instance, watched: Instance) -> bool:
    """Whether what differs of an instance is what an alarm or a dashboard watches of another, which it refers to."""
    block, address = of.declared.block, watched.declared.block.address
    if difference.attribute.partition(".")[0] not in _WATCHED.get(".".join(block.labels[:1]), ()):
        return False
    named = re.compile(rf"(?<![\w.-]){re.escape(address)}(?![\w-])")
    return of.module is watched.module and any(named.search(attribute.text) for attribute in attributes_in(block))


def expected_of(following: Iterable[Difference]) -> tuple[ExpectedChange, ...]:
    """What a plan shows of them, by address."""
    attributes: dict[str, dict[str, None]] = {}
    for one in following:
        attributes.setdefault(one.address, {})[one.attribute.partition(".")[0]] = None
    return tuple(ExpectedChange(address, ("update",), tuple(names)) for address, names in attributes.items())
