import pytest

from planners import unassociated_address
from planners.unassociated_address import Settings
from remediator.model import Usage


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ({"public_ip": "192.0.2.1"}, True),
        ({"public_ip": "192.0.2.1", "public_ipv4_pool": "amazon"}, True),
        ({"public_ip": "192.0.2.1", "public_ipv4_pool": "ipv4pool-ec2-1"}, False),
        ({"public_ip": "192.0.2.1", "association_id": "eipassoc-1"}, False),
        ({"public_ip": "192.0.2.1", "instance": "i-1"}, False),
        ({}, False),
    ],
)
def test_an_address_of_amazons_with_nothing_behind_it_is_asked_about(build, spec, found) -> None:
    seen = build.seen("aws_eip", "eipalloc-1", spec, Usage(), price="3.65", declared={})
    changes = list(unassociated_address.plan(build.estate(seen), build.context(Settings())))

    assert bool(changes) is found
    assert all(c.doubts for c in changes)
