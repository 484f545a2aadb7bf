"""Where our commits are by a person's own address, that person's commits are still theirs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from remediator.git.ours import Written, is_ours
from tests.deliver.test_upkeep import conflict, moved_plan
from tests.deliver.volume_plans import NOW

AUTHOR = "Al <al@acme.io>"
"""Who the work tree of somebody else commits as, too."""


@pytest.fixture(params=["desk", "hub", "lab"])
def theirs(request):
    """Delivers in the name of a person, to each forge."""
    desk = request.getfixturevalue(request.param)
    requests = desk.config.requests.model_copy(update={"author": AUTHOR})
    return replace(desk, config=desk.config.model_copy(update={"requests": requests}))


def checked_out(upstream, plan) -> str:
    branch = f"remediator/ebs-gp3/{plan.id}"
    upstream.check_out(branch)
    return branch


def foreign(desk) -> tuple[str, ...]:
    forge = desk.places().forge(desk.repository, desk.clone())
    return forge.review(desk.repository.forge_slug, "1").foreign


def test_our_own_commit_is_ours(theirs, upstream) -> None:
    [done] = theirs.deliver(theirs.plan())

    assert (done.action, foreign(theirs)) == ("opened", ())
    [again] = theirs.deliver(theirs.plan())
    assert again.action == "kept"


@pytest.mark.parametrize("how", ["a commit", "an amended commit"])
def test_what_the_person_committed_is_left_to_them(theirs, upstream, how: str) -> None:
    plan = theirs.plan()
    theirs.deliver(plan)
    branch = checked_out(upstream, plan)
    if how == "a commit":
        upstream.commit({"notes.md": "mine\n"}, branch)
    else:
        (upstream.work / "main.tf").write_text("# mine\n")
        upstream.git("commit", "--quiet", "--all", "--amend", "--no-edit")
        upstream.git("push", "--quiet", "--force", "origin", branch)
    upstream.git("checkout", "--quiet", "main")
    head = upstream.branches()[branch]
    assert foreign(theirs) == (head,)

    conflict(upstream)
    [again] = theirs.deliver(moved_plan(theirs, upstream), now=NOW + timedelta(days=1))

    assert (again.action, again.reason) == ("kept", "somebody has committed to its branch, so it is left to them")
    assert upstream.branches()[branch] == head
    forge = theirs.places().forge(theirs.repository, theirs.clone())
    [left] = forge.close(theirs.repository.forge_slug, "1", "It is gone.")
    assert "stays" in left
    assert upstream.branches()[branch] == head


def test_a_trailer_that_goes_on_over_lines_is_one(desk, upstream) -> None:
    plan = desk.plan()
    desk.deliver(plan)
    branch = checked_out(upstream, plan)
    upstream.git("commit", "--quiet", "--amend", "--message", f"Mine\n\nRemediator-Plan: {plan.id}\n  and more\n")
    upstream.git("push", "--quiet", "--force", "origin", branch)
    upstream.git("checkout", "--quiet", "main")

    assert foreign(desk) == (upstream.branches()[branch],)


def test_a_branch_that_the_person_began_is_not_pushed_over(theirs, upstream) -> None:
    plan = theirs.plan()
    branch = f"remediator/ebs-gp3/{plan.id}"
    upstream.git("checkout", "--quiet", "-B", branch, "main")
    upstream.commit({"notes.md": "mine\n"}, branch)
    upstream.git("checkout", "--quiet", "main")
    head = upstream.branches()[branch]

    [done] = theirs.deliver(plan)

    assert (done.action, upstream.branches()[branch]) == ("failed", head)
    assert "holds a commit of somebody else" in done.reason


@pytest.mark.parametrize(
    ("amended", "signed", "expected"), [(False, True, True), (True, True, False), (False, False, False)]
)
def test_an_address_of_our_own_needs_nothing_more(amended: bool, signed: bool, expected: bool) -> None:
    ours = {"noreply@remediator.invalid", "al@acme.io"}
    for address, known in (("al@acme.io", expected), ("noreply@remediator.invalid", True), ("", False)):
        assert is_ours(Written(address, address, amended, signed), ours) is known
    assert not is_ours(Written("al@acme.io", "noreply@remediator.invalid", amended, signed), ours)
