from remediator.model import Evidence, Origin, Owner, Unattributed
from remediator.trace.absence import Absence, to_ask_after, without

CREATED = Evidence("created", "created it in aaaaaaaaaaaa", 0.15)
WRITTEN = Evidence("CODEOWNERS", "line 1 for main.tf, the edited file", 0.95)
BO = Owner("@Bo", 0.4, (CREATED,), ("@Bo",))
CY = Owner("@cy", 0.3, (CREATED,), ("@cy",))
BLOCKED = Absence("the account is blocked on GitLab", for_good=True)
OUT = Absence("the account has no access to the repository", for_good=False)


def _origin(*owners):
    return Origin((), None, None, owners)


def test_accounts_and_teams_that_are_named_are_asked_after_and_nobody_else():
    team = Owner("@acme/ml", 0.9, (), ("@acme/ml", "@Di"))
    owners = (team, BO, Owner("Eve Moss", 0.2, ()), CY)

    assert to_ask_after(owners) == {"@acme/ml", "@bo", "@di"}


def test_who_is_gone_makes_room_for_the_next_and_is_shown():
    origin = without(_origin(BO, CY), {"@bo": BLOCKED})

    assert [owner.handle for owner in origin.owners] == ["@cy"]
    assert [(one.handle, one.reason) for one in origin.passed_over] == [
        ("@Bo", "the account is blocked on GitLab (created: created it in aaaaaaaaaaaa)")
    ]
    assert without(origin, {"@bo": BLOCKED}) == origin


def test_who_has_no_access_is_passed_over_where_history_alone_names_them():
    written = Owner("@bo", 0.9, (WRITTEN, CREATED), ("@bo",))

    assert without(_origin(BO), {"@bo": OUT}).owners == ()
    assert without(_origin(written), {"@bo": OUT}).owners == (written,)
    assert without(_origin(written), {"@bo": BLOCKED}).owners == ()


def test_a_team_outlives_a_member_who_is_gone():
    named = Owner("@bo", 0.9, (WRITTEN,), ("@bo", "@cy"), escalation="#ml", team="ml")
    alone = Owner("@bo", 0.9, (WRITTEN,), ("@bo",), team="ml")
    whole = Owner("@acme/ml", 0.9, (WRITTEN,), ("@acme/ml", "@bo"), team="ml")

    (left, empty, kept) = without(_origin(named, alone, whole), {"@bo": BLOCKED}).owners
    assert (left.handle, left.reviewers, left.escalation) == ("@cy", ("@cy",), "#ml")
    assert (empty.handle, empty.reviewers) == ("ml", ())
    assert (kept.handle, kept.reviewers) == ("@acme/ml", ("@acme/ml",))


def test_an_origin_that_is_not_known_keeps_its_reason():
    assert without(Unattributed("no state", (BO, CY)), {"@bo": BLOCKED}).reason == "no state"
