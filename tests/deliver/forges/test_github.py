from dataclasses import replace

import pytest

from remediator.ledger.ledger import open_ledger
from remediator.model import Owner, Status

OPENING = ["POST /repos/acme/infra/pulls", "POST /repos/acme/infra/pulls/1/requested_reviewers",
           "POST /repos/acme/infra/issues/1/labels"]  # fmt: skip
PULLS = r"/repos/acme/infra/pulls$"
LIMIT = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}


def forget(desk) -> None:
    for path in desk.state_dir.glob("ledger.sqlite*"):
        path.unlink()


def test_a_pull_request_is_opened_with_people_and_labels(hub, github) -> None:
    github.reviewers.add("bob")
    [done] = hub.deliver(hub.plan())

    assert (done.action, done.reference, done.reason) == ("opened", "1", None)
    assert done.where == "https://github.com/acme/infra/pull/1"
    assert github.service.writes == OPENING
    [pull] = github.pulls
    assert {label["name"] for label in pull["labels"]} == {"remediator", "ebs_gp3"}
    assert {r["login"] for r in pull["requested_reviewers"]} == {"ranking", "bob"}


@pytest.mark.parametrize("ledger", ["kept", "lost"])
def test_a_second_run_writes_nothing_and_reads_once(hub, github, upstream, ledger: str) -> None:
    plans = [hub.plan(name) for name in "abcd"]
    hub.deliver(*plans)
    branches = upstream.branches()
    github.service.requests.clear()
    if ledger == "lost":
        forget(hub)

    again = hub.deliver(*plans)

    assert [d.action for d in again] == ["kept"] * 4
    assert [r.path for r in github.service.requests] == ["/repos/acme/infra/issues"]
    assert upstream.branches() == branches


def test_findings_by_the_hundred_are_looked_up_by_the_page(hub, github) -> None:
    for n in range(240):
        marker = f"<!-- remediator: plan={n:016x} rule=x removes=no fingerprints={n:016x} -->"
        github.add(f"remediator/x/{n:016x}", marker)
    hub.deliver(*[hub.plan(name) for name in "abc"], limits={"open_per_repo": 5})

    assert [r.path for r in github.service.requests] == ["/repos/acme/infra/issues"] * 3


@pytest.mark.parametrize(("merged", "status"), [(False, Status.DECLINED), (True, Status.MERGED)])
@pytest.mark.parametrize("labelled", [True, False])
def test_a_lost_ledger_forgets_neither_decline_nor_merge(hub, github, merged: bool, status, labelled: bool) -> None:
    hub.deliver(hub.plan())
    github.close(1, merged)
    if not labelled:
        github.pulls[0]["labels"] = []
    forget(hub)

    [again] = hub.deliver(hub.plan())

    assert (again.action, again.reference) == ("held", "1")
    assert github.service.writes == OPENING
    with open_ledger(None, hub.state_dir) as ledger:
        assert [o.status for o in ledger.outcomes()] == [status]


def test_a_request_cut_short_before_its_labels_is_completed(hub, github) -> None:
    hub.deliver(hub.plan())
    github.pulls[0]["labels"] = []
    forget(hub)

    [again] = hub.deliver(hub.plan())

    assert (again.action, len(github.pulls)) == ("kept", 1)
    assert len(github.pulls[0]["labels"]) == 2


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"status": 502, "carried_out": True}, id="502 after it was created"),
        pytest.param({"status": 502}, id="502 before"),
        pytest.param({"status": None, "carried_out": True}, id="cut after it was created"),
        pytest.param({"status": None}, id="cut before"),
        pytest.param({"status": 403, "body": LIMIT, "headers": {"Retry-After": "7"}}, id="secondary limit"),
        pytest.param({"status": 429, "body": LIMIT, "times": 3}, id="429 thrice"),
        pytest.param(
            {"status": 403, "body": {"message": "API rate limit exceeded for user"},
             "headers": {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}}, id="primary limit"
        ),
    ],
)  # fmt: skip
def test_a_creation_that_failed_makes_one_request_all_the_same(hub, github, fault: dict) -> None:
    github.service.fail("POST", PULLS, **fault)

    [done] = hub.deliver(hub.plan())

    assert (done.action, done.reason) == ("opened", None)
    assert len(github.pulls) == 1
    created = github.service.writes.count("POST /repos/acme/infra/pulls")
    assert created == (1 if fault.get("carried_out") else 1 + fault.get("times", 1))


def test_a_limit_that_asks_for_too_long_is_left_to_the_next_run(hub, github) -> None:
    github.service.fail("POST", PULLS, 403, body=LIMIT, headers={"Retry-After": "3600"})

    [done] = hub.deliver(hub.plan())
    assert (done.action, github.pulls) == ("failed", [])
    assert "rate limit is reached" in done.reason

    [again] = hub.deliver(hub.plan())
    assert (again.action, len(github.pulls)) == ("opened", 1)


def test_a_duplicate_made_by_another_run_meanwhile_is_taken_over(hub, github, monkeypatch) -> None:
    looked = []

    def blind(self, draft):
        looked.append(draft)
        if len(looked) > 1:
            return original(self, draft)
        github.add(draft.head, draft.body, labels=())
        return None

    from remediator.deliver.forges.github.forge import GitHubForge

    original = GitHubForge._open
    monkeypatch.setattr(GitHubForge, "_open", blind)

    [done] = hub.deliver(hub.plan())

    assert (done.action, len(github.pulls)) == ("opened", 1)
    assert {label["name"] for label in github.pulls[0]["labels"]} == {"remediator", "ebs_gp3"}


def test_a_team_of_another_organisation_asks_not_ours_of_that_name(hub, github) -> None:
    github.reviewers |= {"bob", "ranking"}
    owner = Owner("@else/ranking", 0.9, (), ("@else/ranking", "@bob"))
    plan = hub.plan()

    [done] = hub.deliver(replace(plan, origin=replace(plan.origin, owners=(owner,))))

    assert [r["login"] for r in github.pulls[0]["requested_reviewers"]] == ["bob"]
    assert done.reason == "did not ask else/ranking: it is a team of another organisation"


def test_a_reviewer_who_cannot_review_is_a_note(hub, github) -> None:
    github.reviewers.discard("ranking")

    [done] = hub.deliver(hub.plan())

    assert done.action == "opened"
    assert done.reason == "could not ask acme/ranking to review it (GitHub answered 422)"
    assert [r["login"] for r in github.pulls[0]["requested_reviewers"]] == ["bob"]


def test_a_fork_cannot_pass_for_ours(hub, github) -> None:
    plan = hub.plan()
    marker = f"<!-- remediator: plan={plan.id} rule=ebs_gp3 removes=no fingerprints={plan.id} -->"
    github.add(f"remediator/ebs-gp3/{plan.id}", marker, state="closed", labels=(), fork=True)

    [done] = hub.deliver(plan)

    assert (done.action, done.reference) == ("opened", "2")


def test_a_repository_without_issues_is_listed_by_its_pull_requests(hub, github) -> None:
    github.issues_enabled = False
    hub.deliver(hub.plan())
    forget(hub)
    github.service.requests.clear()

    [again] = hub.deliver(hub.plan())

    assert (again.action, github.service.writes) == ("kept", [])


@pytest.mark.parametrize(
    ("status", "said"), [(401, "does not take the token"), (404, "check the slug"), (500, "GitHub answered")]
)
def test_a_failure_says_what_to_do(hub, github, status: int, said: str) -> None:
    github.service.fail("GET", "issues", status, times=99)

    [done] = hub.deliver(hub.plan())

    assert (done.action, github.pulls) == ("failed", [])
    assert said in done.reason


def test_a_server_that_is_not_there_is_named(hub, github) -> None:
    github.service.close()
    [done] = hub.deliver(hub.plan())
    assert done.action == "failed"
    assert "did not answer" in done.reason


def test_a_missing_token_is_named(hub, monkeypatch) -> None:
    monkeypatch.delenv("HUB_TOKEN")
    assert "HUB_TOKEN" in hub.deliver(hub.plan())[0].reason


ONBOARDING = {"onboarding": True}


def test_nothing_is_opened_before_the_onboarding_request_is_merged(hub, github, upstream) -> None:
    plans = [hub.plan("a"), hub.plan("b")]
    first = hub.deliver(*plans, limits=ONBOARDING)
    second = hub.deliver(*plans, limits=ONBOARDING)

    assert [d.action for d in (*first, *second)] == ["held"] * 4
    assert "Configure remediator" in first[0].reason
    assert [p["title"] for p in github.pulls] == ["Configure remediator"]
    assert len(github.service.writes) == 3
    assert "comment" not in upstream.branches()
    assert upstream.read("remediator/configure", ".remediator.toml").startswith("# remediator opens")

    upstream.merge("remediator/configure")
    github.close(1, merged=True)
    assert [d.action for d in hub.deliver(hub.plan("a"), limits=ONBOARDING)] == ["opened"]


def test_closing_the_onboarding_request_opts_out(hub, github) -> None:
    hub.deliver(hub.plan(), limits=ONBOARDING)
    github.close(1)

    [done] = hub.deliver(hub.plan(), limits=ONBOARDING)

    assert (done.action, len(github.pulls)) == ("held", 1)
    assert "opted out" in done.reason
