"""Whoever may only read a repository decides nothing: GitHub lets everybody approve what is public."""

import pytest

from tests.deliver.volume_plans import MAIN


@pytest.fixture
def approved(hub, github, upstream):
    """A request that the base says already, with one approval by `mallory`."""
    hub.deliver(hub.plan())
    github.reviews[1] = [("mallory", "APPROVED")]
    upstream.commit({"main.tf": MAIN.replace('"a" {\n  type = "gp2"', '"a" {\n  type = "gp3"') + "# and more\n"})
    return hub


def test_an_approval_of_who_may_not_write_holds_nothing(approved, github) -> None:
    github.passers_by = {"mallory"}

    assert [d.action for d in approved.deliver(approved.plan())] == ["closed"]


def test_an_approval_of_who_may_holds_it(approved) -> None:
    [again] = approved.deliver(approved.plan())

    assert (again.action, again.reason) == ("kept", "it is approved, so it is left as it is")
