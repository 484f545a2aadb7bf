"""Owners of what no state holds, asked after at any forge."""

from dataclasses import replace

import pytest

from remediator.model import Evidence
from tests.deliver.reached_owners import handles, owner, passed, unchecked

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
