import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.config import Config, EnvironmentsConfig, RepositoryConfig, RootConfig
from remediator.model import Attributes, Resource, StateAddress, StateResource
from remediator.observe import prices
from remediator.observe.sighting import Sighting
from remediator.run.environments import environment, named, vocabulary
from remediator.run.estate import assemble

ASKED = vocabulary(EnvironmentsConfig())


def resource(account: str = "ml", **tags: str) -> Resource:
    return Resource("aws", account, "us-east-1", "aws_lb", "x", None, Attributes(), Attributes(tags), None)


def held(root: str = ".", workspace: str = "default", **attributes: str) -> StateResource:
    at = StateAddress("infra", root, "file:s", workspace, "l", 1, "", "managed", "aws_lb", "x", None)
    return StateResource(at, "x", None, Attributes(attributes))


def found(seen: Resource, declared: StateResource | None = None, folder: str = "") -> str | None:
    return environment(seen, declared, folder, ASKED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("prod", "prod"),
        ("eu-Prod-1", "prod"),
        ("mlDev", "dev"),
        ("MLDev", "dev"),
        ("ML_STAGING", "staging"),
        ("acme.stg.eu", "staging"),
        ("dev02", "dev"),
        ("1test", "dev"),
        ("preprod", "staging"),
        ("prod-test", "prod"),  # what may be production is treated as such
        ("test/prod", "prod"),
        ("uat-test", "staging"),
        ("pre-prod", "prod"),
        ("products", None),
        ("latest", None),
        ("reproduction", None),
        ("contest", None),
        ("device-lab", "dev"),
        ("", None),
        ("-_./", None),
        ("prodé", None),
        ("éprod", None),
        ("пrod", None),  # the first letter is Cyrillic
        ("東京-prod", "prod"),
        ("ﬁt\u202eprod", "prod"),
        ("pr\u200bod", None),
        ("\ud800prod", "prod"),
        ("x" * 10_000 + "-prod", None),
    ],
)
def test_a_word_of_its_own_names_an_environment(text: str, expected: str | None) -> None:
    assert named((text,), ASKED) == expected


def test_the_first_step_that_says_anything_decides() -> None:
    assert found(resource("prod", Environment="dev"), held("prod/eu", "staging")) == "dev"
    assert found(resource("prod"), held("prod/eu", "staging", **{"tags.env": "test"})) == "dev"
    assert found(resource("prod"), held("envs/dev/eu", "staging")) == "staging"
    assert found(resource("prod"), held("envs/dev/eu")) == "dev"
    assert found(resource("acme-prod"), held("network")) == "prod"
    assert found(resource()) is None


def test_within_one_step_what_asks_for_most_care_decides() -> None:
    assert found(resource(env="test", stage="Live")) == "prod"
    assert found(resource(), held("prod/sandbox")) == "prod"
    assert found(resource(), held("sandbox/staging")) == "staging"
    assert found(resource(), held("eu"), "prod/eu") == "prod"  # a root that has a name, and its folder
    assert found(resource(), held("dev-eu"), "live/eu") == "prod"


def test_a_tag_that_says_nothing_leaves_it_to_the_next() -> None:
    assert found(resource("ml", env="42"), held("live/us")) == "prod"
    assert found(resource("ml", team="prod"), held("dev")) == "dev"
    assert found(resource("ml"), held(stage="prod")) is None  # an attribute is no tag


def test_the_words_are_configured() -> None:
    asked = vocabulary(EnvironmentsConfig(tags=("Acme:Tier",), prod=("gold*",), staging=("SILVER",), dev=("t?",)))

    assert environment(resource(**{"acme:tier": "Golden"}), None, "", asked) == "prod"
    assert environment(resource("silver", env="gold"), None, "", asked) == "staging"
    assert environment(resource("t9-prod"), None, "", asked) == "dev"
    assert environment(resource("prod"), None, "", asked) is None


def test_the_estate_knows_the_folders_of_named_roots() -> None:
    root = RootConfig(path="envs/prod", name="eu", state="file:s")
    config = Config(
        repositories=(RepositoryConfig(name="infra", url="x", roots=(root,)),),
        environments=EnvironmentsConfig(dev=("ml",)),
    )
    sighting = Sighting("ml/us-east-1", (resource(),), (), (), (), frozenset())

    (seen,) = assemble([sighting], [held("eu")], prices.load(), config).observations
    assert seen.environment == "prod"
    (seen,) = assemble([sighting], [], prices.load(), config).observations
    assert seen.environment == "dev"
    (seen,) = assemble([sighting], [], prices.load()).observations
    assert seen.environment is None


@given(st.text())
def test_no_text_of_strangers_raises(text: str) -> None:
    assert found(resource(text, env=text), held(text, text, **{"tags.env": text}), text) in (
        None, "prod", "staging", "dev",
    )  # fmt: skip
    assert named((f"{text}-dev",), ASKED) is not None


@pytest.mark.parametrize("text", ["A" * 10**6, "aA" * 10**6, "1a" * 10**6, "-" * 10**6])
def test_long_texts_take_no_time(text: str) -> None:
    asked = vocabulary(EnvironmentsConfig(prod=("*a" * 25 + "b",)))
    started = time.process_time()

    assert named((text,), asked) is None
    assert time.process_time() - started < 1
