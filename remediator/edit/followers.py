"""Alarms and dashboards that watch a resource by the very value that changes: they have to follow it.

An alarm on `InstanceType` that names the old type sees nothing any more. Whatever of them hangs on the value is updated
in place, save for their names.
"""

import re
from collections.abc import Iterable, Mapping

from remediator.iac.terraform.configuration.difference import Difference
from remediator.model import ExpectedChange

__all__ = ["expected_of", "follows"]

_NAMES: Mapping[str, str] = {
    "aws_cloudwatch_metric_alarm": "alarm_name",
    "aws_cloudwatch_dashboard": "dashboard_name",
}
"""What follows, and the attribute by which it is another one."""
_TYPE = re.compile(r'(?:module\.[^.\[]+(?:\["(?:[^"\\]|\\.)*"\]|\[\d+\])?\.)*([\w-]+)\.')


def follows(difference: Difference) -> bool:
    """Whether what differs is an alarm or a dashboard that stays the one it is."""
    found = _TYPE.match(difference.address)
    name = _NAMES.get(found[1]) if found is not None else None
    return name is not None and difference.attribute.partition(".")[0] not in ("", name)


def expected_of(following: Iterable[Difference]) -> tuple[ExpectedChange, ...]:
    """What a plan shows of them, by address."""
    attributes: dict[str, dict[str, None]] = {}
    for one in following:
        attributes.setdefault(one.address, {})[one.attribute.partition(".")[0]] = None
    return tuple(ExpectedChange(address, ("update",), tuple(names)) for address, names in attributes.items())
