from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from remediator.model import (
    Attributes,
    Change,
    Context,
    Estate,
    Layer,
    Observation,
    Resource,
    StateAddress,
    StateResource,
    Usage,
)
from remediator.observe import prices
from remediator.registry import Loaded, load_planners
from remediator.run.asking import ask
from tests.changes import change_of

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def seen(name: str, environment: str | None) -> Observation:
    resource = Resource("aws", "ml", "us-east-1", "aws_ebs_volume", name, None, Attributes(), Attributes(), None)
    return Observation(resource, Usage(), None, None, environment)


ESTATE = Estate((seen("vol-prod", "prod"), seen("vol-dev", "dev"), seen("vol-x", None)))


def all_of_them(estate: Estate, context: Context[object]) -> Iterator[Change]:
    for one in estate.observations:
        yield change_of(
            one.resource,
            None,
            rule="all",
            concern="size",
            layer=Layer.USAGE,
            title="",
            reason=str(context.of(one)),
            accrued=Decimal(0),
            confidence=1.0,
        )


PLANNER = Loaded("all", "", Layer.USAGE, ("aws_ebs_volume",), "plain", all_of_them)


def asked(planner: Loaded) -> dict[str, str]:
    changes, failures = ask([planner], ESTATE, frozenset(), NOW, prices.load())
    assert failures == ()
    return {change.resource.id: change.reason for change in changes}


def test_each_environment_has_its_own_settings() -> None:
    assert asked(PLANNER) == {"vol-prod": "plain", "vol-dev": "plain", "vol-x": "plain"}
    own = replace(PLANNER, in_environments=(("dev", "own"),))
    assert asked(own) == {"vol-prod": "plain", "vol-dev": "own", "vol-x": "plain"}


def test_a_rule_says_nothing_where_it_is_off() -> None:
    assert asked(replace(PLANNER, off=("prod",))).keys() == {"vol-dev", "vol-x"}
    assert asked(replace(PLANNER, off=(None, "prod", "staging"))).keys() == {"vol-dev"}


def test_a_planner_that_fails_is_a_failure() -> None:
    def broken(estate: Estate, context: Context[object]) -> Iterator[Change]:
        raise KeyError("x")
        yield

    changes, failures = ask([replace(PLANNER, plan=broken), PLANNER], ESTATE, frozenset(), NOW, prices.load())

    assert len(changes) == 3
    assert [failure.unit for failure in failures] == ["planner all"]


def test_a_provider_configuration_is_left_alone_where_a_rule_is_off_for_anything_it_made() -> None:
    [wanted] = load_planners(
        {"required_tags": {"tags": ["team"], "values": [{"tag": "team", "value": "ml"}]}}, "required_tags"
    )
    at = StateAddress("infra", ".", "file:s", "default", "l", 1, "", "managed", "aws_ebs_volume", "a", None)

    def made(name: str, environment: str, by: str) -> Observation:
        state = StateResource(replace(at, name=name), name, None, Attributes(), configured_by=by, tag_keys=())
        return replace(seen(name, environment), declared=state)

    made_by = (made("a", "dev", "provider.aws"), made("b", "prod", "provider.aws"), made("c", "dev", "provider.aws.x"))
    off = replace(wanted, off=("prod",))

    for planner, addresses in ((wanted, ["provider.aws", "provider.aws.x"]), (off, ["provider.aws.x"])):
        changes, failures = ask([planner], Estate(made_by), frozenset(), NOW, prices.load())
        assert failures == ()
        assert [change.resource.id for change in changes] == addresses
