import time

import pytest

from remediator.config import OwnersConfig, PlaceholderConfig
from remediator.trace.authorship import machines
from remediator.trace.placeholders import placeholders

KNOWN = placeholders(PlaceholderConfig())


@pytest.mark.parametrize("name", ["Your Name", "your  name", "ROOT", "unknown", "ubuntu", "User", ""])
def test_a_name_that_was_never_filled_in_is_nobodys(name):
    assert not KNOWN.names_somebody(name)


@pytest.mark.parametrize(
    "address",
    ["root@localhost", "You@example.com", "al@Als-MacBook.local", "noreply@github.com", "root@ip-10-0-0-1.ec2.internal",
     "al@localhost.localdomain", "al@box.(none)", ""],
)  # fmt: skip
def test_an_address_that_was_never_filled_in_reaches_nobody(address):
    assert not KNOWN.reaches_somebody(address)


@pytest.mark.parametrize(
    "address",
    ["bob@acme.example", "rootes@acme.io", "12+al@users.noreply.github.com", "al@local.acme.io", "user@acme.io"],
)
def test_an_address_of_somebodys_own_counts(address):
    assert KNOWN.reaches_somebody(address)


def test_a_name_of_somebodys_own_counts():
    assert KNOWN.names_somebody("Root Anders")


def test_the_configuration_adds_to_them():
    known = machines(OwnersConfig(placeholders=PlaceholderConfig(names=("Build Box",), addresses=("*@ci.acme.io",))))

    assert known.person("build box", "x@CI.acme.io").is_nobody
    assert not known.person("root", "al@acme.io").is_nobody
    assert not known.person("Al Moro", "root@localhost").is_nobody


def test_a_hostile_address_takes_linear_time():
    started = time.process_time()
    for _ in range(1_000):
        KNOWN.reaches_somebody("@." * 100_000)

    assert time.process_time() - started < 5
