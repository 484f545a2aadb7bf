from dataclasses import replace
from datetime import UTC, datetime

import pytest

from remediator.model import (
    Attributes,
    Facts,
    Observation,
    Outcome,
    RequestState,
    Resource,
    Route,
    StateAddress,
    StateResource,
    Status,
    Target,
    Usage,
    Value,
)
from remediator.verify.outcomes import Seen, facts, same_value

NOW = datetime(2026, 11, 3, tzinfo=UTC)
UNIT = ("ml-dev", "us-east-1")
ADDRESS = "module.a.aws_ebs_volume.data[0]"


def volume(
    id_: str = "vol-1", address: str | None = None, repository: str = "infra", root: str = ".", **spec: Value
) -> Observation:
    declared = None
    if address is not None:
        module, _, rest = address.removesuffix("[0]").partition(".aws_ebs_volume.")
        at = StateAddress(repository, root, "file:x", "default", "l", 1, module, "managed", "aws_ebs_volume", rest, 0)
        declared = StateResource(at, id_, None, Attributes())
    resource = Resource("aws", *UNIT, "aws_ebs_volume", id_, None, Attributes(spec), Attributes(), NOW)
    return Observation(resource, Usage(), None, declared)


def target(attribute: str | None = "type", value: Value = "gp3", **other: str) -> Target:
    address = other.get("address")
    root = (".", "default") if address else (None, None)
    return Target(
        other.get("account", UNIT[0]),
        UNIT[1],
        other.get("id", "vol-1"),
        address,
        attribute,
        value,
        *root,
        "aws_ebs_volume",
    )


def live(
    *observations: Observation,
    targets: tuple[Target, ...] = (target(),),
    complete: bool = True,
    roots: tuple[tuple[str, str, str], ...] = (("infra", ".", "default"),),
    states: tuple[StateResource, ...] = (),
) -> bool | None:
    outcome = Outcome(
        plan_id="a",
        fingerprints=("a",),
        rule="ebs_gp3",
        repository="infra",
        addresses=(),
        targets=targets,
        route=Route.PULL_REQUEST,
        status=Status.OPENED,
        reference="7",
    )
    states = (*states, *(o.declared for o in observations if o.declared))
    seen = Seen.of({(*UNIT, "aws_ebs_volume")} if complete else set(), observations, roots, states)
    return facts(outcome, seen, None, NOW).live_at_target


def test_a_value_at_target_is_live() -> None:
    assert live(volume(type="gp3")) is True


def test_another_value_is_not_live() -> None:
    assert live(volume(type="gp2")) is False


def test_a_unit_that_was_not_completely_observed_says_nothing() -> None:
    assert live(volume(type="gp3"), complete=False) is None
    assert live(volume(type="gp2"), complete=False) is None
    assert live(targets=(target(None, None),), complete=False) is None
    assert live(volume(type="gp3"), targets=(target(account="other"),)) is None


def test_every_target_must_be_live() -> None:
    both = (target(), target("iops", 3000))
    assert live(volume(type="gp3", iops=3000), targets=both) is True
    assert live(volume(type="gp3", iops=100), targets=both) is False


def test_one_target_that_is_not_known_leaves_all_unknown_unless_another_is_not_live() -> None:
    targets = (target(), target(account="other"))
    assert live(volume(type="gp3"), targets=targets) is None
    assert live(volume(type="gp2"), targets=targets) is False


def test_no_targets_say_nothing() -> None:
    assert live(volume(type="gp3"), targets=()) is None


def test_what_must_be_gone_is_gone_or_not() -> None:
    gone = (target(None, None),)
    assert live(targets=gone) is True
    assert live(volume("vol-2"), targets=gone) is True
    assert live(volume(), targets=gone) is False


@pytest.mark.parametrize("spec", [{"state": "deleting"}, {"instance_state": "terminated"}])
def test_what_is_still_listed_while_it_goes_is_gone(spec: dict[str, str]) -> None:
    assert live(volume(**spec), targets=(target(None, None),)) is True


def test_a_resource_that_is_gone_shows_no_value() -> None:
    assert live() is None
    assert live(volume("vol-2", type="gp3")) is None


def test_a_value_that_was_not_read_says_nothing() -> None:
    assert live(volume()) is None
    assert live(volume(type=None)) is None
    assert live(volume(), targets=(target("type", None),)) is None
    assert live(volume(type=None), targets=(target("type", None),)) is True


def test_what_no_api_shows_is_read_from_the_state() -> None:
    seen = volume(address=ADDRESS, type="gp3")
    assert seen.declared is not None
    stated = replace(seen.declared, attributes=Attributes({"final_snapshot": True, "type": "gp2"}))
    applied = replace(seen, declared=stated)

    assert live(applied, targets=(target("final_snapshot", True),)) is True
    assert live(seen, targets=(target("final_snapshot", True),)) is None
    assert live(applied, targets=(target("type", "gp3"),)) is True


def test_a_resource_replaced_under_a_new_id_is_found_by_its_address() -> None:
    new = volume("vol-2", ADDRESS, type="gp3")
    assert live(new, targets=(target(address=ADDRESS),)) is True
    assert live(new, targets=(target(None, None, address=ADDRESS),)) is False


def test_two_roots_with_one_address_are_not_mixed_up() -> None:
    new = volume("vol-2", ADDRESS, root="envs/prod", type="gp3")
    assert live(new, targets=(target(address=ADDRESS),)) is None


def test_a_removal_is_live_only_where_the_state_was_read_and_holds_it_no_more() -> None:
    gone = (target(None, None, address=ADDRESS),)
    replaced = volume("vol-2", ADDRESS).declared
    assert replaced is not None
    assert live(targets=gone) is True
    assert live(targets=gone, roots=()) is None
    assert live(targets=gone, states=(replaced,)) is False


def test_an_address_of_another_repository_or_of_two_resources_says_nothing() -> None:
    at = (target(address=ADDRESS),)
    assert live(volume("vol-2", ADDRESS, "other", type="gp3"), targets=at) is None
    assert live(volume("vol-2", ADDRESS, type="gp3"), volume("vol-3", ADDRESS, type="gp3"), targets=at) is None


def test_the_request_and_the_time_are_passed_on() -> None:
    outcome = Outcome("a", ("a",), "r", None, (), (), Route.TICKET, Status.OPENED, None)
    assert facts(outcome, Seen.of(set(), ()), RequestState.CLOSED, NOW) == Facts(NOW, RequestState.CLOSED, None)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("3000", 3000, True),
        (3000.0, "3000", True),
        (3000, 3001, False),
        (True, "true", True),
        ("false", False, True),
        (1, True, False),
        ("gp3", "gp3", True),
        ("gp3", "GP3", False),
        ("007", "7", False),
        ("", 0, False),
        (None, None, True),
        (None, "", False),
        (("b", "a"), ("a", "b"), True),
        (("a",), "a", False),
        (("a",), ("a", "a"), False),
    ],
)
def test_values_are_compared_by_what_they_mean(first: Value, second: Value, same: bool) -> None:
    assert same_value(first, second) is same
    assert same_value(second, first) is same


TEAM = Target(*UNIT, "provider.aws", "provider.aws", "default_tags.tags.team", "ml", ".", "default", "provider")


def made(name: str, tags: dict[str, Value], keys: tuple[str, ...] | None = (), by: str = "provider.aws") -> Observation:
    seen = volume(name, f"module.{name}.aws_ebs_volume.data[0]")
    declared = replace(seen.declared, configured_by=by, tag_keys=keys)
    return replace(seen, resource=replace(seen.resource, tags=Attributes(tags)), declared=declared)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ((made("a", {"team": "ml"}), made("b", {"team": "own"})), True),  # its own value replaces the default
        ((made("a", {"team": "ml"}), made("b", {}, ("team",))), True),
        ((made("a", {"team": "ml"}), made("b", {})), False),
        ((made("a", {"team": "ml"}), made("b", {}, by="provider.aws.west"), made("c", {}, None)), True),
        ((made("a", {}, None),), None),
        ((), None),
    ],
)
def test_tags_of_a_provider_are_live_once_all_that_it_made_has_them(
    seen: tuple[Observation, ...], expected: bool | None
) -> None:
    assert live(*seen, targets=(TEAM,)) is expected
    assert live(*seen, targets=(TEAM,), complete=False) is None
