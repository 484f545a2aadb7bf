"""Teams and groups that a forge no longer has: the real clients, asked of the stateful fakes."""

import pytest

from remediator.model import Owner
from tests.deliver.reached_owners import WRITTEN, handles, owner, passed, unchecked


def test_a_team_that_github_has_no_more_makes_room_for_the_next(hub, github, reached) -> None:
    team = Owner("@acme/old", 0.9, WRITTEN, ("@acme/old", "@bob"), team="ml")

    done = reached(hub, owner("@Acme/Gone", WRITTEN), owner("@acme/ranking", WRITTEN), team)

    assert handles(done) == ["@acme/ranking", "@bob"]
    assert passed(done) == [
        (name, "GitHub shows no such team, and shows others of acme: it is gone, or secret (CODEOWNERS: line 3)")
        for name in ("@Acme/Gone", "@acme/old")
    ]
    assert unchecked(done) == []


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("FORBIDDEN", "the token may not read teams: give it read:org, or its App the permission Members: read"),
        ("INSUFFICIENT_SCOPES", "the token may not read teams: it lacks the scope read:org"),
        ("NOT_FOUND", "GitHub shows the token no such organisation"),
    ],
)
def test_a_team_that_the_token_may_not_see_is_not_gone(hub, github, reached, kind: str, why: str) -> None:
    github.refusal = kind

    done = reached(hub, owner("@acme/gone", WRITTEN), owner("@bob", WRITTEN))

    assert (handles(done), passed(done), done.notes) == (["@acme/gone", "@bob"], [], ())
    assert unchecked(done) == [f"@acme/gone: {why}"]


def test_where_no_team_at_all_is_shown_none_is_gone(hub, github, reached, monkeypatch) -> None:
    nothing = {"organization": {"teams": {"totalCount": 0}, "team0": None}}
    monkeypatch.setattr(github.graphql, "find_teams", lambda variables: nothing)

    assert unchecked(reached(hub, owner("@acme/gone", WRITTEN))) == [
        "@acme/gone: GitHub shows the token no team of acme at all"
    ]


def test_an_answer_that_says_nothing_of_teams_fails_as_any_other(hub, github, reached) -> None:
    github.refusal = "SOMETHING_ELSE"

    done = reached(hub, owner("@acme/gone", WRITTEN))

    assert (handles(done), unchecked(done)) == (["@acme/gone"], ["@acme/gone: the forge of infra did not answer"])
    assert len(done.notes) == 1


def test_all_teams_are_asked_after_by_one_question_a_run(hub, github, reached) -> None:
    places, owners = hub.places(), [owner(f"@acme/{name}", WRITTEN) for name in ("gone", "ranking", "platform")]

    for copies in (1, 6):
        reached(hub, *owners, copies=copies, places=places)

    assert [request.path for request in github.service.requests] == ["/graphql"]


def test_what_one_organisation_may_not_see_is_asked_again_in_the_name_of_another(hub, github) -> None:
    forge = hub.places().forge(hub.repository, None)
    github.refusal = "FORBIDDEN"
    assert list(forge.absent("other/infra", {"@acme/ranking"})) == ["@acme/ranking"]
    github.refusal = None

    assert forge.absent("acme/infra", {"@acme/ranking"}) == {}


def test_a_group_that_gitlab_has_no_more_is_gone_where_the_token_belongs_above_it(lab, gitlab, reached) -> None:
    gitlab.joined = {"acme"}

    done = reached(lab, owner("@acme/ml/gone", WRITTEN), owner("@acme/ranking", WRITTEN))

    assert handles(done) == ["@acme/ranking"]
    assert passed(done) == [("@acme/ml/gone", "GitLab has no such group any more (CODEOWNERS: line 3)")]
    assert unchecked(done) == []


def test_a_group_that_gitlab_may_hide_is_not_gone(lab, gitlab, reached) -> None:
    places, owners = lab.places(), [owner("@acme/ml/gone", WRITTEN), owner("@nobody", WRITTEN)]
    done = reached(lab, *owners, places=places)
    asked = len(gitlab.service.requests)

    assert (handles(done), passed(done)) == (["@acme/ml/gone", "@nobody"], [])
    assert unchecked(done) == [
        "@acme/ml/gone: GitLab shows no such group, as it does with those that the token's user may not see",
        "@nobody: nobody on GitLab is called so any more, and no group that it shows",
    ]
    reached(lab, *owners, copies=6, places=places)
    assert len(gitlab.service.requests) == asked
