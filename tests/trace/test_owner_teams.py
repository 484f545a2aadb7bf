"""Teams of the configuration: one owner, whatever names them."""

import pytest

from remediator.config import OwnersConfig, TeamConfig
from remediator.trace.claims import Author
from remediator.trace.people import Person
from tests.trace.claimants import ranked

RANKING = ("@acme/ranking", "*@ranking.acme.io")
TEAMS = OwnersConfig(
    teams={
        "ranking": TeamConfig(
            match=RANKING, jira_assignee="rk", jira_component="RK", reviewers=("@acme/rk",), escalation="#rk"
        ),
        "other": TeamConfig(match=("@Bo",)),
    },
)
JO = Author(Person("Jo", "jo@ranking.acme.io"), "created", "a" * 40)


@pytest.mark.parametrize(
    ("text", "tags", "authors", "owner"),
    [
        ("* @ACME/Ranking\n", {}, [], None),
        ("* jo@ranking.acme.io\n", {}, [], None),
        ("", {"owner": "Jo <jo@ranking.acme.io>"}, [], None),
        ("", {"team": "Ranking"}, [], None),
        ("", {"team": "acme/ranking"}, [], None),
        ("", {}, [JO], None),
        ("", {}, [], "ranking"),
    ],
)
def test_a_configured_team_says_who_reviews_and_who_gets_the_ticket(text, tags, authors, owner):
    first = ranked(text, tags=tags, authors=authors, config=TEAMS, owner=owner).owners[0]

    assert (first.reviewers, first.jira_assignee) == (("@acme/rk",), "rk")
    assert (first.jira_component, first.escalation) == ("RK", "#rk")


def test_all_that_names_a_team_is_one_owner_and_its_people_speak_for_it():
    owners = ranked("*.tfvars @acme/ranking\n", tags={"team": "ranking"}, authors=[JO], config=TEAMS, owner="@acme/rk")

    team, person = owners.owners
    assert team.handle == "@acme/rk"
    assert [item.source for item in team.evidence] == ["CODEOWNERS", "tag", "team", "account"]
    assert team.evidence[2].text == "team of Jo (created: created it in aaaaaaaaaaaa)"
    assert person.handle == "Jo"


def test_a_team_outlives_who_left():
    config = TEAMS.model_copy(update={"left": ("jo@ranking.acme.io",)})
    ranking = ranked(authors=[JO], config=config)

    assert [owner.handle for owner in ranking.owners] == ["@acme/rk"]
    assert [(p.handle, p.reason) for p in ranking.passed_over] == [
        ("Jo", "left, says owners.left (created: created it in aaaaaaaaaaaa)")
    ]


def test_a_team_without_reviewers_leaves_the_owner_to_review():
    owner = ranked("*.tfvars @bo\n", config=TEAMS).owners[0]

    assert (owner.handle, owner.reviewers, owner.jira_assignee) == ("@bo", ("@bo",), None)
