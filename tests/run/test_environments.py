import pytest

from remediator.model import Attributes, Resource, StateAddress, StateResource
from remediator.run.environments import environment, named


def resource(account: str = "ml", **tags: str) -> Resource:
    return Resource("aws", account, "us-east-1", "aws_lb", "x", None, Attributes(), Attributes(tags), None)


def held(root: str = ".", workspace: str = "default", **attributes: str) -> StateResource:
    at = StateAddress("infra", root, "file:s", workspace, "l", 1, "", "managed", "aws_lb", "x", None)
    return StateResource(at, "x", None, Attributes(attributes))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("prod", "prod"),
        ("eu-Prod-1", "prod"),
        ("mlDev", "dev"),
        ("ML_STAGING", "staging"),
        ("preprod", "staging"),
        ("prod-test", "prod"),  # what may be production is treated as such
        ("products", None),
        ("latest", None),
        ("device-lab", "dev"),
        ("", None),
        ("ﬁt\u202eprod", "prod"),
        ("x" * 10_000 + "-prod", None),
    ],
)
def test_a_word_of_its_own_names_an_environment(text: str, found: str | None) -> None:
    assert named(text) == found


def test_the_nearest_sign_decides() -> None:
    assert environment(resource("prod", Environment="dev"), held("prod/eu", "staging")) == "dev"
    assert environment(resource("prod"), held("prod/eu", "staging", **{"tags.env": "test"})) == "dev"
    assert environment(resource("prod"), held("envs/dev/eu", "staging")) == "staging"
    assert environment(resource("prod"), held("prod/sandbox")) == "dev"
    assert environment(resource("acme-prod"), held("network")) == "prod"
    assert environment(resource(), None) is None


def test_a_tag_that_says_nothing_leaves_it_to_the_next() -> None:
    assert environment(resource("ml", env="42"), held("live/us")) == "prod"
