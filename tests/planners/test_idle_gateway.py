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


@pytest.mark.parametrize(("type_", "paid"), [("public", True), ("private", False)])
def test_an_address_that_stays_is_paid_for(build, type_, paid) -> None:
    usage = build.lookback(connections=0, traffic=0)
    seen = build.seen("aws_nat_gateway", "nat-1", {"connectivity_type": type_}, usage, declared={})
    [change] = idle_gateway.plan(build.estate(seen), build.context(Settings()))

    assert ("its Elastic IP is paid for as before" in change.reason) is paid
