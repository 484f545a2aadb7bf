"""What `doctor` says of those whom the configuration names: the real clients, asked of the stateful fakes."""

import pytest

from remediator.config import AccountConfig, OwnersConfig, TeamConfig
from remediator.config.requests import RequestsConfig
from remediator.model.checks import Verdict
from remediator.run.doctor_owners import check_owners


@pytest.fixture
def told():
    """What is said of a desk's configuration with these owners."""

    def check(desk, **parts):
        config = desk.config.model_copy(update=parts)
        return [(one.verdict, one.said) for one in check_owners(config, desk.places())]

    return check


TEAM = TeamConfig(reviewers=("@al", "@bob", "pf@acme.io"))
OWNERS = OwnersConfig(left=("Al", "platform"), fallback="platform", teams={"platform": TEAM})


def test_whoever_left_and_is_still_named_is_warned_of(desk, told) -> None:
    account = AccountConfig(name="dev", regions=("us-east-1",), owner="@al")

    assert told(desk, owners=OWNERS, accounts=(account,)) == [
        (Verdict.WARNING, "platform (owners.fallback) is among owners.left, so that nobody asks them"),
        (
            Verdict.WARNING,
            "@al (owners.teams.platform.reviewers, the owner of account dev) is among owners.left, so that nobody asks "
            "them",
        ),
    ]
    assert told(desk, owners=OWNERS.model_copy(update={"left": ()})) == []


def test_whoever_is_on_no_forge_is_warned_of(hub, github, told) -> None:
    owners = OwnersConfig(fallback="@zoe", teams={"ml": TeamConfig(reviewers=("@Bob", "@acme/gone", "@acme/ranking"))})
    requests = RequestsConfig(reviewers=("@acme/gone",))

    assert told(hub, owners=owners, requests=requests) == [
        (Verdict.WARNING, "@zoe (owners.fallback) owns nothing any more: GitHub has no such account any more"),
        (
            Verdict.WARNING,
            "@acme/gone (owners.teams.ml.reviewers, requests.reviewers) owns nothing any more: GitHub shows no such "
            "team, and shows others of acme: it is gone, or secret",
        ),
    ]
    assert told(hub, owners=OwnersConfig(fallback="@bob")) == [
        (Verdict.OK, "everybody whom the configuration names is on a forge (1)")
    ]


def test_what_the_token_may_not_see_is_said_to_be_unknown(hub, github, lab, gitlab, told) -> None:
    github.refusal = "FORBIDDEN"
    owners = OwnersConfig(fallback="@acme/ml", teams={"ml": TeamConfig(reviewers=("@nobody",))})

    ((verdict, said), *_) = told(hub, owners=owners)
    assert (verdict, said.partition(": ")[0]) == (
        Verdict.WARNING,
        "whether @acme/ml (owners.fallback) is there is not known",
    )
    assert [said.partition(": ")[0] for _, said in told(lab, owners=owners)] == [
        "whether @acme/ml (owners.fallback) is there is not known",
        "whether @nobody (owners.teams.ml.reviewers) is there is not known",
    ]
