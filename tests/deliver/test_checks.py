"""What is said of credentials and rights before a run: on the real clients, and without a write."""

from dataclasses import replace
from datetime import date

import pytest

from remediator.config import TeamConfig
from remediator.model.checks import Verdict

TODAY = date(2026, 11, 23)


def forge(desk, name: str = "hub", slug: str = "acme/infra") -> list[tuple[str, str, str]]:
    return [(c.verdict.value, c.what, c.said) for c in desk.places().check_forge(name, (slug,), TODAY)]


def tracker(desk, *teams: TeamConfig) -> list[tuple[str, str, str]]:
    return [(c.verdict.value, c.what, c.said) for c in desk.places().check_tracker("jira", teams)]


def bad(checks) -> list[tuple[str, str, str]]:
    return [check for check in checks if check[0] != Verdict.OK]


def test_a_classic_token_that_may_do_all(hub, github) -> None:
    github.scopes = ("repo", "read:org")
    assert bad(forge(hub)) == []
    assert github.service.writes == []


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        (("read:org",), ("failed", "acme/infra token", "the token has the scopes read:org, and not repo")),
        (("repo",), ("warning", "acme/infra token", "the token lacks read:org: teams cannot be asked to review")),
    ],
)
def test_a_classic_token_that_lacks_a_scope(hub, github, scopes, said) -> None:
    github.scopes = scopes
    assert bad(forge(hub)) == [said]


def test_a_fine_grained_token_is_tried_by_reading(hub, github) -> None:
    assert bad(forge(hub)) == []
    github.service.fail("GET", "/pulls$", 403, times=9)
    assert bad(forge(hub)) == [("failed", "acme/infra token", "the token may not read Pull requests")]
    assert github.service.writes == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"archived": True}, ("failed", "acme/infra", "it is archived, so nothing can be opened there")),
        ({"permissions": {"push": False}}, ("failed", "acme/infra", "the token's user may not push there")),
        ({"has_issues": False}, ("warning", "acme/infra", "issues are switched off there, so there is no dashboard")),
    ],
)
def test_a_repository_that_cannot_be_worked_in(hub, github, fields, said) -> None:
    github.repository |= fields
    assert bad(forge(hub)) == [said]


def test_a_token_that_is_not_taken_is_named_and_not_shown(hub, github) -> None:
    github.tokens.clear()
    [(verdict, _, said)] = forge(hub)
    assert verdict == "failed"
    assert "token_env" in said
    assert "t0ken" not in said


def test_a_repository_that_is_not_there_hides_no_other(hub, github) -> None:
    github.scopes = ("repo", "read:org")
    checks = hub.places().check_forge("hub", ("acme/none", "acme/infra"), TODAY)
    assert [c.verdict for c in checks] == [Verdict.FAILED, Verdict.OK, Verdict.OK]


def test_what_an_app_may_do_its_installation_says(app, github) -> None:
    github.rights |= {"issues": "read"}
    assert bad(forge(app)) == [
        ("failed", "acme/infra installation", "the App may not write issues"),
        ("warning", "acme/infra installation", "the App has no right members: teams cannot be asked to review"),
    ]


def test_a_secret_that_is_not_set_is_a_sentence(hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from remediator.errors import ConfigError

    monkeypatch.delenv("HUB_TOKEN")
    with pytest.raises(ConfigError, match="environment variable HUB_TOKEN, which is not set"):
        forge(hub)


def test_gitlab_tells_a_tokens_scopes_and_its_role(lab, gitlab) -> None:
    assert bad(forge(lab, "lab", "acme/ml/infra")) == []
    gitlab.own |= {"scopes": ["read_api"], "expires_at": "2026-11-30"}
    gitlab.project["permissions"] = {"project_access": {"access_level": 20}, "group_access": None}
    assert bad(forge(lab, "lab", "acme/ml/infra")) == [
        ("failed", "token", "the token has the scopes read_api, and not api"),
        ("warning", "token", "the token ends on 2026-11-30"),
        ("failed", "acme/ml/infra", "the token's user has the access level 20, below Developer (30)"),
    ]
    gitlab.token = "another"
    [(verdict, what, _)] = forge(lab, "lab", "acme/ml/infra")
    assert (verdict, what) == ("failed", "token")


@pytest.mark.parametrize("cloud", [True, False])
def test_jira_tells_what_the_user_may_do(hub, jira, cloud: bool) -> None:
    jira.cloud = cloud
    assert bad(tracker(hub)) == []
    jira.lacking = {"CREATE_ISSUES", "LINK_ISSUES"}
    assert bad(tracker(hub)) == [
        ("failed", "permissions", "the user lacks CREATE_ISSUES in FIN"),
        (
            "warning", "permissions",
            "the user lacks LINK_ISSUES in FIN: requests and tickets do not link to each other",
        ),
    ]  # fmt: skip
    assert jira.service.writes == []


def test_what_the_project_does_not_have_is_said(hub, jira) -> None:
    del jira.types["Epic"]
    trackers = hub.config.trackers
    ours = trackers["jira"].model_copy(update={"priorities": (("Urgent", 1),), "close_by": ("Gone",)})
    hub = replace(hub, config=hub.config.model_copy(update={"trackers": {**trackers, "jira": ours}}))
    teams = (TeamConfig(jira_component="nowhere", jira_assignee="zoe@acme.io"), TeamConfig(jira_component="infra"))

    assert [(what, said.partition(";")[0]) for _, what, said in bad(tracker(hub, *teams))] == [
        ("form", "trackers.jira.priorities: FIN has no priority Urgent"),
        ("workflow", "close_by names no status of a Task, which has To Do, In Progress, Done"),
        ("teams", "FIN has no component nowhere"),
        ("teams", "no one account in Jira is exactly zoe@acme.io"),
    ]


def test_a_jira_that_does_not_answer_is_one_failure(hub, jira) -> None:
    jira.service.close()
    [(verdict, what, said)] = tracker(hub)
    assert (verdict, what, "did not answer" in said) == ("failed", "user", True)
