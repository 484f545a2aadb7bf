import pytest

from remediator.config import OwnersConfig, TeamConfig
from remediator.model import Attributes
from remediator.trace.authorship import Person
from remediator.trace.codeowners import CodeOwners, parse
from remediator.trace.owners import Author, Places, rank

PLACES = Places(("envs/dev/dev.tfvars",), "envs/dev/main.tf", "modules/box/main.tf")
ALICE = Author(Person("Alice Moreau", "alice@acme.io"), "created", "a" * 40)


def _rank(text="", places=PLACES, tags=None, authors=(), config=None):
    return rank(parse(text), places, Attributes(tags or {}), authors, config or OwnersConfig())


def test_codeowners_is_asked_for_the_edited_file_then_the_call_then_the_block():
    owners = _rank("*.tfvars @values\n/envs/dev/*.tf @envs\n/modules/ @modules\n")

    assert [(o.handle, o.evidence, o.reviewers) for o in owners] == [
        ("@values", "CODEOWNERS line 1 for envs/dev/dev.tfvars, the edited file", ("@values",)),
        ("@envs", "CODEOWNERS line 2 for envs/dev/main.tf, the root's module call", ("@envs",)),
        ("@modules", "CODEOWNERS line 3 for modules/box/main.tf, the block's file", ("@modules",)),
    ]
    assert [o.confidence for o in owners] == sorted((o.confidence for o in owners), reverse=True)


def test_the_order_is_code_then_tags_then_people_and_each_stands_once():
    authors = [ALICE, Author(Person("Bo", "7+bo@users.noreply.github.com"), "changed", "b" * 40)]

    owners = _rank("* @acme/ml @bo\n", tags={"Team": "ranking"}, authors=authors)

    assert [(o.handle, o.source) for o in owners] == [
        ("@acme/ml", "CODEOWNERS"),
        ("@bo", "CODEOWNERS"),
        ("ranking", "tag"),
        ("Alice Moreau", "history"),
    ]


def test_people_are_ranked_by_what_they_did():
    authors = [
        Author(Person("Mo", "mo@x.io"), "wrote the module", "c" * 40),
        Author(Person("Bo", "7+bo@users.noreply.github.com"), "changed", "b" * 40),
        ALICE,
    ]

    owners = _rank(authors=authors)

    assert [(o.handle, o.evidence) for o in owners] == [
        ("Alice Moreau", "created it in aaaaaaaaaaaa"),
        ("@bo", "changed it in bbbbbbbbbbbb"),
        ("Mo", "wrote the module's block in cccccccccccc"),
    ]
    assert owners[1].reviewers == ("@bo",)


RANKING = ("@acme/ranking", "*@ranking.acme.io")
TEAMS = OwnersConfig(
    tags=("team", "owner"),
    teams={
        "ranking": TeamConfig(match=RANKING, jira_assignee="rk", reviewers=("@acme/rk",)),
        "other": TeamConfig(match=("@Bo",)),
    },
)


@pytest.mark.parametrize(
    ("text", "tags", "authors"),
    [
        ("* @ACME/Ranking\n", {}, []),
        ("* jo@ranking.acme.io\n", {}, []),
        ("", {"owner": "jo@ranking.acme.io"}, []),
        ("", {"team": "Ranking"}, []),
        ("", {"team": "acme/ranking"}, []),
        ("", {}, [Author(Person("Jo", "jo@ranking.acme.io"), "created", "a" * 40)]),
    ],
)
def test_a_configured_team_says_who_reviews_and_who_gets_the_ticket(text, tags, authors):
    (owner,) = _rank(text, tags=tags, authors=authors, config=TEAMS)

    assert (owner.reviewers, owner.jira_assignee) == (("@acme/rk",), "rk")
    assert owner.evidence.endswith("; of team ranking")


def test_a_team_without_reviewers_leaves_the_owner_to_review():
    (owner,) = _rank("*.tfvars @bo\n", config=TEAMS)

    assert (owner.reviewers, owner.jira_assignee) == (("@bo",), None)


def test_no_address_is_shown():
    authors = [Author(Person("eve@acme.io", "eve@acme.io"), "created", "a" * 40)]

    owners = _rank("*.tf jo.k@acme.io\n", tags={"owner": "Bo <bo@acme.io>", "team": "x"}, authors=authors)

    assert [owner.handle for owner in owners] == ["jo.k", "x", "Bo <bo", "eve"]
    assert "acme.io" not in str(owners)


def test_tags_are_taken_in_the_configured_order_and_bounded():
    owners = _rank(tags={"owner": "y" * 500, "TEAM": "x", "stage": "dev"})

    assert [owner.handle for owner in owners] == ["x", "y" * 100]


def test_nothing_known_is_nobody():
    assert rank(CodeOwners(), Places(), Attributes({"team": " "}), (), OwnersConfig()) == ()
    assert _rank("* @all\n*.tf\n", Places(("a.tf",), None, "a.tf")) == ()
