"""Who is asked where nobody is known well enough."""

from remediator.config import OwnersConfig, TeamConfig
from remediator.trace.claims import Places
from tests.trace.claimants import BO, FALLBACK, handles, ranked


def test_where_nobody_is_known_well_enough_the_fallback_is_asked():
    (first, then) = ranked(authors=[BO], config=FALLBACK).owners

    assert (first.handle, first.reviewers, first.jira_assignee, first.escalation, first.suggested) == (
        "@acme/platform", ("@acme/platform",), "pf", "#platform", False,
    )  # fmt: skip
    assert first.evidence[0].text == "asked where nobody who can be reached is known with 20 % or more"
    assert (then.handle, then.suggested) == ("@bo", True)
    assert first.confidence > then.confidence
    assert handles(places=Places(), config=FALLBACK) == ["@acme/platform"]
    assert handles(places=Places(), config=OwnersConfig(fallback="@al")) == ["@al"]


def test_the_fallback_stays_out_of_it_where_somebody_is_known():
    assert handles("* @bo\n", config=FALLBACK) == ["@bo"]
    assert handles(authors=[BO], config=FALLBACK, owner="@di") == ["@di", "@bo"]
    team = FALLBACK.model_copy(update={"teams": {**FALLBACK.teams, "ml": TeamConfig(match=("@bo",), escalation="#ml")}})
    assert handles(authors=[BO], config=team) == ["ml", "@bo"]


def test_the_fallback_is_asked_where_whoever_is_named_cannot_be_reached():
    assert handles(tags={"team": "ranking"}, authors=[BO], config=FALLBACK) == ["ranking", "@acme/platform", "@bo"]
    assert handles("* @@maintainer\n", config=FALLBACK, dialect="gitlab") == ["@@maintainer", "@acme/platform"]
    named = {"team": "ranking", "owner": "search"}
    assert handles(tags=named, config=FALLBACK, owner="data") == ["ranking", "search", "@acme/platform", "data"]
    assert handles("* @bo\n", tags={"team": "ranking"}, config=FALLBACK) == ["@bo", "ranking"]
    assert handles(tags={"team": "ranking"}, config=FALLBACK, owner="@acme/ml") == ["ranking", "@acme/ml"]


def test_nothing_known_is_nobody():
    assert handles(places=Places(), tags={"team": " "}) == []
    assert handles("* @all\n*.tf\n", Places(("a.tf",), None, "a.tf")) == []
