"""People whose accounts a forge no longer has: the real clients, asked of the stateful fakes."""

from dataclasses import replace

import pytest

from remediator.config import OwnersConfig
from remediator.deliver.forges.github import accounts
from remediator.model import Route
from tests.deliver.reached_owners import WRITTEN, handles, owner, passed, unchecked


def test_github_passes_over_who_is_gone_and_asks_after_who_comes_next(hub, github, reached) -> None:
    owners = [owner(name, WRITTEN) for name in ("@zoe", "@alice", "@bob", "@yan")]

    done = reached(hub, *owners)

    assert handles(done) == ["@alice", "@bob"]
    assert passed(done) == [
        ("@zoe", "GitHub has no such account any more (CODEOWNERS: line 3)"),
        ("@yan", "GitHub has no such account any more (CODEOWNERS: line 3)"),
    ]
    assert done.notes == ()


def test_on_github_who_lost_access_is_passed_over_where_history_alone_names_them(hub, github, reached) -> None:
    github.accounts["cy"] = {}

    assert handles(reached(hub, owner("@cy"), owner("@Bob"))) == ["@Bob"]
    assert passed(reached(hub, owner("@cy"))) == [
        ("@cy", "the account has no access to the repository (created: created it)")
    ]
    assert handles(reached(hub, owner("@cy", WRITTEN))) == ["@cy"]


def test_on_github_a_search_that_misses_somebody_passes_over_nobody(hub, github, reached, monkeypatch) -> None:
    monkeypatch.setattr(github.graphql, "find_assignable", lambda variables: {"repository": {"login0": {"nodes": []}}})

    assert handles(reached(hub, owner("@bob"))) == ["@bob"]


def test_on_github_itself_one_question_tells_that_all_have_access(hub, github, reached, monkeypatch) -> None:
    monkeypatch.setattr(accounts, "_PUBLIC", github.service.url)

    assert handles(reached(hub, owner("@bob"), owner("@alice"))) == ["@bob", "@alice"]
    assert [request.path for request in github.service.requests] == ["/graphql"]


def test_a_bot_owns_nothing_and_an_organisation_is_left_to_whoever_named_it(hub, github, reached) -> None:
    github.accounts |= {"builder": {"type": "Bot"}, "acme": {"type": "Organization"}}

    assert handles(reached(hub, owner("@builder", WRITTEN), owner("@acme", WRITTEN))) == ["@acme"]


def test_on_an_enterprise_server_the_suspended_are_passed_over(hub, github, reached) -> None:
    github.prefix = "/api/v3"
    forge = hub.config.forges["hub"].model_copy(update={"api_url": f"{github.service.url}/api/v3"})
    hub = replace(hub, config=hub.config.model_copy(update={"forges": {**hub.config.forges, "hub": forge}}))
    github.accounts["alice"] = {"suspended_at": "2026-11-01T00:00:00Z"}

    done = reached(hub, owner("@alice", WRITTEN), owner("@bob", WRITTEN))

    assert handles(done) == ["@bob"]
    assert passed(done) == [("@alice", "the account is suspended on GitHub (CODEOWNERS: line 3)")]


def test_gitlab_passes_over_who_is_blocked_and_bots_and_who_has_no_role(lab, gitlab, reached) -> None:
    gitlab.users[8] = {**gitlab.users[7], "id": 8, "username": "gus", "state": "deactivated"}
    owners = [owner(name, WRITTEN) for name in ("@dora", "@gus", "@renovate", "@bobby", "@nobody")]

    done = reached(lab, *owners, owner("@bobby2"), owner("@alice"))

    assert handles(done) == ["@bobby", "@nobody", "@alice"]
    assert passed(done) == [
        ("@dora", "the account is blocked on GitLab (CODEOWNERS: line 3)"),
        ("@gus", "the account is deactivated on GitLab (CODEOWNERS: line 3)"),
        ("@renovate", "the account is a bot (CODEOWNERS: line 3)"),
        ("@bobby2", "nobody on GitLab is called so any more, and no group that it shows (created: created it)"),
    ]
    assert passed(reached(lab, owner("@bobby"))) == [
        ("@bobby", "the account has no role of Developer or above in the project (created: created it)")
    ]


@pytest.mark.parametrize("forge", ["hub", "lab"])
def test_each_is_asked_after_once_a_run_however_many_plans_name_them(request, forge, github, gitlab, reached) -> None:
    desk, service = request.getfixturevalue(forge), {"hub": github, "lab": gitlab}[forge].service
    places, owners = desk.places(), [owner("@bob", WRITTEN), owner("@alice", WRITTEN)]
    reached(desk, *owners, copies=1, places=places)
    asked = len(service.requests)

    reached(desk, *owners, copies=6, places=places)

    assert len(service.requests) == asked <= 5


def test_a_forge_that_does_not_answer_leaves_the_owners_and_says_so(hub, github, reached) -> None:
    github.service.fail("POST", "/graphql", 500, times=99)

    done = reached(hub, owner("@zoe"))

    assert handles(done) == ["@zoe"]
    assert done.notes[0].startswith(
        "the forge of infra: whether the owners' accounts are still in use could not be asked: "
    )
    assert unchecked(done) == ["@zoe: the forge of infra did not answer"]


def test_without_a_secret_nobody_is_asked(hub, github, reached, monkeypatch) -> None:
    monkeypatch.delenv("HUB_TOKEN")

    done = reached(hub, owner("@zoe"))

    assert (handles(done), done.notes, github.service.requests) == (["@zoe"], (), [])
    assert unchecked(done) == ["@zoe: no secret is set for the forge hub"]


def test_where_all_who_were_known_are_gone_the_fallback_is_asked(hub, github, reached) -> None:
    owners = OwnersConfig(fallback="@alice")
    hub = replace(hub, config=hub.config.model_copy(update={"owners": owners}))

    assert handles(reached(hub, owner("@zoe", WRITTEN), replace(owner("@bob"), suggested=True))) == ["@alice", "@bob"]
    del github.accounts["alice"]
    github.assignable -= {"alice"}
    assert handles(reached(hub, owner("@zoe", WRITTEN))) == []


def test_the_fallback_is_asked_beside_whoever_is_written_down_and_has_no_access(
    hub, github, lab, gitlab, reached
) -> None:
    owners = OwnersConfig(fallback="@alice")
    hub, lab = (replace(d, config=d.config.model_copy(update={"owners": owners})) for d in (hub, lab))
    github.accounts["eve"] = {"login": "eve", "type": "User"}

    assert handles(reached(hub, owner("@eve", WRITTEN), owner("@bob"))) == ["@eve", "@bob", "@alice"]
    assert handles(reached(hub, owner("@bob", WRITTEN), owner("@eve", WRITTEN))) == ["@bob", "@eve"]
    assert handles(reached(lab, owner("@bobby", WRITTEN))) == ["@bobby", "@alice"]
    assert handles(reached(lab, owner("@nobody", WRITTEN))) == ["@nobody"]  # it may be a group


def test_what_nobody_owns_any_more_is_only_reported_where_that_is_configured(hub, github, reached) -> None:
    assert reached(hub, owner("@zoe"), unowned="deliver").plans[0].route is Route.PULL_REQUEST
    assert reached(hub, owner("@zoe"), unowned="report").plans[0].route is Route.REPORT
