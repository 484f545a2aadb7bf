from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from remediator.deliver.lifecycle import LifecycleEffect, transition
from remediator.model import Facts, Outcome, RequestState, Route, Status, Target

START = datetime(2026, 11, 3, tzinfo=UTC)
NOW = START + timedelta(days=1)
OPEN, MERGED, CLOSED = RequestState.OPEN, RequestState.MERGED, RequestState.CLOSED
Step: TypeAlias = tuple[RequestState | None, bool | None, Status]

REQUEST = Outcome(
    plan_id="aaaa",
    fingerprints=("aaaa",),
    rule="ebs_gp3",
    repository="infra",
    addresses=("aws_ebs_volume.data",),
    targets=(Target("ml-dev", "us-east-1", "vol-1", "aws_ebs_volume.data", "type", "gp3"),),
    route=Route.PULL_REQUEST,
    status=Status.OPENED,
    reference="7",
    opened_at=START,
)
TICKET = replace(REQUEST, route=Route.TICKET, reference="FIN-1")


def live_through(outcome: Outcome, steps: list[Step]) -> Outcome:
    for day, (request, live, expected) in enumerate(steps):
        outcome, _ = transition(outcome, Facts(NOW + timedelta(days=day), request, live))
        assert outcome.status is expected, f"step {day}: {outcome.status}"
    return outcome


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([(OPEN, False, Status.OPENED)], id="nothing happened"),
        pytest.param([(None, None, Status.OPENED)], id="nothing was seen"),
        pytest.param([(MERGED, False, Status.MERGED), (MERGED, True, Status.LIVE)], id="merged, then applied"),
        pytest.param([(OPEN, True, Status.APPLIED), (MERGED, True, Status.LIVE)], id="applied, then merged"),
        pytest.param([(MERGED, True, Status.LIVE)], id="both between two runs"),
        pytest.param([(None, True, Status.APPLIED), (MERGED, None, Status.APPLIED)], id="merged, but not seen live"),
        pytest.param([(MERGED, False, Status.MERGED), (None, True, Status.LIVE)], id="the forge is down at the end"),
        pytest.param([(MERGED, None, Status.MERGED), (CLOSED, False, Status.MERGED)], id="what is merged stays merged"),
        pytest.param([(OPEN, True, Status.APPLIED), (OPEN, False, Status.REGRESSED)], id="applied, then undone"),
        pytest.param(
            [(OPEN, True, Status.APPLIED), (OPEN, False, Status.REGRESSED), (OPEN, True, Status.APPLIED)],
            id="undone, then applied again",
        ),
        pytest.param(
            [
                (OPEN, True, Status.APPLIED),
                (OPEN, False, Status.REGRESSED),
                (MERGED, False, Status.MERGED),
                (MERGED, False, Status.MERGED),
                (MERGED, True, Status.LIVE),
            ],
            id="undone, then merged and applied",
        ),
        pytest.param(
            [
                (MERGED, True, Status.LIVE),
                (MERGED, None, Status.LIVE),
                (MERGED, False, Status.REGRESSED),
                (MERGED, False, Status.REGRESSED),
                (MERGED, True, Status.LIVE),
            ],
            id="live, then no more, then again",
        ),
        pytest.param([(CLOSED, False, Status.DECLINED), (None, False, Status.DECLINED)], id="closed"),
        pytest.param([(CLOSED, True, Status.DECLINED), (None, True, Status.DECLINED)], id="closed while live"),
        pytest.param([(CLOSED, False, Status.DECLINED), (OPEN, False, Status.OPENED)], id="opened again by a person"),
        pytest.param([(CLOSED, False, Status.DECLINED), (MERGED, True, Status.LIVE)], id="closed, merged by hand"),
    ],
)
def test_a_pull_request(steps: list[Step]) -> None:
    live_through(REQUEST, steps)


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([(MERGED, False, Status.MERGED), (MERGED, True, Status.LIVE)], id="done, then live"),
        pytest.param([(OPEN, True, Status.APPLIED), (MERGED, True, Status.LIVE)], id="live, then done"),
        pytest.param([(OPEN, True, Status.APPLIED), (CLOSED, True, Status.LIVE)], id="live, then closed"),
        pytest.param([(CLOSED, True, Status.LIVE)], id="closed and live"),
        pytest.param([(CLOSED, False, Status.DECLINED), (CLOSED, True, Status.LIVE)], id="closed, live at last"),
        pytest.param([(CLOSED, None, Status.DECLINED)], id="closed, not seen"),
        pytest.param(
            [(OPEN, True, Status.APPLIED), (CLOSED, None, Status.APPLIED), (CLOSED, True, Status.LIVE)],
            id="live, closed while not seen",
        ),
        pytest.param([(OPEN, True, Status.APPLIED), (CLOSED, False, Status.DECLINED)], id="undone and closed"),
    ],
)
def test_a_ticket(steps: list[Step]) -> None:
    live_through(TICKET, steps)


def test_each_time_is_recorded_once() -> None:
    outcome = live_through(
        REQUEST,
        [
            (OPEN, True, Status.APPLIED),
            (OPEN, True, Status.APPLIED),
            (MERGED, True, Status.LIVE),
            (MERGED, False, Status.REGRESSED),
            (MERGED, True, Status.LIVE),
        ],
    )
    assert outcome.opened_at == START
    assert outcome.applied_at == NOW
    assert outcome.merged_at == outcome.live_at == NOW + timedelta(days=2)
    assert outcome.closed_at is None


def test_a_decline_has_its_time_until_it_is_taken_back() -> None:
    declined = live_through(REQUEST, [(CLOSED, False, Status.DECLINED), (CLOSED, False, Status.DECLINED)])
    assert declined.closed_at == NOW
    assert live_through(declined, [(OPEN, False, Status.OPENED)]).closed_at is None


def test_a_proposal_is_not_touched_until_a_request_is_seen() -> None:
    proposed = replace(REQUEST, status=Status.PROPOSED, opened_at=None, reference=None)
    assert transition(proposed, Facts(NOW, None, True)) == (proposed, ())
    opened, _ = transition(proposed, Facts(NOW, OPEN, False))
    assert (opened.status, opened.opened_at) == (Status.OPENED, NOW)


def test_what_is_superseded_stays_so() -> None:
    superseded = replace(REQUEST, status=Status.SUPERSEDED)
    assert transition(superseded, Facts(NOW, MERGED, True)) == (superseded, ())


def test_live_before_merge_is_said_once() -> None:
    applied, effects = transition(REQUEST, Facts(NOW, OPEN, True))
    assert effects == (LifecycleEffect.SAY_MERGE_TO_KEEP,)
    assert transition(applied, Facts(NOW, OPEN, True))[1] == ()
    assert transition(applied, Facts(NOW, MERGED, True))[1] == ()


def test_a_ticket_is_said_to_be_settled() -> None:
    assert transition(TICKET, Facts(NOW, OPEN, True))[1] == (LifecycleEffect.SETTLE,)


REQUESTS = st.sampled_from([None, OPEN, MERGED, CLOSED])
LIVES = st.sampled_from([None, True, False])
RANK = {Status.PROPOSED: 0, Status.OPENED: 1, Status.MERGED: 2, Status.APPLIED: 2, Status.LIVE: 3}


@given(st.sampled_from([REQUEST, TICKET]), st.lists(st.tuples(REQUESTS, LIVES), max_size=8))
def test_any_life_ends_live_once_it_is_merged_and_seen_live(
    outcome: Outcome, steps: list[tuple[RequestState | None, bool | None]]
) -> None:
    for request, live in steps:
        outcome, _ = transition(outcome, Facts(NOW, request, live))
    for request, live in [(MERGED, None), (None, True)]:
        outcome, _ = transition(outcome, Facts(NOW, request, live))
    assert outcome.status is Status.LIVE


class Life(RuleBasedStateMachine):
    """An outcome beside what is really so: whether its request was merged, and what was last seen live."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.merged = False
        self.was_live = False

    @initialize(outcome=st.sampled_from([REQUEST, TICKET]))
    def deliver(self, outcome: Outcome) -> None:
        self.outcome = self.before = outcome

    @rule(request=REQUESTS, live=LIVES)
    def run(self, request: RequestState | None, live: bool | None) -> None:
        self.now += timedelta(hours=1)
        self.before = self.outcome
        facts = Facts(self.now, request, live)
        self.outcome, _ = transition(self.before, facts)
        again, effects = transition(self.outcome, replace(facts, now=self.now + timedelta(minutes=1)))
        assert (again, effects) == (self.outcome, ())
        self.merged |= request is MERGED
        self.was_live |= live is True

    @rule()
    def run_blind(self) -> None:
        self.before = self.outcome
        self.outcome, effects = transition(self.before, Facts(self.now, None, None))
        assert (self.outcome, effects) == (self.before, ())

    @invariant()
    def it_never_goes_back(self) -> None:
        was, now = self.before.status, self.outcome.status
        if was in RANK and now in RANK:
            assert RANK[now] >= RANK[was]
        if now is Status.REGRESSED:
            assert was in (Status.REGRESSED, Status.LIVE, Status.APPLIED)

    @invariant()
    def it_claims_only_what_was_seen(self) -> None:
        if self.outcome.status in (Status.LIVE, Status.APPLIED):
            assert self.was_live
        if self.outcome.status is Status.MERGED:
            assert self.merged
        if self.outcome.status is Status.LIVE and self.outcome.route is Route.PULL_REQUEST:
            assert self.merged
        if self.outcome.status is Status.DECLINED:
            assert self.outcome.closed_at is not None and self.outcome.merged_at is None

    @invariant()
    def times_never_move(self) -> None:
        for field in ("opened_at", "merged_at", "applied_at", "live_at"):
            was = getattr(self.before, field)
            assert was is None or getattr(self.outcome, field) == was


TestLife = Life.TestCase
