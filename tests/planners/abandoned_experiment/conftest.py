"""Experiments: calls of modules, workspaces and tags whose machines nobody uses any more."""

from dataclasses import replace

import pytest

from planners import abandoned_experiment, idle_database, idle_endpoint, idle_gpu
from planners.abandoned_experiment import Settings
from remediator.model import Estate
from tests.planners.abandoned_experiment.calls import inside
from tests.planners.loads import QUIET


@pytest.fixture
def trainers(build):
    """Two idle machines of one module call, and what works outside it."""
    idle = build.recent(hours=30, **QUIET)
    return (
        inside(build.instance(usage=idle, name="i-1", price="2233.80")),
        inside(build.instance(usage=idle, name="i-2", price="2233.80")),
    )


@pytest.fixture
def works(build):
    return inside(build.instance("m5.large", build.lookback(cpu=60, network=1e8), name="i-9"), module="")


@pytest.fixture
def changes(build):
    def run(*seen, settings=None, live_since=None, states=()):
        estate = Estate(seen, states)
        settings = settings or Settings()
        wanted = tuple(
            change
            for rule in (idle_gpu, idle_endpoint, idle_database)
            for change in rule.plan(estate, build.context(rule.Settings()))
        )
        context = replace(build.context(settings), wanted=wanted, live_since=live_since or {})
        return list(abandoned_experiment.plan(estate, context))

    return run
