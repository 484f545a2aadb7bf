"""What asks to be let in, a repository's folder or an account at a time, and what its people answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Engine, func, select
from sqlalchemy.orm import Session

from remediator.ledger.engine import failures_worded, writing
from remediator.ledger.tables import InvitationRow
from remediator.model import RequestState


class Kind(StrEnum):
    """What is asked about: a unit of a repository, by a request; or an account, by a ticket."""

    REPOSITORY = "repository"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One question: `place` is the repository's or account's name, `unit` what it is known by.

    An empty `reference` is one that is about to be opened; `seen_at` is when its state was last asked for.
    """

    kind: Kind
    place: str
    unit: str
    reference: str
    state: RequestState
    opened_at: datetime
    seen_at: datetime


class Invitations:
    """All of them, in the ledger; every method is one transaction and raises RemediatorError as the ledger's do."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def of(self, kind: Kind, place: str, unit: str) -> Invitation | None:
        """The one for a unit."""
        with self._session(self._engine) as session:
            row = session.get(InvitationRow, (kind.value, place, unit))
            return None if row is None else _read(row)

    def keep(self, invitation: Invitation) -> bool:
        """Keep it in place of what its unit had; False where it stood so already."""
        if self.of(invitation.kind, invitation.place, invitation.unit) == invitation:
            return False
        with self._session(writing(self._engine)) as session:
            session.merge(
                InvitationRow(
                    kind=invitation.kind.value,
                    place=invitation.place,
                    unit=invitation.unit,
                    reference=invitation.reference,
                    state=invitation.state.value,
                    opened_at=invitation.opened_at,
                    seen_at=invitation.seen_at,
                )
            )
        return True

    def open(self, kind: Kind, place: str | None = None) -> int:
        """How many wait for an answer, by what was last seen of them; with `place`, of that one."""
        return self._count(
            InvitationRow.kind == kind.value,
            InvitationRow.state == RequestState.OPEN.value,
            *((InvitationRow.place == place,) if place is not None else ()),
        )

    def asked_within(self, kind: Kind, now: datetime, length: timedelta) -> int:
        """How many were opened in the time before now."""
        return self._count(InvitationRow.kind == kind.value, InvitationRow.opened_at > now - length)

    def _count(self, *conditions: ColumnElement[bool]) -> int:
        with self._session(self._engine) as session:
            return session.scalars(select(func.count()).select_from(InvitationRow).where(*conditions)).one()

    @contextmanager
    def _session(self, engine: Engine) -> Iterator[Session]:
        with failures_worded(self._engine), Session(engine) as session, session.begin():
            yield session


def _read(row: InvitationRow) -> Invitation:
    return Invitation(
        Kind(row.kind), row.place, row.unit, row.reference, RequestState(row.state), row.opened_at, row.seen_at
    )
