"""Merge requests, opened once each by the real client."""

import pytest
import requests

from remediator.ledger.ledger import open_ledger
from remediator.model import Status

REQUESTS = "/api/v4/projects/acme%2Fml%2Finfra/merge_requests"
OPENING = [f"POST {REQUESTS}"]


def forget(desk) -> None:
    for path in desk.state_dir.glob("ledger.sqlite*"):
        path.unlink()


def test_a_merge_request_is_opened_with_people_and_labels_in_one_write(lab, gitlab) -> None:
    [done] = lab.deliver(lab.plan())

    assert (done.action, done.reference, done.reason) == ("opened", "1", None)
    assert done.where == "https://gitlab.acme.io/acme/ml/infra/-/merge_requests/1"
    assert gitlab.service.writes == OPENING
    [request] = gitlab.requests
    assert request["labels"] == ["ebs_gp3", "remediator"]
    assert {r["username"] for r in request["reviewers"]} == {"alice", "Cy", "bob"}
    assert request["force_remove_source_branch"] is True
    assert request["draft"] is False


@pytest.mark.parametrize("ledger", ["kept", "lost"])
def test_a_second_run_writes_nothing_and_reads_once(lab, gitlab, upstream, ledger: str) -> None:
    plans = [lab.plan(name) for name in "abcd"]
    lab.deliver(*plans)
    branches = upstream.branches()
    gitlab.service.requests.clear()
    if ledger == "lost":
        forget(lab)

    again = lab.deliver(*plans)

    assert [d.action for d in again] == ["kept"] * 4
    assert [r.path for r in gitlab.service.requests] == [REQUESTS]
    assert upstream.branches() == branches


@pytest.mark.parametrize(("state", "status"), [("closed", Status.DECLINED), ("merged", Status.MERGED)])
@pytest.mark.parametrize("labelled", [True, False])
def test_a_lost_ledger_forgets_neither_decline_nor_merge(lab, gitlab, state: str, status, labelled: bool) -> None:
    lab.deliver(lab.plan())
    gitlab.set_state(1, state)
    if not labelled:
        gitlab.requests[0]["labels"] = []
    forget(lab)

    [again] = lab.deliver(lab.plan())

    assert (again.action, again.reference) == ("held", "1")
    assert gitlab.service.writes == OPENING
    with open_ledger(None, lab.state_dir) as ledger:
        assert [o.status for o in ledger.outcomes()] == [status]


@pytest.mark.parametrize("paging", ["page", "cursor"])
def test_findings_by_the_hundred_are_looked_up_by_the_page(lab, gitlab, paging: str) -> None:
    gitlab.next_page = paging
    for n in range(240):
        marker = f"<!-- remediator: plan={n:016x} rule=x removes=no fingerprints={n:016x} -->"
        gitlab.add(f"remediator/x/{n:016x}", marker)
    lab.deliver(*[lab.plan(name) for name in "abc"], limits={"open_per_repo": 5})

    assert [r.path for r in gitlab.service.requests] == [REQUESTS] * 3


def test_a_request_without_our_labels_is_given_them_and_keeps_its_people(lab, gitlab) -> None:
    lab.deliver(lab.plan())
    gitlab.requests[0] |= {"labels": ["mine"], "reviewers": [gitlab.users[7]]}
    forget(lab)

    [again] = lab.deliver(lab.plan())

    assert (again.action, len(gitlab.requests)) == ("kept", 1)
    assert gitlab.requests[0]["labels"] == ["ebs_gp3", "mine", "remediator"]
    assert [r["username"] for r in gitlab.requests[0]["reviewers"]] == ["bobby"]


def test_one_that_is_being_merged_is_open(lab, gitlab) -> None:
    lab.deliver(lab.plan())
    gitlab.set_state(1, "locked")
    gitlab.requests[0]["labels"] = []
    forget(lab)

    [again] = lab.deliver(lab.plan())

    assert (again.action, len(gitlab.requests)) == ("kept", 1)


def test_a_duplicate_made_by_another_run_meanwhile_is_taken_over(lab, gitlab, monkeypatch) -> None:
    create = gitlab.answer

    def race(request):
        if request.method == "POST" and request.path == REQUESTS and not gitlab.requests:
            gitlab.add(request.body["source_branch"], request.body["description"])
        return create(request)

    monkeypatch.setattr(gitlab, "answer", race)

    [done] = lab.deliver(lab.plan())

    assert (done.action, done.reference, len(gitlab.requests)) == ("opened", "1", 1)


def test_a_fork_cannot_pass_for_ours(lab, gitlab) -> None:
    plan = lab.plan()
    marker = f"<!-- remediator: plan={plan.id} rule=ebs_gp3 removes=no fingerprints={plan.id} -->"
    gitlab.add(f"remediator/ebs-gp3/{plan.id}", marker, state="closed", fork=True)
    gitlab.add(f"remediator/ebs-gp3/{plan.id}", marker, state="locked", fork=True)

    [done] = lab.deliver(plan)

    assert (done.action, done.reference) == ("opened", "3")


def test_a_branch_is_pushed_over_http_with_the_token(hosted, gitlab, git_over_http, upstream) -> None:
    assert hosted.repository.model_copy(update={"slug": None}).forge_slug == "acme/ml/infra"

    [done] = hosted.deliver(hosted.plan())

    assert (done.action, len(gitlab.requests)) == ("opened", 1)
    assert gitlab.requests[0]["sha"] == upstream.branches()[gitlab.requests[0]["source_branch"]]
    assert git_over_http.refused == 0


ONBOARDING = {"onboarding": True}


def test_nothing_is_opened_before_the_onboarding_request_is_merged(lab, gitlab, upstream) -> None:
    plans = [lab.plan("a"), lab.plan("b")]
    first = lab.deliver(*plans, limits=ONBOARDING)
    second = lab.deliver(*plans, limits=ONBOARDING)

    assert [d.action for d in (*first, *second)] == ["held"] * 4
    assert [r["title"] for r in gitlab.requests] == ["Configure remediator"]
    assert gitlab.service.writes == OPENING

    upstream.merge("remediator/configure")
    gitlab.set_state(1, "merged")
    assert [d.action for d in lab.deliver(lab.plan("a"), limits=ONBOARDING)] == ["opened"]


@pytest.mark.parametrize(
    ("body", "shown", "problem"),
    [
        ({"squash": "yes"}, {}, 'was sent at squash: "yes" is not of type'),
        ({}, {"colour": "red"}, "was answered at its top: "),
        ({}, {"draft": "no", "user": {"age": 5}}, "was answered at its top: "),
    ],
)
def test_the_fake_is_held_to_what_gitlab_says_of_itself(lab, gitlab, body, shown, problem: str) -> None:
    lab.deliver(lab.plan())
    gitlab.requests[0].update(shown)
    project = gitlab.service.url + "/api/v4/projects/acme%2Fml%2Finfra/merge_requests/1"

    requests.put(project, json={"description": "x", **body}, headers={"Authorization": "Bearer t0ken"}, timeout=5)

    assert [problem in one for one in gitlab.problems] == [True]
    gitlab.problems.clear()
