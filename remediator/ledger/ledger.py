"""What was delivered and what became of it, kept so that a run killed at any instant leaves it whole."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from remediator.errors import RemediatorError
from remediator.ledger.engine import failures_worded, open_engine, writing
from remediator.ledger.invitations import Invitations
from remediator.ledger.leases import LENGTH, Lease, leased
from remediator.ledger.rows import to_outcome, to_row
from remediator.ledger.tables import DashboardRow, FingerprintRow, OutcomeRow, OwnerRow
from remediator.model import Outcome, Route, Status

_OPEN = (Status.OPENED, Status.APPLIED)
_SETTLED = (Status.DECLINED, Status.SUPERSEDED)


def open_ledger(url: str | None, state_dir: Path) -> "Ledger":
    """The ledger at a database URL, or at STATE_DIR/ledger.sqlite where there is none; raises RemediatorError."""
    if url is not None:
        return Ledger.open(url)
    try:
        state_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RemediatorError(
            f"{state_dir} cannot be made ({error.strerror}); name a folder that can be written to with run.state_dir"
        ) from error
    return Ledger.open(f"sqlite:///{state_dir.absolute() / 'ledger.sqlite'}")


class Ledger:
    """The outcomes of all plans, one a plan id; every method is one transaction, safe beside other processes.

    Every method raises RemediatorError when the database cannot be used.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lease: Lease | None = None

    @classmethod
    def open(cls, url: str) -> "Ledger":
        """The ledger at a database URL, with its tables made where they are missing."""
        return cls(open_engine(url))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def leased(self, length: timedelta = LENGTH) -> Iterator[None]:
        """Keep other runs, on whatever machine, from working on it; raises RemediatorError where one does."""
        with leased(self._engine, length) as self._lease:
            yield

    @property
    def is_held(self) -> bool:
        """Whether no other run can be at work on it, as far as it was `leased`."""
        return self._lease is None or self._lease.is_held

    @property
    def invitations(self) -> Invitations:
        """What we asked to be let in by."""
        return Invitations(self._engine)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def outcomes(self) -> tuple[Outcome, ...]:
        """Every outcome, ordered by plan id."""
        with self._session(self._engine) as session:
            return tuple(to_outcome(row) for row in session.scalars(select(OutcomeRow).order_by(OutcomeRow.plan_id)))

    def is_empty(self) -> bool:
        """Whether nothing was ever kept in it."""
        return self._count() == 0

    def outcome(self, fingerprints: Collection[str]) -> Outcome | None:
        """The outcome that shares any of these fingerprints.

        Of several, one that is still under way comes before a declined or superseded one, then the one opened last.
        """
        shares = OutcomeRow.fingerprints.any(FingerprintRow.fingerprint.in_(tuple(fingerprints)))
        with self._session(self._engine) as session:
            found = [to_outcome(row) for row in session.scalars(select(OutcomeRow).where(shares))]
        return max(found, key=_precedence, default=None)

    def of_request(self, repository: str, reference: str) -> Outcome | None:
        """The outcome of one pull request of a repository."""
        own = (OutcomeRow.repository == repository, OutcomeRow.reference == reference)
        pull = OutcomeRow.route == Route.PULL_REQUEST.value
        with self._session(self._engine) as session:
            found = [to_outcome(row) for row in session.scalars(select(OutcomeRow).where(*own, pull))]
        return max(found, key=_precedence, default=None)

    def of_requests(self, repository: str) -> Mapping[str, Outcome]:
        """The outcome of every pull request of a repository, by its reference."""
        pull = OutcomeRow.route == Route.PULL_REQUEST.value
        with self._session(self._engine) as session:
            rows = session.scalars(select(OutcomeRow).where(OutcomeRow.repository == repository, pull))
            found = sorted(map(to_outcome, rows), key=_precedence)
        return {outcome.reference: outcome for outcome in found if outcome.reference is not None}

    def save(self, outcome: Outcome) -> bool:
        """Keep the outcome in place of what its plan id had; False when it already stood so and nothing was written."""
        with self._session(writing(self._engine)) as session:
            return _put(session, _read(session, outcome.plan_id), outcome)

    def revise(self, plan_id: str, change: Callable[[Outcome], Outcome]) -> Outcome | None:
        """Replace an outcome by what `change` makes of it, with no other writer between; None where there is none."""
        with self._session(writing(self._engine)) as session:
            before = _read(session, plan_id)
            if before is None:
                return None
            after = change(before)
            _put(session, before, after)
            return after

    def dashboards(self) -> frozenset[str]:
        """The repositories in which a dashboard of ours was written."""
        with self._session(self._engine) as session:
            return frozenset(session.scalars(select(DashboardRow.repository)))

    def keep_dashboard(self, repository: str) -> None:
        """Keep that a repository has a dashboard."""
        with self._session(writing(self._engine)) as session:
            session.merge(DashboardRow(repository=repository))

    def open_pulls(self, owner: str | None = None, repository: str | None = None) -> int:
        """How many pull requests are open, by what was last seen of them; of one `owner`, or in one `repository`."""
        return self._count(
            OutcomeRow.route == Route.PULL_REQUEST.value,
            OutcomeRow.status.in_([status.value for status in (*_OPEN, Status.REGRESSED)]),
            OutcomeRow.merged_at.is_(None),
            OutcomeRow.closed_at.is_(None),
            OutcomeRow.live_at.is_(None),
            *((OutcomeRow.owners.any(OwnerRow.owner == owner),) if owner else ()),
            *((OutcomeRow.repository == repository,) if repository else ()),
        )

    def opened_since(self, repository: str, since: datetime) -> int:
        """How many pull requests were opened in a repository at or after a time."""
        return self._count(
            OutcomeRow.repository == repository,
            OutcomeRow.route == Route.PULL_REQUEST.value,
            OutcomeRow.opened_at >= since,
        )

    def open_tickets(self) -> int:
        """How many tickets are open, by what was last seen of them."""
        return self._count(
            OutcomeRow.route == Route.TICKET.value, OutcomeRow.status.in_([status.value for status in _OPEN])
        )

    def tickets_since(self, since: datetime) -> int:
        """How many tickets were opened at or after a time."""
        return self._count(OutcomeRow.route == Route.TICKET.value, OutcomeRow.opened_at >= since)

    def declined_in_a_row(self, rule: str, repository: str) -> int:
        """How many plans of a rule people have declined in a repository since one of them was last merged."""
        with self._session(self._engine) as session:
            merged = session.scalars(
                select(func.max(OutcomeRow.merged_at)).where(
                    OutcomeRow.rule == rule, OutcomeRow.repository == repository
                )
            ).one()
        return self._count(
            OutcomeRow.rule == rule,
            OutcomeRow.repository == repository,
            OutcomeRow.status == Status.DECLINED.value,
            *((OutcomeRow.closed_at > merged,) if merged else ()),
        )

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        with self._session(self._engine) as session:
            return session.scalars(select(func.count()).select_from(OutcomeRow).where(*conditions)).one()

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with failures_worded(self._engine), Session(engine) as session, session.begin():
            yield session


def _read(session: Session, plan_id: str) -> Outcome | None:
    row = session.get(OutcomeRow, plan_id)
    return None if row is None else to_outcome(row)


def _put(session: Session, before: Outcome | None, after: Outcome) -> bool:
    if before == after:
        return False
    session.merge(to_row(after))
    return True


def _precedence(outcome: Outcome) -> tuple[bool, float, str]:
    opened = outcome.opened_at.timestamp() if outcome.opened_at else 0.0
    return (outcome.status not in _SETTLED, opened, outcome.plan_id)
