"""The request that asks to be let in is given what every other is: people, labels, the repository's own style."""

from dataclasses import replace

from tests.deliver.services import http_service

from .test_onboarding import ONBOARDING, monorepo  # noqa: F401 - a fixture
from .test_owner_limits import owned


def in_folder(desk, name: str, team: str, owner: str):
    plan = owned(desk, name, owner)
    return replace(plan, edits=(replace(plan.edits[0], path=f"teams/{team}/main.tf"),))


def test_the_owners_of_what_lies_there_are_asked(hub, github, monorepo) -> None:  # noqa: F811
    plans = [in_folder(hub, "a", "ml", "@alice"), in_folder(hub, "b", "web", "@bob")]

    hub.deliver(*plans, limits=ONBOARDING, others=plans)

    asked = [[user["login"] for user in pull["requested_reviewers"]] for pull in github.pulls]
    assert asked == [["alice"], ["bob"]]


def test_it_has_the_labels_and_reviewers_of_every_request(hub, github) -> None:
    asked = hub.config.requests.model_copy(update={"labels": ("finops",), "reviewers": ("@bob",)})
    desk = replace(hub, config=hub.config.model_copy(update={"requests": asked}))

    desk.deliver(desk.plan(), limits=ONBOARDING)

    [pull] = github.pulls
    assert [label["name"] for label in pull["labels"]] == ["remediator", "finops"]
    assert [user["login"] for user in pull["requested_reviewers"]] == ["bob"]


def test_one_that_was_cut_short_before_its_labels_is_completed_and_then_left_alone(hub, github) -> None:
    hub.deliver(hub.plan(), limits=ONBOARDING)
    github.pulls[0]["labels"] = []
    for ledger in hub.state_dir.glob("ledger.sqlite*"):
        ledger.unlink()

    hub.deliver(hub.plan(), limits=ONBOARDING)
    assert [label["name"] for label in github.pulls[0]["labels"]] == ["remediator"]

    before = len(github.service.writes)
    hub.deliver(hub.plan(), limits=ONBOARDING)
    assert (len(github.pulls), len(github.service.writes)) == (1, before)


def test_one_that_is_refused_its_labels_asks_nobody_twice(hub, github) -> None:
    github.service.faults.append(http_service.Fault("POST", "/labels", http_service.Reply(403, {}), times=99))
    hub.deliver(owned(hub, "a", "@bob"), limits=ONBOARDING)
    before = len(github.service.writes)

    hub.deliver(owned(hub, "a", "@bob"), limits=ONBOARDING)

    assert [user["login"] for user in github.pulls[0]["requested_reviewers"]] == ["bob"]
    assert len(github.service.writes) == before


def test_its_title_and_commit_follow_the_style_of_the_repository(hub, github, upstream) -> None:
    for number in range(6):
        upstream.git("commit", "--quiet", "--allow-empty", "--message", f"feat: add {number}")
    upstream.git("push", "--quiet", "origin", "main")

    [held] = hub.deliver(hub.plan(), limits=ONBOARDING)

    assert github.pulls[0]["title"] == "chore(cost): configure remediator"
    assert upstream.bare_git("log", "-1", "--format=%s", "remediator/configure") == "chore(cost): configure remediator"
    assert held.reason.startswith("waiting for 'Configure remediator' (")
