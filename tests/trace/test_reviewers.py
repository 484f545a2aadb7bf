"""Who may be asked to review: accounts of the forge alone, and no addresses."""

from dataclasses import replace

import pytest

from remediator.config import OwnersConfig, TeamConfig
from remediator.trace.claims import Author, Places
from remediator.trace.people import People, Person
from tests.trace.claimants import BO, active, ranked


def test_no_address_is_shown():
    authors = [Author(Person("eve@acme.io", "eve@acme.io"), "created", "a" * 40)]

    ranking = ranked("*.tf jo.k@acme.io\n", tags={"owner": "Mo <mo@acme.io>", "team": "x"}, authors=authors)

    assert [owner.handle for owner in ranking.owners] == ["jo.k", "x", "Mo", "eve"]
    assert "acme.io" not in str(ranking)


def test_no_address_in_the_name_of_a_section_is_shown():
    (owner,) = ranked("[Ask al.m@mail.acme.io] @ops\n*.tf\n", Places(("a.tf",)), dialect="gitlab").owners

    assert owner.evidence[0].text == "line 2, section Ask al.m, for a.tf, the edited file"


@pytest.mark.parametrize("name", ["@torvalds", "@@torvalds", "@torvalds@acme.io"])
def test_a_name_that_looks_like_an_account_asks_nobody_to_review(name):
    stranger = Person(name, "x@acme.io")

    for owner in (
        *ranked(authors=[Author(stranger, "created", "a" * 40)]).owners,
        *ranked(activity=active(stranger)).owners,
    ):
        assert (owner.handle, owner.reviewers) == ("torvalds", ())


def test_an_account_of_another_forge_asks_nobody_to_review():
    bo = BO.person
    seen = replace(active(bo), people=People.of([bo], "gitlab.acme.io"))

    (owner,) = ranked(authors=[BO], activity=seen).owners

    assert (owner.handle, owner.reviewers) == ("Bo", ())


@pytest.mark.parametrize("tag", ["@acme/ml, @bo", '@x"]', "@../../x", "@", "@a//b", "@a/", "<@U123>", "@x\u202ey"])
def test_a_tag_that_holds_no_handle_asks_nobody_to_review(tag):
    assert [owner.reviewers for owner in ranked(tags={"owner": tag}).owners] == [()]


def test_every_address_in_a_tag_is_asked_for():
    config = OwnersConfig(teams={"ml": TeamConfig(match=("*@ml.acme.io",), reviewers=("@acme/ml",))})

    for tag in ("al@x.io, bo@ml.acme.io", "bo@ml.acme.io;al@x.io", "Bo <bo@ml.acme.io>, Al"):
        owners = ranked(tags={"owner": tag}, config=config).owners
        assert "@acme/ml" in [owner.handle for owner in owners], tag
