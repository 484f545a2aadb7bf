"""A GitHub App: its tokens come and go, and what it commits is made and signed by GitHub."""

from datetime import timedelta

import pytest

from remediator.git.commits import BOT_EMAIL
from remediator.ledger.ledger import open_ledger
from tests.deliver.test_upkeep import conflict, moved_plan

COMMIT = "createCommitOnBranch"


def forget(desk) -> None:
    for path in desk.state_dir.glob("ledger.sqlite*"):
        path.unlink()


def commits(github) -> int:
    return sum(COMMIT in str(r.body) for r in github.service.requests)


def test_a_plan_becomes_a_commit_of_github_and_one_request(app, github, upstream, git_over_http) -> None:
    plan = app.plan()
    [done] = app.deliver(plan)

    assert (done.action, done.reason) == ("opened", None)
    branch = f"remediator/ebs-gp3/{plan.id}"
    author, committer, parent = upstream.bare_git("show", "-s", "--format=%ae%n%ce%n%P", branch).splitlines()
    assert (author, committer) == ("987+acme-remediator[bot]@users.noreply.github.com", "noreply@github.com")
    assert parent == upstream.branches()["main"]
    assert upstream.read(branch).count("gp3") == 1
    assert BOT_EMAIL not in upstream.bare_git("log", "--all", "--format=%ae %ce")
    assert f"commit={upstream.branches()[branch]}" in github.pulls[0]["body"]
    assert github.minted == 2  # one for git, one for the API
    assert git_over_http.refused == 0


def test_a_second_run_makes_no_commit(app, github, upstream) -> None:
    plan = app.plan()
    app.deliver(plan)
    branches = upstream.branches()
    forget(app)

    [again] = app.deliver(plan)

    assert (again.action, commits(github), upstream.branches()) == ("kept", 1, branches)


@pytest.mark.parametrize("status", [502, None], ids=["502", "cut"])
def test_a_commit_whose_answer_was_lost_is_made_once(app, github, upstream, status) -> None:
    plan = app.plan()
    seen = []

    def lose(request, reply) -> None:
        if COMMIT in str(request.body) and not seen:
            seen.append(reply)
            github.service.fail("POST", "graphql", status, carried_out=False)

    # The first commit is carried out, and the look after it fails, too.
    github.service.heard = lose
    [done] = app.deliver(plan)

    assert (done.action, commits(github)) == ("opened", 1)
    count = upstream.bare_git("rev-list", "--count", f"main..remediator/ebs-gp3/{plan.id}")
    assert count == "1"


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_commit_that_failed_is_looked_for_before_it_is_sent_again(app, github, upstream, carried_out: bool) -> None:
    plan = app.plan()
    github.service.fail_body("POST", COMMIT, 502, carried_out=carried_out)

    [done] = app.deliver(plan)

    assert (done.action, commits(github)) == ("opened", 1 if carried_out else 2)
    assert upstream.bare_git("rev-list", "--count", f"main..remediator/ebs-gp3/{plan.id}") == "1"


def test_a_branch_that_got_no_commit_is_given_it(app, github, upstream) -> None:
    plan = app.plan()
    branch = f"remediator/ebs-gp3/{plan.id}"
    upstream.bare_git("update-ref", f"refs/heads/{branch}", "main")

    [done] = app.deliver(plan)

    assert (done.action, upstream.read(branch).count("gp3")) == ("opened", 1)


def test_stale_data_leaves_the_branch_to_whoever_moved_it(app, github, upstream) -> None:
    plan = app.plan()
    branch = f"remediator/ebs-gp3/{plan.id}"
    moved = []

    def move(done: str) -> None:
        if done.endswith("/git/refs") and not moved:
            theirs = upstream.commit_in_bare("main", {"x": b"1"}, "x", ("Al", "al@acme.io"), ("Al", "al@acme.io"))
            upstream.bare_git("update-ref", f"refs/heads/{branch}", theirs)
            moved.append(theirs)

    github.service.after = move
    [done] = app.deliver(plan)

    assert done.action == "failed"
    assert "left to them" in done.reason
    assert (upstream.branches()[branch], github.pulls) == (moved[0], [])
    [again] = app.deliver(plan)
    assert "holds a commit of somebody else" in again.reason


def test_an_older_commit_of_ours_is_replaced(app, github, upstream) -> None:
    plan = app.plan()
    branch = f"remediator/ebs-gp3/{plan.id}"
    author = (github.login, f"987+{github.login}@users.noreply.github.com")
    old = upstream.commit_in_bare("main", {"x": b"1"}, "old", author, ("GitHub", "noreply@github.com"))
    upstream.bare_git("update-ref", f"refs/heads/{branch}", old)

    [done] = app.deliver(plan)

    assert done.action == "opened"
    assert upstream.bare_git("rev-list", "--count", f"main..{branch}") == "1"
    assert upstream.branches()[branch] != old


def test_a_branch_is_made_anew_without_closing_its_request(app, github, upstream) -> None:
    plan = app.plan()
    app.deliver(plan)
    conflict(upstream)

    [again] = app.deliver(moved_plan(app, upstream))

    assert (again.action, github.pulls[0]["state"]) == ("rebuilt", "open")
    assert set(upstream.branches()) == {"main", f"remediator/ebs-gp3/{plan.id}"}


def test_a_tick_makes_it_anew_over_what_others_committed(app, github, upstream) -> None:
    plan = app.plan()
    app.deliver(plan)
    branch = f"remediator/ebs-gp3/{plan.id}"
    theirs = upstream.commit_in_bare(branch, {"x": b"1"}, "x", ("Al", "al@acme.io"), ("Al", "al@acme.io"))
    upstream.bare_git("update-ref", f"refs/heads/{branch}", theirs)
    body = github.pulls[0]["body"]
    github.pulls[0]["body"] = body.replace("- [ ] <!-- rebuild -->", "- [x] <!-- rebuild -->")

    [told] = app.deliver(plan)

    assert (told.action, told.reason) == ("rebuilt", None)
    assert upstream.bare_git("rev-list", "--count", f"main..{branch}") == "1"


def test_a_token_is_made_anew_before_it_expires(app, github) -> None:
    github.lifetime = timedelta(seconds=10)  # less than the 20 seconds before which PyGithub asks for another
    [done] = app.deliver(app.plan())
    assert done.action == "opened"
    assert github.minted > 3


def test_a_token_that_expires_in_the_middle_of_a_run_is_made_anew(app, github) -> None:
    def expire(done: str) -> None:
        if done.endswith("/pulls"):
            github.service.after = None
            github.tokens.clear()

    github.service.after = expire
    [done] = app.deliver(app.plan())

    assert (done.action, done.reason, len(github.pulls)) == ("opened", None, 1)


def test_a_key_that_is_not_the_apps_is_named(app, github, app_key) -> None:
    github.app_key = None
    with pytest.raises(Exception, match="check app_id"):
        app.clone()


def test_what_the_app_wrote_is_not_foreign(app, github, upstream) -> None:
    app.deliver(app.plan())
    forge = app.places().forge(app.repository, None)

    assert forge.review("acme/infra", "1").foreign == ()
    assert forge.close("acme/infra", "1", "gone") == ()
    assert list(upstream.branches()) == ["main"]


def test_no_token_nor_key_is_written_down(app, github, app_key) -> None:
    app.deliver(app.plan())
    with open_ledger(None, app.state_dir):
        pass
    secrets = [token.encode() for token in github.tokens] + [app_key[0].splitlines()[3].encode()]
    written = [path.read_bytes() for path in app.state_dir.rglob("*") if path.is_file()]
    assert len(secrets) > 1
    assert not any(secret in content for secret in secrets for content in written)


def test_with_a_token_the_commit_is_pushed_over_http(make_desk, github, upstream, git_over_http) -> None:
    desk = make_desk("hub", github=github.service.url, url=git_over_http.url)
    plan = desk.plan()
    [done] = desk.deliver(plan)

    assert (done.action, git_over_http.refused, commits(github)) == ("opened", 0, 0)
    assert upstream.bare_git("show", "-s", "--format=%ae", f"remediator/ebs-gp3/{plan.id}") == BOT_EMAIL
