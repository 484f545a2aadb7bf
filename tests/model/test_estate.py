"""What an estate gives by kind, by group and by what a spec says."""

import pickle
from dataclasses import replace

from remediator.model import Attributes, Estate, Observation, Resource, Usage


def seen(kind: str, id_: str, region: str = "us-east-1", member_of: str | None = None, **spec: str) -> Observation:
    resource = Resource("aws", "ml", region, kind, id_, None, Attributes(spec), Attributes(), None, member_of=member_of)
    return Observation(resource, Usage(), None, None)


GROUP = seen("aws_autoscaling_group", "web")
ALL = (
    GROUP,
    seen("aws_instance", "i-1", member_of="web"),
    seen("aws_instance", "i-2", "eu-west-1", member_of="web"),
    seen("aws_instance", "i-3"),
    seen("aws_autoscaling_policy", "p", autoscaling_group_name="web"),
)


def ids(found) -> list[str]:
    return [one.resource.id for one in found]


def test_what_is_of_a_kind_comes_in_its_order() -> None:
    assert ids(Estate(ALL).of_kind("aws_instance")) == ["i-1", "i-2", "i-3"]
    assert ids(Estate(ALL).of_kind("aws_eip")) == []


def test_members_are_those_of_the_group_in_its_own_region() -> None:
    assert ids(Estate(ALL).members(GROUP.resource)) == ["i-1"]


def test_what_a_spec_names_is_found_again_and_again() -> None:
    estate = Estate(ALL)

    for _ in range(2):
        assert ids(estate.having("aws_autoscaling_policy", "autoscaling_group_name", "web")) == ["p"]
        assert ids(estate.having("aws_autoscaling_policy", "autoscaling_group_name", "api")) == []


def test_an_estate_with_other_observations_gives_those_and_is_the_same_after_a_journey() -> None:
    estate = Estate(ALL)
    list(estate.having("aws_autoscaling_policy", "autoscaling_group_name", "web"))
    fewer = replace(estate, observations=ALL[:2])

    assert ids(fewer.of_kind("aws_instance")) == ["i-1"]
    assert ids(fewer.having("aws_autoscaling_policy", "autoscaling_group_name", "web")) == []
    assert pickle.loads(pickle.dumps(estate)) == estate == Estate(ALL)
