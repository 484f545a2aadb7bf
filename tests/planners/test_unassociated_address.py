from decimal import Decimal

import pytest

from planners import unassociated_address
from planners.unassociated_address import Settings
from remediator.model import Launcher, RemoveResource, Usage

FREE = {"public_ip": "192.0.2.1"}


@pytest.fixture
def changes(build):
    def run(spec=FREE, settings=None, **over):
        over = {"price": "3.65", "declared": {}, "age_days": None, **over}
        seen = build.seen("aws_eip", "eipalloc-1", spec, Usage(), **over)
        return list(unassociated_address.plan(build.estate(seen), build.context(settings or Settings())))

    return run


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        (FREE, True),
        ({**FREE, "public_ipv4_pool": "amazon"}, True),
        ({**FREE, "public_ipv4_pool": "ipv4pool-ec2-1"}, False),
        ({**FREE, "association_id": "eipassoc-1"}, False),
        ({**FREE, "instance": "i-1"}, False),
        ({**FREE, "network_interface": "eni-1"}, False),
        ({**FREE, "association_id": "", "instance": ""}, True),
        ({}, False),
    ],
)
def test_an_address_of_amazons_with_nothing_behind_it_is_asked_about(changes, spec, found) -> None:
    assert bool(changes(spec)) is found


def test_a_release_is_asked_about_with_what_is_not_known(changes) -> None:
    [change] = changes()

    assert change.reason == "192.0.2.1 is associated with no instance and no network interface"
    assert change.title.startswith("Release address ") and change.actions == (RemoveResource(),)
    assert change.missing == ("since when it is not associated", "allow-lists and DNS records that name it")
    assert "cannot be had again" in change.doubts[0] and change.confidence == 0.5
    assert change.saving.monthly == Decimal("3.65")
    assert change.accrued is None  # nobody knows since when


@pytest.mark.parametrize("environment", ["prod", "staging", "dev", None])
def test_it_is_a_question_in_every_environment(changes, environment) -> None:
    [change] = changes(environment=environment)

    assert change.doubts


def test_an_unknown_price_claims_nothing(changes) -> None:
    [change] = changes(price=None)

    assert change.saving is None


def test_what_a_tag_keeps_is_left_alone(changes) -> None:
    assert changes(tags={"remediator:keep": ""}) == []
    assert changes(settings=Settings(keep_tags=("dns",)), tags={"dns": "mail"}) == []
    assert len(changes(settings=Settings(keep_tags=()), tags={"remediator:keep": ""})) == 1


def test_one_that_is_in_no_code_is_asked_about_too(changes) -> None:
    [change] = changes(declared=None)

    assert change.declared is None


def test_one_that_a_controller_made_is_decided_there(changes) -> None:
    [change] = changes(launched_by=Launcher("Kubernetes", "service", "web"))

    assert any("launched it and would launch another" in doubt for doubt in change.doubts)
