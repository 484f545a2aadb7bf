"""A label that keeps plan servers away is there before they are told of a request that is ready."""

from contextlib import suppress
from dataclasses import replace

import pytest

from tests.deliver.test_kills import Killed, fused


@pytest.fixture
def quiet(hub):
    """A desk whose requests carry the label."""
    requests = hub.config.requests.model_copy(update={"disable_autoplan_label": "no-autoplan"})
    return replace(hub, config=hub.config.model_copy(update={"requests": requests}))


@pytest.fixture
def told(github) -> list[bool]:
    """Each time that a request opened as ready, or became so: whether the label was on it."""
    heard: list[bool] = []
    was_ready: dict[int, bool] = {}

    def watch(_request, _reply) -> None:
        for at, pull in enumerate(github.pulls):
            if not pull["draft"] and not was_ready.get(at, False):
                heard.append("no-autoplan" in {label["name"] for label in pull["labels"]})
            was_ready[at] = not pull["draft"]

    github.service.heard = watch
    return heard


def test_it_is_opened_as_a_draft_labelled_and_then_made_ready(quiet, github, told) -> None:
    [done] = quiet.deliver(quiet.plan())

    [pull] = github.pulls
    assert (done.action, pull["draft"], told) == ("opened", False, [True])
    assert {label["name"] for label in pull["labels"]} == {"remediator", "ebs_gp3", "no-autoplan"}
    writes = len(github.service.writes)
    assert [d.action for d in quiet.deliver(quiet.plan())] == ["kept"]
    assert len(github.service.writes) == writes


def test_a_run_killed_at_any_call_makes_it_ready_in_the_next(quiet, github, told, upstream) -> None:
    for at in range(1, 100):
        with fused(at, reads=True) as fuse, suppress(Killed):
            quiet.deliver(quiet.plan())
        if not fuse.blown:
            break

    [pull] = github.pulls
    assert (at > 8, pull["draft"], set(told)) == (True, False, {True})
    assert {label["name"] for label in pull["labels"]} == {"remediator", "ebs_gp3", "no-autoplan"}


def test_what_is_to_be_a_draft_stays_one(quiet, github, told) -> None:
    requests = quiet.config.requests.model_copy(update={"draft": True})
    drafting = replace(quiet, config=quiet.config.model_copy(update={"requests": requests}))

    [done] = drafting.deliver(drafting.plan())

    assert (done.action, github.pulls[0]["draft"], told) == ("opened", True, [])


def test_where_there_are_no_drafts_it_is_opened_and_said(quiet, github) -> None:
    github.drafts = False

    [done] = quiet.deliver(quiet.plan())

    assert done.action == "opened"
    assert "has no drafts, and its labels came after it" in (done.reason or "")
    assert "no-autoplan" in {label["name"] for label in github.pulls[0]["labels"]}


def test_without_the_label_nothing_is_a_draft_for_a_while(hub, github) -> None:
    hub.deliver(hub.plan())
    assert github.service.writes[0] == "POST /repos/acme/infra/pulls"
    assert "POST /graphql" not in github.service.writes


@pytest.mark.parametrize(
    ("verb", "path", "said"),
    [
        ("POST", r"/issues/\d+/labels$", "the label no-autoplan could not be set, so it stays a draft"),
        ("POST", r"/graphql$", "it could not be made ready, so it stays a draft"),
    ],
)
def test_what_cannot_be_labelled_or_made_ready_is_a_draft_and_counts(quiet, github, told, verb, path, said) -> None:
    github.service.fail(verb, path, 403, body={"message": "Resource not accessible by integration"}, times=99)

    done = [quiet.deliver(quiet.plan(name), limits={"open_per_repo": 1})[0] for name in ("a", "b")]

    assert [d.action for d in done] == ["opened", "held"], done
    assert said in (done[0].reason or "")
    assert [(pull["draft"], pull["requested_reviewers"] != []) for pull in github.pulls] == [(True, True)]
    assert told == []
