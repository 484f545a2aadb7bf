import pytest

from planners import idle_gateway
from planners.idle_gateway import Settings
from remediator.model import RemoveResource


@pytest.mark.parametrize(
    ("usage", "found"),
    [
        ({"connections": 0, "traffic": 0}, True),
        ({"connections": 0, "traffic": 1}, False),
        ({"connections": 1, "traffic": 0}, False),
        ({"connections": 0}, False),
    ],
)
def test_a_gateway_goes_only_if_neither_connections_nor_bytes_were_seen(build, usage, found) -> None:
    seen = build.seen("aws_nat_gateway", "nat-1", {}, build.lookback(**usage), price="32.85", declared={})
    changes = list(idle_gateway.plan(build.estate(seen), build.context(Settings())))

    assert [c.actions for c in changes] == ([(RemoveResource(),)] if found else [])
