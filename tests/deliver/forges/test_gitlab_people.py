from dataclasses import replace

import pytest

from remediator.model import Owner


@pytest.fixture
def owned(lab):
    """A plan for whom the handles own it: all of them are asked to review, the first is assigned."""

    def make(*handles: str):
        plan = lab.plan()
        owners = (Owner(handles[0], 0.9, (), handles),)
        return replace(plan, origin=replace(plan.origin, owners=owners))

    return make


def names(gitlab, what: str) -> list[str]:
    return [user["username"] for user in gitlab.requests[0][what]]


def test_a_person_is_meant_by_the_exact_username_whatever_its_case(lab, gitlab, owned) -> None:
    [done] = lab.deliver(owned("@BOB", "@cy"))

    assert (done.action, done.reason) == ("opened", None)
    assert (names(gitlab, "assignees"), names(gitlab, "reviewers")) == (["bob"], ["bob", "Cy"])


def test_a_group_is_its_active_members_who_may_approve(lab, gitlab, owned) -> None:
    [done] = lab.deliver(owned("@acme/ranking"))

    assert (done.action, done.reason) == ("opened", None)
    assert set(names(gitlab, "reviewers")) == {"alice", "Cy"}
    assert names(gitlab, "assignees") == []


@pytest.mark.parametrize(
    ("handle", "said"),
    [
        ("@nobody", "did not ask nobody: it is nobody"),
        ("@dora", "did not ask dora: the account is blocked on GitLab"),
        ("@renovate", "did not ask renovate: the account is a bot"),
        ("@group_3_bot_0a1b", "the account is a bot"),
        ("@acme/secret", "did not ask acme/secret: it is nobody, or a group whose members the token may not list"),
        ("@bobby", "did not ask bobby: no role of Developer or above in the project"),
    ],
)
def test_who_cannot_be_asked_is_a_note(lab, gitlab, owned, handle: str, said: str) -> None:
    [done] = lab.deliver(owned("@alice", handle))

    assert (done.action, names(gitlab, "reviewers")) == ("opened", ["alice"])
    assert said in done.reason
    assert gitlab.requests[0]["labels"] == ["ebs_gp3", "remediator"]


def test_the_free_edition_takes_one_reviewer_and_the_rest_are_named(lab, gitlab, owned) -> None:
    gitlab.premium = False

    [done] = lab.deliver(owned("@alice", "@cy"))

    assert names(gitlab, "reviewers") == ["alice"]
    assert "GitLab did not ask for a review of Cy" in done.reason


@pytest.mark.parametrize("status", [400, 403, 422])
def test_a_creation_refused_for_its_people_is_sent_without_them(lab, gitlab, owned, status: int) -> None:
    gitlab.service.fail("POST", "merge_requests$", status, body={"message": "reviewer_ids is invalid"})

    [done] = lab.deliver(owned("@alice"))

    assert (done.action, names(gitlab, "reviewers"), len(gitlab.requests)) == ("opened", [], 1)
    assert "GitLab did not ask for a review of alice" in done.reason
    assert gitlab.requests[0]["labels"] == ["ebs_gp3", "remediator"]


def test_a_directory_that_does_not_answer_loses_no_request(lab, gitlab, owned) -> None:
    gitlab.service.fail("GET", "/users|/groups", 500, times=99)

    [done] = lab.deliver(owned("@alice", "@acme/ranking"))

    assert (done.action, len(gitlab.requests)) == ("opened", 1)
    assert "could not look up alice: GitLab answered 500" in done.reason


def test_of_a_large_group_some_are_asked_and_in_turn(lab, gitlab) -> None:
    everybody = {
        n: {"id": n, "username": f"u{n}", "name": "", "state": "active", "bot": False} for n in range(100, 340)
    }
    gitlab.users |= everybody
    gitlab.members |= set(everybody)
    gitlab.groups["acme/ranking"] = [(n, 30) for n in everybody]

    lab.deliver(*[lab.plan(name) for name in "abc"])

    asked = [tuple(user["id"] for user in request["reviewers"] if user["id"] >= 100) for request in gitlab.requests]
    assert [len(ids) for ids in asked] == [5, 5, 5]
    assert len(set(asked)) > 1
    listings = [r for r in gitlab.service.requests if r.path.endswith("/members")]
    assert [r.query.get("page", "1") for r in listings] == ["1", "2", "3"]


def test_in_a_public_project_no_stranger_and_no_guest_is_asked(lab, gitlab, owned) -> None:
    gitlab.guests = {7: 10}

    [done] = lab.deliver(owned("@bobby", "@alice"))

    assert (names(gitlab, "reviewers"), names(gitlab, "assignees")) == (["alice"], [])
    assert done.reason == "did not ask bobby: no role of Developer or above in the project"


def test_one_request_tells_the_roles_of_all_who_are_asked(lab, gitlab, owned) -> None:
    lab.deliver(owned("@alice", "@bob", "@acme/ranking"))

    asked = [r.all["user_ids[]"] for r in gitlab.service.requests if r.path.endswith("/members/all")]
    assert sorted(number for some in asked for number in some) == ["1", "2", "3"]
    assert len(asked) <= 2


def test_while_it_is_not_known_who_may_approve_nobody_is_asked(lab, gitlab, owned) -> None:
    gitlab.service.fail("GET", "/members/all", 500, times=99)

    [done] = lab.deliver(owned("@alice"))

    assert (done.action, names(gitlab, "reviewers")) == ("opened", [])
    assert "could not look up who may approve: acme/ml/infra: GitLab answered 500" in done.reason
