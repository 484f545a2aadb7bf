import pytest

from planners import idle_load_balancer
from planners.idle_load_balancer import Settings
from remediator.model import Launcher, Usage


@pytest.fixture
def changes(build):
    def run(kind, spec, usage, **over):
        seen = build.seen(kind, "x", spec, usage, declared={}, price="16.43", **over)
        return list(idle_load_balancer.plan(build.estate(seen), build.context(Settings())))

    return run


def test_one_without_a_connection_is_removed(build, changes) -> None:
    [change] = changes("aws_lb", {}, build.lookback(new_connections=0))

    assert change.reason == "no connection for 14 days"
    assert not change.doubts
    assert changes("aws_lb", {}, build.lookback(new_connections=0.01)) == []
    assert changes("aws_lb", {}, Usage()) == []


def test_a_classic_one_with_nothing_behind_it_is_asked_about(changes) -> None:
    [change] = changes("aws_elb", {"instances": ()}, Usage())

    assert change.doubts and change.confidence == 0.5
    assert changes("aws_elb", {"instances": ("i-1",)}, Usage()) == []
    assert changes("aws_elb", {}, Usage()) == []


def test_one_that_a_controller_made_is_decided_there(build, changes) -> None:
    made = Launcher("Kubernetes", "ingress", "web/front")
    [change] = changes("aws_lb", {}, build.lookback(new_connections=0), launched_by=made)

    assert change.doubts == ("Kubernetes (ingress web/front) launched it and would launch another; change it there",)
