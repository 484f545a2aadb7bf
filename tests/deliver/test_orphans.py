"""What a run that was killed between its push and its request leaves, where the next one does not want it so."""

from contextlib import suppress
from dataclasses import replace

import pytest

from remediator.deliver import branches, orphans
from remediator.deliver.forges.github.api import Api
from remediator.ledger.ledger import open_ledger
from remediator.run.codebase import read_codebase
from remediator.run.delivering import deliver_all
from remediator.run.owning import Owned
from tests.deliver.test_kills import Killed
from tests.deliver.volume_plans import NOW


def run(desk, plans, **options):
    config = desk.config.model_copy(
        update={"requests": desk.config.requests.model_copy(update={"group_by": options.pop("group_by", None)})}
    )
    with open_ledger(None, desk.state_dir) as ledger:
        codebases = {"infra": read_codebase(desk.repository, config)}
        done, failures = deliver_all(
            plans, ledger.outcomes(), codebases, config, ledger, desk.places(), NOW, Owned({}, {}), **options
        )
    assert failures == ()
    return {plan.id: delivered.action for plan, delivered in done}


@pytest.fixture
def killed(monkeypatch):
    """Kills a run right after its first push."""

    def kill(desk, plans, **options) -> None:
        push = branches.push

        def pushed(*arguments, **named):
            push(*arguments, **named)
            raise Killed

        with monkeypatch.context() as patch, suppress(Killed):
            patch.setattr(branches, "push", pushed)
            run(desk, plans, **options)

    return kill


@pytest.mark.parametrize("where", ["hub", "lab"])
def test_a_branch_of_what_is_found_no_more_is_deleted(where, request, upstream, killed) -> None:
    desk = request.getfixturevalue(where)
    killed(desk, [desk.plan("a")])
    assert len(upstream.branches()) == 2

    assert run(desk, [desk.plan("b", doubts=("unsure",))]) != {}

    assert set(upstream.branches()) == {"main"}


def test_a_group_whose_rules_are_others_by_the_next_run_leaves_no_branch(hub, github, upstream, killed) -> None:
    a, b = hub.plan("a"), hub.plan("b")
    killed(hub, [a, b], group_by="root")
    [left] = set(upstream.branches()) - {"main"}
    other = replace(b, changes=(replace(b.changes[0], rule="provisioned_iops"),))

    assert set(run(hub, [a, other], group_by="root").values()) == {"opened"}

    [pull] = github.pulls
    assert pull["head"]["ref"] != left
    assert set(upstream.branches()) == {"main", pull["head"]["ref"]}


def test_what_a_run_could_not_wholly_see_is_left(hub, upstream, killed) -> None:
    killed(hub, [hub.plan("a")])
    before = upstream.branches()

    run(hub, [], whole=False)
    run(hub, [], narrow=True)

    assert upstream.branches() == before


def test_what_waits_is_left_and_opened_later(hub, github, upstream, killed) -> None:
    plan = hub.plan("a")
    killed(hub, [plan])

    assert run(hub, [plan]) == {plan.id: "opened"}

    assert set(upstream.branches()) == {"main", f"remediator/ebs-gp3/{plan.id}"}


@pytest.mark.parametrize("theirs", ["a commit", "a request", "another name"])
def test_what_people_made_of_it_is_theirs(theirs, hub, github, upstream, killed) -> None:
    plan = hub.plan("a")
    killed(hub, [plan])
    branch = f"remediator/ebs-gp3/{plan.id}"
    if theirs == "a commit":
        upstream.git("fetch", "--quiet", "origin")
        upstream.git("reset", "--quiet", "--hard", f"origin/{branch}")
        upstream.commit({"more.tf": "# more\n"}, branch)
    elif theirs == "a request":
        github.add(branch, "Mine.", labels=())
    else:
        upstream.bare_git("branch", "-m", branch, "remediator/mine")
    before = upstream.branches()

    run(hub, [])

    assert upstream.branches() == before


def test_where_nothing_was_left_nothing_more_is_asked(hub, github, upstream) -> None:
    plan = hub.plan("a")
    run(hub, [plan])
    github.service.requests.clear()

    run(hub, [plan])

    assert not [r.path for r in github.service.requests if r.path.endswith("/pulls")]


def test_where_requests_are_files_another_state_folder_may_have_one_of_the_branch(desk, upstream, tmp_path) -> None:
    plan = desk.plan("a")
    run(desk, [plan])
    elsewhere = tmp_path / "elsewhere"
    settings = desk.config.run.model_copy(update={"state_dir": elsewhere})
    other = replace(desk, config=desk.config.model_copy(update={"run": settings}))
    before = upstream.branches()
    assert len(before) == 2

    run(other, [])

    assert upstream.branches() == before


def test_a_commit_that_names_no_address_is_not_ours(hub, upstream, killed) -> None:
    nobody = ("Nobody", "")
    head = upstream.commit_in_bare("main", {"more.tf": b"# more\n"}, "More", nobody, nobody)
    upstream.bare_git("branch", "remediator/ebs-gp3/" + "a" * 16, head)
    before = upstream.branches()

    run(hub, [])

    assert upstream.branches() == before


@pytest.fixture
def killed_app(app, monkeypatch):
    """Kills a run of a GitHub App right after a request that holds some words was carried out."""

    def kill(plans, words: str) -> None:
        send = Api._once if words == "git/refs" else Api.ask

        def sent(self, repository, *arguments, **named):
            done = send(self, repository, *arguments, **named)
            if words in str(arguments):
                raise Killed
            return done

        with monkeypatch.context() as patch, suppress(Killed):
            patch.setattr(Api, send.__name__, sent)
            run(app, plans)

    return kill


@pytest.mark.parametrize("words", ["git/refs", "createCommitOnBranch"])
def test_a_branch_that_github_made_for_an_app_is_deleted(words, app, upstream, killed_app) -> None:
    killed_app([app.plan("a")], words)
    assert len(upstream.branches()) == 2

    run(app, [])

    assert set(upstream.branches()) == {"main"}


@pytest.mark.parametrize("who", ["another bot", "a person"])
def test_what_another_made_on_the_branch_of_an_app_is_theirs(who, app, upstream) -> None:
    email = {"another bot": "41898282+acme-other[bot]@users.noreply.github.com", "a person": "al@acme.io"}[who]
    web = ("GitHub", "noreply@github.com")
    head = upstream.commit_in_bare("main", {"more.tf": b"# more\n"}, "More", ("X", email), web)
    upstream.bare_git("branch", "remediator/ebs-gp3/" + "a" * 16, head)
    before = upstream.branches()

    run(app, [])

    assert upstream.branches() == before


def test_the_branch_beside_one_that_an_app_makes_anew_is_deleted(app, github, upstream) -> None:
    plan = app.plan("a")
    run(app, [plan])
    branch = f"remediator/ebs-gp3/{plan.id}"
    mine = (github.login, f"987+{github.login}@users.noreply.github.com")
    head = upstream.commit_in_bare("main", {"x": b"1"}, "x", mine, ("GitHub", "noreply@github.com"))
    upstream.bare_git("branch", f"{branch}-anew", head)
    github.pulls[0]["state"] = "closed"

    run(app, [plan])

    assert set(upstream.branches()) == {"main", branch}


@pytest.mark.parametrize("where", ["hub", "app"])
def test_of_two_runs_that_delete_the_same_branch_neither_fails(
    where, request, upstream, killed, tmp_path, monkeypatch
) -> None:
    desk = request.getfixturevalue(where)
    plans = [desk.plan("a")]
    if where == "hub":
        killed(desk, plans)
    else:
        request.getfixturevalue("killed_app")(plans, "createCommitOnBranch")
    settings = desk.config.run.model_copy(update={"state_dir": tmp_path / "elsewhere"})
    other = replace(desk, config=desk.config.model_copy(update={"run": settings}))
    delete, deleted = orphans.delete_branch, []

    def beaten(clone, branch: str, head: str) -> None:
        """Another machine's whole run comes first."""
        if not deleted:
            deleted.append(branch)
            run(other, [])
            assert set(upstream.branches()) == {"main"}
        delete(clone, branch, head)

    monkeypatch.setattr(orphans, "delete_branch", beaten)
    run(desk, [])

    assert deleted == [f"remediator/ebs-gp3/{plans[0].id}"]
    assert run(desk, []) == {}


def test_a_branch_that_moved_since_is_left_and_said(hub, upstream, killed, monkeypatch) -> None:
    plan = hub.plan("a")
    killed(hub, [plan])
    branch = f"remediator/ebs-gp3/{plan.id}"
    delete = orphans.delete_branch

    def beaten(clone, name: str, head: str) -> None:
        theirs = upstream.commit_in_bare(branch, {"x": b"1"}, "x", ("Al", "al@acme.io"), ("Al", "al@acme.io"))
        upstream.bare_git("update-ref", f"refs/heads/{branch}", theirs)
        delete(clone, name, head)

    monkeypatch.setattr(orphans, "delete_branch", beaten)
    with pytest.raises(AssertionError, match="infra branches"):  # a failure of the run
        run(hub, [])

    assert branch in upstream.branches()


def test_a_trailer_that_goes_on_over_lines_stops_no_run(hub, upstream, killed) -> None:
    killed(hub, [hub.plan("a")])
    al = ("Al", "al@acme.io")
    message = f"Mine\n\nRemediator-Plan: {'a' * 16}\n  and more\n"
    head = upstream.commit_in_bare("main", {"more.tf": b"# more\n"}, message, al, al)
    theirs = "remediator/ebs-gp3/" + "a" * 16
    upstream.bare_git("branch", theirs, head)

    run(hub, [])

    assert set(upstream.branches()) == {"main", theirs}
