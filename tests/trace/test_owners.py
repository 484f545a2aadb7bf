"""Owners, ranked by what code, tags and people say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.config import OwnersConfig, WeightsConfig
from remediator.model import Evidence
from remediator.trace.claims import Author, Places
from remediator.trace.confidence import confidence
from remediator.trace.owners import LISTED
from remediator.trace.people import Person
from tests.trace.claimants import ALICE, BO, active, handles, ranked


def test_codeowners_is_asked_for_the_edited_file_then_the_call_then_the_block():
    owners = ranked("*.tfvars @values\n/envs/dev/*.tf @envs\n/modules/ @modules\n").owners

    assert [(o.handle, o.evidence[0].source, o.evidence[0].text, o.reviewers) for o in owners] == [
        ("@values", "CODEOWNERS", "line 1 for envs/dev/dev.tfvars, the edited file", ("@values",)),
        ("@envs", "CODEOWNERS", "line 2 for envs/dev/main.tf, the root's module call", ("@envs",)),
        ("@modules", "CODEOWNERS", "line 3 for modules/box/main.tf, the block's file", ("@modules",)),
    ]
    weights = WeightsConfig()
    assert [o.confidence for o in owners] == pytest.approx(
        [weights.edited_file, weights.module_call, weights.block_file]
    )


def test_sections_name_owners_side_by_side_and_a_role_names_nobody_in_particular():
    text = "* @@maintainer\n[Ops]\n* @ops\n^[Docs]\n* @docs\n"
    owners = ranked(text, Places(("a.tf",)), dialect="gitlab").owners

    assert [owner.handle for owner in owners] == ["@ops", "@docs", "@@maintainer"]
    assert owners[1].evidence[0].text == "line 5, optional section Docs, for a.tf, the edited file"
    assert owners[2].reviewers == ()


def test_the_order_is_code_then_tags_then_people():
    assert handles("* @acme/ml\n", tags={"Team": "ranking"}, authors=[ALICE, BO]) == [
        "@acme/ml", "ranking", "Alice Moreau", "@bo",
    ]  # fmt: skip


def test_evidence_for_one_owner_adds_up_whatever_name_it_uses():
    activity = active(Person("Bo Keller", "bo@acme.io"), Person("Bo Keller", BO.person.email))
    (owner,) = ranked("* bo@acme.io\n", tags={"owner": "@Bo"}, authors=[BO], activity=activity).owners

    assert owner.handle == "@bo"
    assert [item.source for item in owner.evidence] == [
        "CODEOWNERS", "tag", "around", "directory", "changed", "file", "repository",
    ]  # fmt: skip
    assert owner.confidence == confidence(owner.evidence)
    assert owner.confidence > 1 - (1 - WeightsConfig().edited_file) * (1 - WeightsConfig().tag)


@given(st.lists(st.sampled_from(["created", "changed", "wrote_module"]), max_size=4), st.booleans())
def test_more_evidence_never_makes_an_owner_less_likely(deeds, tagged):
    authors = [Author(BO.person, deed, "b" * 40) for deed in deeds]
    tags = {"owner": "@bo"} if tagged else {}

    def confidence(authors):
        return next((owner.confidence for owner in ranked(tags=tags, authors=authors).owners), 0.0)

    steps = [confidence(authors[:n]) for n in range(len(authors) + 1)]
    assert steps == sorted(steps)
    assert all(0 <= step < 1 for step in steps)


_HISTORY = ("created", "changed", "wrote_module", "file", "directory", "around", "colleagues", "repository", "merges")


def test_all_that_history_can_say_of_a_person_stays_below_codeowners():
    given = WeightsConfig()
    most = confidence([Evidence(source.removeprefix("wrote_"), "", getattr(given, source)) for source in _HISTORY])

    assert most < given.block_file < given.module_call < given.edited_file


def test_people_are_known_by_what_they_did():
    mo = Author(Person("Mo", "mo@x.io"), "wrote_module", "c" * 40)
    cy = Author(Person("Cy", "cy@x.io"), "created", "a" * 40, beside=True)
    owners = ranked(authors=[mo, BO, ALICE, cy]).owners

    assert [(o.handle, o.evidence[0].text) for o in owners] == [
        ("Alice Moreau", "created it in aaaaaaaaaaaa"),
        ("@bo", "last changed it in bbbbbbbbbbbb"),
        ("Cy", "helped to: created it in aaaaaaaaaaaa"),
        ("Mo", "wrote the module's block in cccccccccccc"),
    ]
    assert owners[1].reviewers == ("@bo",)


def test_tags_are_taken_in_the_configured_order_and_bounded():
    assert handles(tags={"owner": "y" * 500, "TEAM": "x", "stage": "dev"}) == ["x", "y" * 100]


def test_a_list_of_owners_is_bounded():
    text = "* " + " ".join(f"@u{n}" for n in range(100))

    assert len(handles(text)) == LISTED


def test_whom_history_alone_names_too_weakly_is_only_suggested():
    owners = ranked(authors=[ALICE, BO]).owners

    assert [(owner.handle, owner.suggested) for owner in owners] == [("Alice Moreau", True), ("@bo", True)]
    assert not any(owner.suggested for owner in ranked(authors=[BO], config=OwnersConfig(least_confidence=0.01)).owners)
    assert not any(owner.suggested for owner in ranked("* @bo\n", tags={"owner": "x"}, dialect="gitlab").owners)
