import pytest

from planners import idle_load_balancer
from planners.idle_load_balancer import Settings
from remediator.model import Launcher, Usage

APPLICATION, NETWORK = ({"load_balancer_type": name} for name in ("application", "network"))


@pytest.fixture
def changes(build):
    def run(kind, spec, usage, **over):
        seen = build.seen(kind, "x", spec, usage, declared={}, price="16.43", **over)
        return list(idle_load_balancer.plan(build.estate(seen), build.context(Settings())))

    return run


def test_one_without_a_connection_is_removed(build, changes) -> None:
    [change] = changes("aws_lb", APPLICATION, build.lookback(new_connections=0, traffic=0))

    assert change.reason == "no connection and no byte for 14 days"
    assert not change.doubts
    assert changes("aws_lb", APPLICATION, build.lookback(new_connections=0.01, traffic=0)) == []
    assert changes("aws_lb", APPLICATION, Usage()) == []


def test_connections_that_began_long_ago_are_a_use(build, changes) -> None:
    assert changes("aws_lb", APPLICATION, build.lookback(new_connections=0, traffic=9)) == []
    assert changes("aws_lb", NETWORK, build.lookback(new_connections=0, flows=1)) == []
    assert changes("aws_lb", NETWORK, build.lookback(new_connections=0)) == []
    assert len(changes("aws_lb", NETWORK, build.lookback(new_connections=0, flows=0))) == 1


def test_one_that_its_state_protects_is_asked_about(build) -> None:
    usage = build.lookback(new_connections=0, traffic=0)
    seen = build.seen("aws_lb", "x", APPLICATION, usage, declared={"enable_deletion_protection": True})
    [change] = idle_load_balancer.plan(build.estate(seen), build.context(Settings()))

    assert "enable_deletion_protection" in change.doubts[0]


def test_a_classic_one_with_nothing_behind_it_is_asked_about(changes) -> None:
    [change] = changes("aws_elb", {"instances": ()}, Usage())

    assert change.doubts and change.confidence == 0.5
    assert changes("aws_elb", {"instances": ("i-1",)}, Usage()) == []
    assert changes("aws_elb", {}, Usage()) == []


def test_one_that_a_controller_made_is_decided_there(build, changes) -> None:
    made = Launcher("Kubernetes", "ingress", "web/front")
    [change] = changes("aws_lb", APPLICATION, build.lookback(new_connections=0, traffic=0), launched_by=made)

    assert change.doubts == ("Kubernetes (ingress web/front) launched it and would launch another; change it there",)
