"""Owners who left are passed over, under every name that they go by."""

import pytest

from remediator.config import OwnersConfig, TeamConfig
from remediator.trace.claims import Author, Places
from remediator.trace.people import Person
from tests.trace.claimants import ALICE, BO, FALLBACK, active, handles, ranked


@pytest.mark.parametrize("left", ["@BO", "bo keller", "bo@acme.io", "7+bo@users.noreply.github.com"])
def test_who_left_is_passed_over_under_every_name(left):
    activity = active(Person("Bo Keller", "bo@acme.io"), Person("Bo Keller", BO.person.email), ALICE.person)
    config = OwnersConfig(left=(left,))

    ranking = ranked("* bo@acme.io\n", tags={"owner": "bo"}, authors=[BO, ALICE], activity=activity, config=config)

    assert [owner.handle for owner in ranking.owners] == ["Alice Moreau"]
    assert [one.handle for one in ranking.passed_over] == ["@bo"]


def test_who_left_is_known_however_their_accents_are_written():
    jose = Author(Person("JOSE\u0301 Mun\u0303oz", "jm@acme.io"), "created", "a" * 40)

    ranking = ranked(authors=[jose, BO], config=OwnersConfig(left=("Jos\u00e9 Mu\u00f1oz",)))

    assert [owner.handle for owner in ranking.owners] == ["@bo"]
    assert [one.handle for one in ranking.passed_over] == ["JOSE\u0301 Mun\u0303oz"]


def test_whom_nothing_tells_from_strangers_is_passed_over():
    root = Person("root", "root@localhost", named=False, addressed=False)

    ranking = ranked(authors=[Author(root, "created", "a" * 40), BO], activity=active(root))

    assert [owner.handle for owner in ranking.owners] == ["@bo"]
    assert [(one.handle, one.reason) for one in ranking.passed_over] == [
        ("root", "its name and address are ones that many share (created: created it in aaaaaaaaaaaa)")
    ]


def test_accounts_of_automation_are_passed_over_wherever_they_are_named():
    ranking = ranked("* @renovate-bot support@dependabot.com @ml\n", tags={"owner": "web-flow"})

    assert [owner.handle for owner in ranking.owners] == ["@ml"]
    assert [one.handle for one in ranking.passed_over] == ["@renovate-bot", "support", "web-flow"]
    assert all(one.reason.startswith("automation owns nothing (") for one in ranking.passed_over)


def _passed(config):
    return [(one.handle, one.reason) for one in ranked(places=Places(), config=config).passed_over]


def test_a_fallback_who_left_is_not_asked_and_shown_as_passed_over():
    team = FALLBACK.teams["platform"].model_copy(update={"reviewers": ("@al", "@bo")})
    config = FALLBACK.model_copy(update={"left": ("Al",), "teams": {"platform": team}})

    (owner,) = ranked(places=Places(), config=config).owners
    assert (owner.handle, owner.reviewers) == ("@bo", ("@bo",))
    assert _passed(config) == [("@al", "left, says owners.left (fallback: owners.fallback is platform)")]
    assert handles(places=Places(), config=config.model_copy(update={"left": ("platform",)})) == []
    assert [name for name, _ in _passed(config.model_copy(update={"left": ("platform",)}))] == ["platform"]
    alone = OwnersConfig(fallback="@al", left=("al",))
    assert handles(places=Places(), config=alone) == []
    assert _passed(alone) == [("@al", "left, says owners.left (fallback: owners.fallback is @al)")]
    assert ranked("* @bo\n", config=alone).passed_over == ()


def test_who_left_is_no_reviewer_of_their_team_and_a_team_that_left_owns_nothing():
    teams = {"ml": TeamConfig(match=("@acme/ml",), reviewers=("@alice", "@bo", "@acme/gone"))}
    config = OwnersConfig(left=("@Alice", "@acme/gone"), teams=teams)

    (owner,) = ranked("* @acme/ml\n", config=config).owners
    assert (owner.handle, owner.reviewers) == ("@acme/ml", ("@bo",))

    (owner,) = ranked("* @alice\n", config=config).owners
    assert (owner.handle, owner.reviewers) == ("@bo", ("@bo",))

    disbanded = OwnersConfig(left=("@acme/ml",), teams={"ml": TeamConfig(match=("@acme/ml",))})
    ranking = ranked("* @acme/ml @bo\n", config=disbanded)
    assert [owner.handle for owner in ranking.owners] == ["@bo"]
    assert [one.handle for one in ranking.passed_over] == ["@acme/ml"]


@pytest.mark.parametrize("left", ["alice", "@alice", "ALICE", "Alice Moreau", "alice@acme.io"])
def test_who_left_may_be_written_as_a_login_a_name_or_an_address(left):
    login = Author(Person("Alice Moreau", "alice@acme.io"), "created", "a" * 40)
    known = active(login.person, Person("Alice Moreau", "1+alice@users.noreply.github.com"))

    assert handles(authors=(login,), activity=known, config=OwnersConfig(left=(left,))) == []


def test_who_left_by_another_name_is_no_reviewer_of_their_team():
    alice = Person("Alice Moreau", "3+alice@users.noreply.github.com")
    teams = {"ml": TeamConfig(match=("@acme/ml",), reviewers=("@Alice", "@dora"))}

    for left in ("alice moreau", "@alice", "alice@acme.io"):
        config = OwnersConfig(left=(left,), teams=teams)
        (owner, *_) = ranked("* @acme/ml", config=config, activity=active(alice, ALICE.person)).owners
        assert owner.reviewers == ("@dora",)


def test_who_left_is_not_everybody_whose_address_begins_alike():
    assert handles("* alice@acme.io\n", config=OwnersConfig(left=("alice@other.io",))) == ["alice"]
