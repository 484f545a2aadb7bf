"""Machines that may be too large, and what is wanted of them."""

import pytest

from planners import rightsize_instance
from planners.rightsize_instance import Settings

DEFAULTS = Settings()


@pytest.fixture(scope="session")
def changes(build):
    def run(*seen, settings=DEFAULTS, without=()):
        return list(rightsize_instance.plan(build.estate(*seen), build.context(settings, without)))

    return run
