"""Being let in: the whole repository, or a folder at a time; with what would come, and within limits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from remediator.deliver.onboarding import folder_of
from remediator.ledger.invitations import Kind
from remediator.ledger.ledger import open_ledger
from tests.deliver.volume_plans import MAIN, NOW

ONBOARDING = {"onboarding": True}


@pytest.mark.parametrize(
    ("pattern", "folder"),
    [
        ("/teams/ml/", "teams/ml"),
        ("teams/ml/*.tf", "teams/ml"),
        ("/teams/*/ml/", "teams"),
        ("/teams/ml/main.tf", "teams/ml"),
        ("*", ""),
        ("*.tf", ""),
        ("ml/", ""),
        ("/**/ml/", ""),
        ("/teams/other/", ""),
        ("/main.tf", ""),
    ],
)
def test_the_folder_that_a_pattern_names(pattern: str, folder: str) -> None:
    assert folder_of(pattern, "teams/ml/main.tf") == folder


def test_the_request_shows_what_would_come(lab, gitlab) -> None:
    plans = [lab.plan("a"), lab.plan("b", doubts=("unsure",))]
    title = "Stop @everyone | <img src=x>"
    plans[0] = replace(plans[0], changes=(replace(plans[0].changes[0], title=title),))

    lab.deliver(*plans, limits=ONBOARDING, others=plans)

    text = gitlab.requests[0]["description"]
    assert r"\(aws\_ebs\_volume.a\)" in text
    assert (
        "| merge request | 12.40 USD |" in text
        and "opens merge requests for" in text
        and "| ticket | 12.40 USD |" in text
    )
    assert "@everyone" not in text and "<img" not in text
    assert "closed" not in text.lower() or "Close this" in text


def test_tickets_wait_too(lab, gitlab, jira, upstream) -> None:
    plan = lab.plan("b", doubts=("unsure",))
    [held] = lab.deliver(plan, limits=ONBOARDING)
    assert (held.action, jira.issues) == ("held", {})

    upstream.merge("remediator/configure")
    gitlab.set_state(1, "merged")

    assert [d.action for d in lab.deliver(lab.plan("b", doubts=("unsure",)), limits=ONBOARDING)] == ["opened"]


@pytest.fixture
def monorepo(upstream):
    """Two teams with a folder each, both with the volumes of `MAIN`."""
    for team in ("ml", "web"):
        (upstream.work / "teams" / team).mkdir(parents=True)
    upstream.commit(
        {
            "teams/ml/main.tf": MAIN,
            "teams/web/main.tf": MAIN,
            "CODEOWNERS": "* @acme/all\n/teams/ml/ @acme/ml\n/teams/web/ @acme/web\n",
        }
    )
    return upstream


def in_folder(desk, name: str, team: str):
    plan = desk.plan(name)
    return replace(plan, edits=(replace(plan.edits[0], path=f"teams/{team}/main.tf"),))


def test_one_teams_no_is_not_everyones(lab, gitlab, monorepo) -> None:
    plans = lambda: [in_folder(lab, "a", "ml"), in_folder(lab, "b", "web"), in_folder(lab, "c", "web")]  # noqa: E731
    held = lab.deliver(*plans(), limits=ONBOARDING)
    assert [d.action for d in held] == ["held"] * 3
    assert [r["title"] for r in gitlab.requests] == [
        "Configure remediator in teams/ml", "Configure remediator in teams/web",
    ]  # fmt: skip

    gitlab.set_state(1, "closed")
    monorepo.merge(gitlab.requests[1]["source_branch"])
    gitlab.set_state(2, "merged")
    done = lab.deliver(*plans(), limits=ONBOARDING)

    assert [d.action for d in done] == ["held", "opened", "opened"]
    assert "opted out" in done[0].reason


def test_not_every_team_is_asked_at_once(lab, gitlab, monorepo) -> None:
    plans = [in_folder(lab, "a", "ml"), in_folder(lab, "b", "web")]

    first = lab.deliver(*plans, limits=ONBOARDING | {"opened_per_hour": 1})
    assert len(gitlab.requests) == 1
    assert "limits.opened_per_hour" in first[1].reason

    lab.deliver(*plans, limits=ONBOARDING | {"opened_per_hour": 1}, now=NOW + timedelta(days=9999))
    assert len(gitlab.requests) == 2


def test_the_whole_repository_lets_in_every_folder(lab, gitlab, monorepo) -> None:
    monorepo.commit({".remediator.toml": "# come in\n"})

    [done] = lab.deliver(in_folder(lab, "a", "ml"), limits=ONBOARDING)

    assert done.action == "opened"


def test_who_takes_the_file_away_takes_the_permission_away(lab, gitlab, upstream) -> None:
    lab.deliver(lab.plan("a"), limits=ONBOARDING)
    upstream.merge("remediator/configure")
    gitlab.set_state(1, "merged")
    upstream.git("rm", "--quiet", ".remediator.toml")
    upstream.commit({"README.md": "no bots\n"})

    [held] = lab.deliver(lab.plan("a"), limits=ONBOARDING)

    assert held.action == "held"
    assert "the base has no .remediator.toml" in held.reason


def test_a_folder_may_begin_with_a_dot(lab, gitlab, upstream) -> None:
    (upstream.work / ".infra").mkdir()
    upstream.commit({".infra/main.tf": MAIN, "CODEOWNERS": "/.infra/main.tf @acme/ml\n"})
    plan = lab.plan("a")
    plan = replace(plan, edits=(replace(plan.edits[0], path=".infra/main.tf"),))
    lab.deliver(plan, limits=ONBOARDING)
    assert [r["title"] for r in gitlab.requests] == ["Configure remediator in .infra"]

    upstream.commit({".infra/.remediator.toml": "# come in\n"})

    assert lab.deliver(lab.plan("a", edits=plan.edits), limits=ONBOARDING)[0].action == "opened"


def test_asking_to_be_let_in_counts_against_the_limit_of_all(hub, github) -> None:
    [held] = hub.deliver(hub.plan("a"), limits=ONBOARDING | {"open_total": 0})
    assert held.reason.startswith("limits.open_total") and github.pulls == []

    hub.deliver(hub.plan("a"), limits=ONBOARDING | {"open_total": 1})
    [other] = hub.deliver(hub.plan("b"), limits={"onboarding": False, "open_total": 1})
    assert other.reason == "limits.open_total: 1 pull requests are open in all repositories"
    with open_ledger(None, hub.state_dir) as ledger:
        assert ledger.invitations.open(Kind.REPOSITORY) == 1


def test_what_was_merged_counts_no_more(lab, gitlab, upstream) -> None:
    lab.deliver(lab.plan("a"), limits=ONBOARDING)
    upstream.merge("remediator/configure")
    gitlab.set_state(1, "merged")

    assert [d.action for d in lab.deliver(lab.plan("a"), limits=ONBOARDING | {"open_total": 1})] == ["opened"]
