from dataclasses import replace
from decimal import Decimal

import pytest

from planners import unattached_volume
from planners.unattached_volume import Settings
from remediator.model import Effect, Launcher, Layer, RemoveResource, SetAttribute

FREE = {"state": "available", "attached_to": ()}


DEFAULTS = Settings()


@pytest.fixture(scope="session")
def changes(build):
    measured = build.instance("m5.large", build.lookback(cpu=50.0))

    def run(*seen, settings=DEFAULTS, without=(), others=(measured,)):
        return list(unattached_volume.plan(build.estate(*seen, *others), build.context(settings, without)))

    return run


def test_first_a_final_snapshot_in_place(build, changes) -> None:
    [change] = changes(build.volume(spec=FREE, price="10.00"))

    assert change.actions == (SetAttribute("final_snapshot", None, True),)
    assert (change.concern, change.effect, change.after) == ("snapshot before removal", Effect.IN_PLACE, None)
    assert (change.saves_nothing, change.saving) == (True, None)
    assert change.layer is Layer.USAGE
    assert change.reason == (
        "100 GiB of gp2, 100 days old, attached to nothing and without an operation measured; "
        "its removal will save 10.00 USD a month"
    )
    assert change.missing == ("when it was last attached",)
    assert (change.prepares.monthly, change.prepares.low) == (Decimal("10.00"), Decimal("5.00"))
    assert change.accrued == Decimal("4.60")  # of the 14 days that metrics cover, not of its 100


def test_then_the_removal_once_the_snapshot_is_in_the_state(build, changes) -> None:
    [first] = changes(build.volume(spec=FREE))
    [second] = changes(build.volume(spec=FREE, declared={"final_snapshot": True}))

    assert second.actions == (RemoveResource(),)
    assert second.effect is Effect.DATA_LOSS
    assert second.after == first.fingerprint != second.fingerprint
    assert not second.doubts


@pytest.mark.parametrize("declared", [{"final_snapshot": False}, {"final_snapshot": "true"}, {}])
def test_no_removal_unless_the_state_says_a_snapshot_is_taken(build, changes, declared) -> None:
    [change] = changes(build.volume(spec=FREE, declared=declared))

    assert change.effect is Effect.IN_PLACE


def test_what_no_code_declares_is_one_ticket(build, changes) -> None:
    [change] = changes(build.volume(spec=FREE, declared=None))

    assert change.title == "Take a snapshot of unattached volume vol-1, then delete it"
    assert change.actions == (RemoveResource(),) and change.after is None


@pytest.mark.parametrize(
    "over",
    [
        {"spec": {"state": "in-use", "attached_to": ("i-1",)}},
        {"spec": {"state": "available", "attached_to": ("i-1",)}},
        {"spec": {"state": "creating"}},
        {"spec": {"state": None}},
        {"age_days": 13},
        {"age_days": None},
        {"tags": {"remediator:keep": "forensics"}},
    ],
)
def test_volumes_left_alone(build, changes, over) -> None:
    assert changes(build.volume(**{"spec": FREE, **over})) == []


def test_a_volume_that_worked_within_the_look_back_is_left_alone(build, changes) -> None:
    assert changes(build.volume(build.lookback(volume_ops=0.0), spec=FREE)) == []
    assert changes(build.volume(build.lookback(volume_bytes=0.0), spec=FREE)) == []


def test_the_age_is_a_setting(build, changes) -> None:
    assert len(changes(build.volume(spec=FREE, age_days=15), settings=Settings())) == 1
    assert changes(build.volume(spec=FREE), settings=Settings(days=101)) == []
    with pytest.raises(ValueError, match="not between 14 and"):
        Settings(days=7)


def test_no_removal_where_metrics_could_not_be_read(build, changes) -> None:
    ready = build.volume(spec=FREE, declared={"final_snapshot": True})
    abroad = build.instance("m5.large", build.lookback(cpu=50.0), region="eu-west-1")
    short = build.instance("m5.large", build.lookback(days=3, cpu=50.0))
    for others, days in (((), 0), ((abroad,), 0), ((short,), 3)):
        [change] = changes(ready, others=others)
        assert change.doubts == (f"the evidence that nothing used it reaches back {days} days, and 14 are wanted",)


def test_an_unknown_price_claims_nothing(build, changes) -> None:
    [unknown] = changes(build.volume(spec=FREE))
    [no_snapshot_price] = changes(build.volume(spec=FREE, price="10.00"), without=("snapshot:storage",))

    assert unknown.saving is None and unknown.accrued is None
    assert no_snapshot_price.prepares.low == 0


def test_the_two_requests_keep_their_identity_when_the_volume_is_made_anew(build, changes) -> None:
    volume = build.volume(spec=FREE)
    anew = replace(volume, resource=replace(volume.resource, id="vol-2"))

    assert changes(volume)[0].fingerprint == changes(anew)[0].fingerprint


def test_evidence_begins_with_the_first_point_not_with_the_window(build, changes) -> None:
    ready = build.volume(spec=FREE, declared={"final_snapshot": True})
    young = build.instance("m5.large", build.lookback(coverage=0.5, cpu=50.0))
    [change] = changes(ready, others=(young,))
    assert change.doubts == ("the evidence that nothing used it reaches back 7 days, and 14 are wanted",)


def test_the_saving_is_claimed_once_by_the_removal(build, changes) -> None:
    spec = {"spec": FREE, "price": "10.00"}
    [snapshot] = changes(build.volume(**spec))
    [removal] = changes(build.volume(**spec, declared={"final_snapshot": True}))

    assert snapshot.saving is None
    assert snapshot.prepares == removal.saving
    assert snapshot.reason.endswith(f"; its removal will save {removal.saving.monthly:,.2f} USD a month")
    assert removal.prepares is None


@pytest.mark.parametrize("declared", [{}, {"final_snapshot": True}, None])
def test_a_volume_of_a_kubernetes_claim_goes_with_that(build, changes, declared) -> None:
    # a claim without a pod leaves its volume unattached, and still says that it is there
    claim = Launcher("Kubernetes", "volume claim", "data-0")
    [change] = changes(build.volume(spec=FREE, price="10.00", declared=declared, launched_by=claim))

    assert "Kubernetes (volume claim data-0) launched it" in change.doubts[0]
