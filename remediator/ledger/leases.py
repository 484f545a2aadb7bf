"""The one run that may work on a ledger that several machines share: a lease that ends by itself where its run dies."""

import logging
import platform
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from remediator.errors import RemediatorError
from remediator.ledger.engine import failures_worded, writing
from remediator.ledger.tables import LeaseRow

LENGTH: Final = timedelta(minutes=5)
"""How long a lease lasts without being renewed: what a run that was killed keeps others from working."""

_NAME: Final = "run"
_BEATS: Final = 5
"""How often a lease is renewed in its length, so that a few lost answers of the database lose no lease."""

_log = logging.getLogger(__name__)


class Lease:
    """What a run holds while it works; `is_held` is False from when it may have ended, and it must deliver no more."""

    def __init__(self, engine: Engine, length: timedelta) -> None:
        self._engine, self._length = engine, length
        self._holder = uuid.uuid4().hex
        self._until = threading.Event()
        self._lost = threading.Event()

    @property
    def is_held(self) -> bool:
        """Whether no other run can be at work."""
        return not self._lost.is_set()

    def take(self) -> None:
        """Take it; raises RemediatorError where another run has it."""
        with self._session() as session:
            now = _now(session)
            row = session.get(LeaseRow, _NAME)
            if row is not None and row.expires_at > now:
                raise RemediatorError(
                    f"another run is at work on this ledger, on {row.host}; wait for it. Were it killed, its lease "
                    f"ends by itself at {row.expires_at:%H:%M:%S} UTC"
                )
            until = now + self._length
            session.merge(LeaseRow(name=_NAME, holder=self._holder, host=platform.node()[:200], expires_at=until))

    def beat(self) -> None:
        """Renew it until it is released; where that fails for its whole length, or another took it, it is lost."""
        missed = 0
        while not self._until.wait(self._length.total_seconds() / _BEATS):
            try:
                missed = 0 if self._renew() else _BEATS
            except RemediatorError as error:
                missed += 1
                _log.warning("the lease on the ledger could not be renewed: %s", error)
            if missed >= _BEATS - 1:
                self._lost.set()
                return

    def release(self) -> None:
        """Let others have it at once; what is lost is left to whoever has it."""
        self._until.set()
        with self._session() as session:
            session.execute(delete(LeaseRow).where(LeaseRow.name == _NAME, LeaseRow.holder == self._holder))

    def _renew(self) -> bool:
        with self._session() as session:
            mine = (LeaseRow.name == _NAME, LeaseRow.holder == self._holder)
            if session.scalars(select(LeaseRow.name).where(*mine)).one_or_none() is None:
                return False
            session.execute(update(LeaseRow).where(*mine).values(expires_at=_now(session) + self._length))
            return True

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with failures_worded(self._engine), Session(writing(self._engine)) as session, session.begin():
            yield session


@contextmanager
def leased(engine: Engine, length: timedelta = LENGTH) -> Iterator[Lease]:
    """The lease, renewed in the background while it is needed; raises RemediatorError where another run has it."""
    lease = Lease(engine, length)
    lease.take()
    beating = threading.Thread(target=lease.beat, name="lease", daemon=True)
    beating.start()
    try:
        yield lease
    finally:
        try:
            lease.release()
        except RemediatorError as error:
            _log.warning("the lease on the ledger was not released, and ends by itself: %s", error)
        beating.join()


def _now(session: Session) -> datetime:
    """The time by the database's clock where it has one of its own, since those of machines differ."""
    if session.get_bind().dialect.name != "postgresql":
        return datetime.now(UTC)
    found: datetime = session.scalars(select(func.clock_timestamp())).one()
    return found
