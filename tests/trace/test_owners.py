from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remediator.config import OwnersConfig, TeamConfig, WeightsConfig
from remediator.model import Attributes, Evidence
from remediator.trace.activity import NOBODY, Activity
from remediator.trace.authorship import machines
from remediator.trace.claims import Author, Labels, Places
from remediator.trace.codeowners import Dialect, read
from remediator.trace.confidence import confidence
from remediator.trace.owners import LISTED, Facts, Known, rank
from remediator.trace.people import People, Person

PLACES = Places(("envs/dev/dev.tfvars",), "envs/dev/main.tf", "modules/box/main.tf")
ALICE = Author(Person("Alice Moreau", "alice@acme.io"), "created", "a" * 40)
BO = Author(Person("Bo", "7+bo@users.noreply.github.com"), "changed", "b" * 40)


def _rank(text="", places=PLACES, tags=None, authors=(), config=None, activity=NOBODY, owner=None, dialect="github"):
    config = config or OwnersConfig()
    known = Known(read(text, Dialect(dialect)), activity, machines(config), config)
    labels = (Labels("on the resource", Attributes(tags or {})),)
    return rank(Facts(places, labels, tuple(authors), "ml-dev", owner), known)


def _handles(*arguments, **options):
    return [owner.handle for owner in _rank(*arguments, **options).owners]


def _active(*persons):
    """An activity in which the persons committed alike, all to one file."""
    people = People.of(persons)
    weights = {people.key(person.names()[0]): 1.0 for person in persons}
    shown = {people.key(person.names()[0]): person for person in persons}
    return Activity(
        people=people,
        shown=shown,
        files={PLACES.edited[0]: weights},
        folders={"envs/dev": weights},
        workplaces={},
        trees={"envs": weights},
        repository=weights,
        merges={},
        seen={},
    )


def test_codeowners_is_asked_for_the_edited_file_then_the_call_then_the_block():
    owners = _rank("*.tfvars @values\n/envs/dev/*.tf @envs\n/modules/ @modules\n").owners

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
    owners = _rank(text, Places(("a.tf",)), dialect="gitlab").owners

    assert [owner.handle for owner in owners] == ["@ops", "@docs", "@@maintainer"]
    assert owners[1].evidence[0].text == "line 5, optional section Docs, for a.tf, the edited file"
    assert owners[2].reviewers == ()


def test_the_order_is_code_then_tags_then_people():
    assert _handles("* @acme/ml\n", tags={"Team": "ranking"}, authors=[ALICE, BO]) == [
        "@acme/ml", "ranking", "Alice Moreau", "@bo",
    ]  # fmt: skip


def test_evidence_for_one_owner_adds_up_whatever_name_it_uses():
    activity = _active(Person("Bo Keller", "bo@acme.io"), Person("Bo Keller", BO.person.email))
    (owner,) = _rank("* bo@acme.io\n", tags={"owner": "@Bo"}, authors=[BO], activity=activity).owners

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
        return next((owner.confidence for owner in _rank(tags=tags, authors=authors).owners), 0.0)

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
    owners = _rank(authors=[mo, BO, ALICE, cy]).owners

    assert [(o.handle, o.evidence[0].text) for o in owners] == [
        ("Alice Moreau", "created it in aaaaaaaaaaaa"),
        ("@bo", "last changed it in bbbbbbbbbbbb"),
        ("Cy", "helped to: created it in aaaaaaaaaaaa"),
        ("Mo", "wrote the module's block in cccccccccccc"),
    ]
    assert owners[1].reviewers == ("@bo",)


RANKING = ("@acme/ranking", "*@ranking.acme.io")
TEAMS = OwnersConfig(
    teams={
        "ranking": TeamConfig(
            match=RANKING, jira_assignee="rk", jira_component="RK", reviewers=("@acme/rk",), escalation="#rk"
        ),
        "other": TeamConfig(match=("@Bo",)),
    },
)
JO = Author(Person("Jo", "jo@ranking.acme.io"), "created", "a" * 40)


@pytest.mark.parametrize(
    ("text", "tags", "authors", "owner"),
    [
        ("* @ACME/Ranking\n", {}, [], None),
        ("* jo@ranking.acme.io\n", {}, [], None),
        ("", {"owner": "Jo <jo@ranking.acme.io>"}, [], None),
        ("", {"team": "Ranking"}, [], None),
        ("", {"team": "acme/ranking"}, [], None),
        ("", {}, [JO], None),
        ("", {}, [], "ranking"),
    ],
)
def test_a_configured_team_says_who_reviews_and_who_gets_the_ticket(text, tags, authors, owner):
    first = _rank(text, tags=tags, authors=authors, config=TEAMS, owner=owner).owners[0]

    assert (first.reviewers, first.jira_assignee) == (("@acme/rk",), "rk")
    assert (first.jira_component, first.escalation) == ("RK", "#rk")


def test_all_that_names_a_team_is_one_owner_and_its_people_speak_for_it():
    owners = _rank("*.tfvars @acme/ranking\n", tags={"team": "ranking"}, authors=[JO], config=TEAMS, owner="@acme/rk")

    team, person = owners.owners
    assert team.handle == "@acme/rk"
    assert [item.source for item in team.evidence] == ["CODEOWNERS", "tag", "team", "account"]
    assert team.evidence[2].text == "team of Jo (created: created it in aaaaaaaaaaaa)"
    assert person.handle == "Jo"


def test_a_team_outlives_who_left():
    config = TEAMS.model_copy(update={"left": ("jo@ranking.acme.io",)})
    ranking = _rank(authors=[JO], config=config)

    assert [owner.handle for owner in ranking.owners] == ["@acme/rk"]
    assert [(p.handle, p.reason) for p in ranking.passed_over] == [
        ("Jo", "left, says owners.left (created: created it in aaaaaaaaaaaa)")
    ]


def test_a_team_without_reviewers_leaves_the_owner_to_review():
    owner = _rank("*.tfvars @bo\n", config=TEAMS).owners[0]

    assert (owner.handle, owner.reviewers, owner.jira_assignee) == ("@bo", ("@bo",), None)


@pytest.mark.parametrize("left", ["@BO", "bo keller", "bo@acme.io", "7+bo@users.noreply.github.com"])
def test_who_left_is_passed_over_under_every_name(left):
    activity = _active(Person("Bo Keller", "bo@acme.io"), Person("Bo Keller", BO.person.email), ALICE.person)
    config = OwnersConfig(left=(left,))

    ranking = _rank("* bo@acme.io\n", tags={"owner": "bo"}, authors=[BO, ALICE], activity=activity, config=config)

    assert [owner.handle for owner in ranking.owners] == ["Alice Moreau"]
    assert [one.handle for one in ranking.passed_over] == ["@bo"]


def test_who_left_is_known_however_their_accents_are_written():
    jose = Author(Person("JOSE\u0301 Mun\u0303oz", "jm@acme.io"), "created", "a" * 40)

    ranking = _rank(authors=[jose, BO], config=OwnersConfig(left=("Jos\u00e9 Mu\u00f1oz",)))

    assert [owner.handle for owner in ranking.owners] == ["@bo"]
    assert [one.handle for one in ranking.passed_over] == ["JOSE\u0301 Mun\u0303oz"]


def test_whom_nothing_tells_from_strangers_is_passed_over():
    root = Person("root", "root@localhost", named=False, addressed=False)

    ranking = _rank(authors=[Author(root, "created", "a" * 40), BO], activity=_active(root))

    assert [owner.handle for owner in ranking.owners] == ["@bo"]
    assert [(one.handle, one.reason) for one in ranking.passed_over] == [
        ("root", "its name and address are ones that many share (created: created it in aaaaaaaaaaaa)")
    ]


def test_accounts_of_automation_are_passed_over_wherever_they_are_named():
    ranking = _rank("* @renovate-bot support@dependabot.com @ml\n", tags={"owner": "web-flow"})

    assert [owner.handle for owner in ranking.owners] == ["@ml"]
    assert [one.handle for one in ranking.passed_over] == ["@renovate-bot", "support", "web-flow"]
    assert all(one.reason.startswith("automation owns nothing (") for one in ranking.passed_over)


def test_no_address_is_shown():
    authors = [Author(Person("eve@acme.io", "eve@acme.io"), "created", "a" * 40)]

    ranking = _rank("*.tf jo.k@acme.io\n", tags={"owner": "Mo <mo@acme.io>", "team": "x"}, authors=authors)

    assert [owner.handle for owner in ranking.owners] == ["jo.k", "x", "Mo", "eve"]
    assert "acme.io" not in str(ranking)


def test_no_address_in_the_name_of_a_section_is_shown():
    (owner,) = _rank("[Ask al.m@mail.acme.io] @ops\n*.tf\n", Places(("a.tf",)), dialect="gitlab").owners

    assert owner.evidence[0].text == "line 2, section Ask al.m, for a.tf, the edited file"


def test_tags_are_taken_in_the_configured_order_and_bounded():
    assert _handles(tags={"owner": "y" * 500, "TEAM": "x", "stage": "dev"}) == ["x", "y" * 100]


@pytest.mark.parametrize("name", ["@torvalds", "@@torvalds", "@torvalds@acme.io"])
def test_a_name_that_looks_like_an_account_asks_nobody_to_review(name):
    stranger = Person(name, "x@acme.io")

    for owner in (
        *_rank(authors=[Author(stranger, "created", "a" * 40)]).owners,
        *_rank(activity=_active(stranger)).owners,
    ):
        assert (owner.handle, owner.reviewers) == ("torvalds", ())


def test_an_account_of_another_forge_asks_nobody_to_review():
    bo = BO.person
    seen = replace(_active(bo), people=People.of([bo], "gitlab.acme.io"))

    (owner,) = _rank(authors=[BO], activity=seen).owners

    assert (owner.handle, owner.reviewers) == ("Bo", ())


def test_a_list_of_owners_is_bounded():
    text = "* " + " ".join(f"@u{n}" for n in range(100))

    assert len(_handles(text)) == LISTED


def test_whom_history_alone_names_too_weakly_is_only_suggested():
    owners = _rank(authors=[ALICE, BO]).owners

    assert [(owner.handle, owner.suggested) for owner in owners] == [("Alice Moreau", True), ("@bo", True)]
    assert not any(owner.suggested for owner in _rank(authors=[BO], config=OwnersConfig(least_confidence=0.01)).owners)
    assert not any(owner.suggested for owner in _rank("* @bo\n", tags={"owner": "x"}, dialect="gitlab").owners)


FALLBACK = OwnersConfig(
    fallback="platform",
    teams={"platform": TeamConfig(reviewers=("@acme/platform",), jira_assignee="pf", escalation="#platform")},
)


def test_where_nobody_is_known_well_enough_the_fallback_is_asked():
    (first, then) = _rank(authors=[BO], config=FALLBACK).owners

    assert (first.handle, first.reviewers, first.jira_assignee, first.escalation, first.suggested) == (
        "@acme/platform", ("@acme/platform",), "pf", "#platform", False,
    )  # fmt: skip
    assert first.evidence[0].text == "asked where nobody who can be reached is known with 20 % or more"
    assert (then.handle, then.suggested) == ("@bo", True)
    assert first.confidence > then.confidence
    assert _handles(places=Places(), config=FALLBACK) == ["@acme/platform"]
    assert _handles(places=Places(), config=OwnersConfig(fallback="@al")) == ["@al"]


def test_the_fallback_stays_out_of_it_where_somebody_is_known():
    assert _handles("* @bo\n", config=FALLBACK) == ["@bo"]
    assert _handles(authors=[BO], config=FALLBACK, owner="@di") == ["@di", "@bo"]
    team = FALLBACK.model_copy(update={"teams": {**FALLBACK.teams, "ml": TeamConfig(match=("@bo",), escalation="#ml")}})
    assert _handles(authors=[BO], config=team) == ["ml", "@bo"]


def test_the_fallback_is_asked_where_whoever_is_named_cannot_be_reached():
    assert _handles(tags={"team": "ranking"}, authors=[BO], config=FALLBACK) == ["ranking", "@acme/platform", "@bo"]
    assert _handles("* @@maintainer\n", config=FALLBACK, dialect="gitlab") == ["@@maintainer", "@acme/platform"]
    named = {"team": "ranking", "owner": "search"}
    assert _handles(tags=named, config=FALLBACK, owner="data") == ["ranking", "search", "@acme/platform", "data"]
    assert _handles("* @bo\n", tags={"team": "ranking"}, config=FALLBACK) == ["@bo", "ranking"]
    assert _handles(tags={"team": "ranking"}, config=FALLBACK, owner="@acme/ml") == ["ranking", "@acme/ml"]


def _passed(config):
    return [(one.handle, one.reason) for one in _rank(places=Places(), config=config).passed_over]


def test_a_fallback_who_left_is_not_asked_and_shown_as_passed_over():
    team = FALLBACK.teams["platform"].model_copy(update={"reviewers": ("@al", "@bo")})
    config = FALLBACK.model_copy(update={"left": ("Al",), "teams": {"platform": team}})

    (owner,) = _rank(places=Places(), config=config).owners
    assert (owner.handle, owner.reviewers) == ("@bo", ("@bo",))
    assert _passed(config) == [("@al", "left, says owners.left (fallback: owners.fallback is platform)")]
    assert _handles(places=Places(), config=config.model_copy(update={"left": ("platform",)})) == []
    assert [name for name, _ in _passed(config.model_copy(update={"left": ("platform",)}))] == ["platform"]
    alone = OwnersConfig(fallback="@al", left=("al",))
    assert _handles(places=Places(), config=alone) == []
    assert _passed(alone) == [("@al", "left, says owners.left (fallback: owners.fallback is @al)")]
    assert _rank("* @bo\n", config=alone).passed_over == ()


def test_nothing_known_is_nobody():
    assert _handles(places=Places(), tags={"team": " "}) == []
    assert _handles("* @all\n*.tf\n", Places(("a.tf",), None, "a.tf")) == []


def test_who_left_is_no_reviewer_of_their_team_and_a_team_that_left_owns_nothing():
    teams = {"ml": TeamConfig(match=("@acme/ml",), reviewers=("@alice", "@bo", "@acme/gone"))}
    config = OwnersConfig(left=("@Alice", "@acme/gone"), teams=teams)

    (owner,) = _rank("* @acme/ml\n", config=config).owners
    assert (owner.handle, owner.reviewers) == ("@acme/ml", ("@bo",))

    (owner,) = _rank("* @alice\n", config=config).owners
    assert (owner.handle, owner.reviewers) == ("@bo", ("@bo",))

    disbanded = OwnersConfig(left=("@acme/ml",), teams={"ml": TeamConfig(match=("@acme/ml",))})
    ranking = _rank("* @acme/ml @bo\n", config=disbanded)
    assert [owner.handle for owner in ranking.owners] == ["@bo"]
    assert [one.handle for one in ranking.passed_over] == ["@acme/ml"]


@pytest.mark.parametrize("left", ["alice", "@alice", "ALICE", "Alice Moreau", "alice@acme.io"])
def test_who_left_may_be_written_as_a_login_a_name_or_an_address(left):
    login = Author(Person("Alice Moreau", "alice@acme.io"), "created", "a" * 40)
    known = _active(login.person, Person("Alice Moreau", "1+alice@users.noreply.github.com"))

    assert _handles(authors=(login,), activity=known, config=OwnersConfig(left=(left,))) == []


def test_who_left_by_another_name_is_no_reviewer_of_their_team():
    alice = Person("Alice Moreau", "3+alice@users.noreply.github.com")
    teams = {"ml": TeamConfig(match=("@acme/ml",), reviewers=("@Alice", "@dora"))}

    for left in ("alice moreau", "@alice", "alice@acme.io"):
        config = OwnersConfig(left=(left,), teams=teams)
        (owner, *_) = _rank("* @acme/ml", config=config, activity=_active(alice, ALICE.person)).owners
        assert owner.reviewers == ("@dora",)


def test_who_left_is_not_everybody_whose_address_begins_alike():
    assert _handles("* alice@acme.io\n", config=OwnersConfig(left=("alice@other.io",))) == ["alice"]


@pytest.mark.parametrize("tag", ["@acme/ml, @bo", '@x"]', "@../../x", "@", "@a//b", "@a/", "<@U123>", "@x\u202ey"])
def test_a_tag_that_holds_no_handle_asks_nobody_to_review(tag):
    assert [owner.reviewers for owner in _rank(tags={"owner": tag}).owners] == [()]


def test_every_address_in_a_tag_is_asked_for():
    config = OwnersConfig(teams={"ml": TeamConfig(match=("*@ml.acme.io",), reviewers=("@acme/ml",))})

    for tag in ("al@x.io, bo@ml.acme.io", "bo@ml.acme.io;al@x.io", "Bo <bo@ml.acme.io>, Al"):
        owners = _rank(tags={"owner": tag}, config=config).owners
        assert "@acme/ml" in [owner.handle for owner in owners], tag
