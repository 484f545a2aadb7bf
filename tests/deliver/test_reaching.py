"""Owners whose accounts a forge no longer has: the real clients, asked of the stateful fakes."""

from dataclasses import replace

import pytest

from remediator.config import OwnersConfig
from remediator.deliver.forges.github import accounts
from remediator.model import UNCHECKED, Evidence, Owner, Route, Unattributed
from remediator.run.codebase import read_code
from remediator.run.reaching import reach

HISTORY = (Evidence("created", "created it", 0.15),)
WRITTEN = (Evidence("CODEOWNERS", "line 3", 0.95),)


@pytest.fixture
def reached():
    """What a run makes of a plan with these owners, and of its copies."""

    def make(desk, *owners, copies=1, places=None, undeclared=False, **limits):
        desk = replace(
            desk, config=desk.config.model_copy(update={"limits": desk.config.limits.model_copy(update=limits)})
        )
        plans = [desk.plan(name) for name in "abcdef"[:copies]]
        plans = [replace(plan, origin=replace(plan.origin, owners=owners)) for plan in plans]
        if undeclared:
            plans = [replace(p, repository=None, origin=Unattributed("no state holds it", owners)) for p in plans]
        codebase = read_code(desk.repository, desk.config)
        return reach(plans, {"infra": codebase}, desk.config, places or desk.places())

    return make


def owner(handle, evidence=HISTORY):
    return Owner(handle, 0.4, evidence, (handle,))


def handles(done):
    (plan, *_) = done.plans
    return [one.handle for one in plan.origin.owners]


def passed(done):
    return [(one.handle, one.reason) for one in done.plans[0].origin.passed_over]


def unchecked(done):
    """What the evidence for the owners says of handles that no forge told of."""
    return [e.text for o in done.plans[0].origin.owners for e in o.evidence if e.source == UNCHECKED]


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
    monkeypatch.setattr(github, "_find_assignable", lambda variables: {"repository": {"login0": {"nodes": []}}})

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
    monkeypatch.setattr(github, "_find_teams", lambda variables: nothing)

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


TAGGED = (Evidence("tag", "tag owner on the resource is @zoe", 0.8),)


@pytest.fixture
def both(hub, lab):
    """A desk with a repository on GitHub and one on GitLab."""
    forges = {"hub": hub.config.forges["hub"], "lab": lab.config.forges["lab"]}
    named = {"repositories": (hub.repository, lab.repository), "forges": forges}
    return replace(hub, config=hub.config.model_copy(update=named))


def test_owners_of_what_no_state_holds_are_asked_after_at_any_forge(hub, github, reached) -> None:
    github.accounts |= {"builder": {"type": "Bot"}}
    owners = [owner(name, TAGGED) for name in ("@zoe", "@builder", "@acme/gone", "@octobot", "@Bob")]

    done = reached(hub, *owners, undeclared=True)

    assert handles(done) == ["@octobot", "@Bob"]  # whoever may read whichever repository
    assert [handle for handle, _ in passed(done)] == ["@zoe", "@builder", "@acme/gone"]
    assert unchecked(done) == []


def test_who_is_on_any_forge_is_there(both, github, gitlab, reached) -> None:
    github.accounts["zoe"] = {}

    done = reached(both, *(owner(name, TAGGED) for name in ("@zoe", "@cy", "@dora")), undeclared=True)

    assert handles(done) == ["@zoe", "@cy"]
    assert passed(done) == [
        (
            "@dora",
            "GitHub has no such account any more, and the account is blocked on GitLab "
            "(tag: tag owner on the resource is @zoe)",
        )
    ]


def test_who_is_on_one_forge_no_more_may_be_on_another_that_is_silent(both, gitlab, reached) -> None:
    gitlab.service.fail("GET", "/api/v4/users", 500, times=99)

    done = reached(both, owner("@zoe", TAGGED), undeclared=True)

    assert unchecked(done) == ["@zoe: GitHub has no such account any more, and the forge lab did not answer"]
    assert done.notes[0].startswith("the forge lab: whether the owners' accounts are still in use could not be asked: ")


def test_where_no_forge_knows_accounts_the_evidence_says_so(desk, hub, reached, monkeypatch) -> None:
    for config, why in ((desk.config, "no forge is configured that knows accounts"), (hub.config, None)):
        monkeypatch.delenv("HUB_TOKEN", raising=False)
        done = reached(replace(desk, config=config), owner("@zoe", TAGGED), undeclared=True)
        assert unchecked(done) == [f"@zoe: {why or 'no secret is set for the forge hub'}"]
        assert (handles(done), done.notes) == (["@zoe"], ())
