"""Idle GPUs, and what is wanted of them."""

import pytest

from planners import idle_gpu
from planners.idle_gpu import Settings

DEFAULTS = Settings()


@pytest.fixture(scope="session")
def changes(build):
    def run(*seen, settings=DEFAULTS):
        return list(idle_gpu.plan(build.estate(*seen), build.context(settings)))

    return run
