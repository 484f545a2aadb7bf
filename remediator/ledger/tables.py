"""The ledger's tables. They hold identities, values from allow-lists and times; nothing secret has a column here."""

import json
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import DateTime, Dialect, ForeignKey, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

from remediator.model import Value

SCHEMA_VERSION: Final = 6
"""The version of these tables; a ledger of a higher one is refused, not guessed at."""


class UtcTime(TypeDecorator[datetime]):
    """A time with its zone, kept in UTC; SQLite, which has no zones, keeps it without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time in UTC; raises ValueError for one without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainValue(TypeDecorator[Value]):
    """A plain value as JSON text, lists as tuples."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Value, dialect: Dialect) -> str:
        """The value as JSON."""
        return json.dumps(value, allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Value:
        """The value that the JSON text holds."""
        read: str | int | float | bool | list[str] | None = json.loads(value or "null")
        return tuple(read) if isinstance(read, list) else read


class Base(DeclarativeBase):
    """The tables of one ledger."""


class SchemaRow(Base):
    """The one row that says which version these tables are."""

    __tablename__ = "ledger_schema"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]


class OutcomeRow(Base):
    """One plan's outcome."""

    __tablename__ = "outcomes"
    plan_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    rule: Mapped[str] = mapped_column(String(100))
    repository: Mapped[str | None] = mapped_column(String(100), index=True)
    route: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str | None] = mapped_column(Text)
    addresses: Mapped[Value] = mapped_column(PlainValue)
    opened_at: Mapped[datetime | None] = mapped_column(UtcTime)
    merged_at: Mapped[datetime | None] = mapped_column(UtcTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcTime)
    live_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    pending: Mapped[str | None] = mapped_column(String(40))
    held: Mapped[int] = mapped_column(default=0)
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcTime)
    monthly: Mapped[str | None] = mapped_column(String(40))
    beside: Mapped[str | None] = mapped_column(Text)
    linked: Mapped[int] = mapped_column(default=0)
    fingerprints: Mapped[list["FingerprintRow"]] = relationship(
        order_by="FingerprintRow.position", cascade="all, delete-orphan", lazy="selectin"
    )
    owners: Mapped[list["OwnerRow"]] = relationship(
        order_by="OwnerRow.position", cascade="all, delete-orphan", lazy="selectin"
    )
    targets: Mapped[list["TargetRow"]] = relationship(
        order_by="TargetRow.position", cascade="all, delete-orphan", lazy="selectin"
    )


class InvitationRow(Base):
    """A request or ticket that asks whether we may open anything for a unit of a repository, or an account."""

    __tablename__ = "invitations"
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    place: Mapped[str] = mapped_column(String(200), primary_key=True)
    unit: Mapped[str] = mapped_column(String(64), primary_key=True)
    reference: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), index=True)
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)


class DashboardRow(Base):
    """A repository that has a dashboard of ours, so that the others need not be asked for one."""

    __tablename__ = "dashboards"
    repository: Mapped[str] = mapped_column(String(100), primary_key=True)


class LeaseRow(Base):
    """The one run that is at work, until when it holds that, and a number that no other run has."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    host: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class FingerprintRow(Base):
    """A finding that a plan settles."""

    __tablename__ = "fingerprints"
    plan_id: Mapped[str] = mapped_column(ForeignKey("outcomes.plan_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)


class OwnerRow(Base):
    """Whom a request asks, as a digest."""

    __tablename__ = "owners"
    plan_id: Mapped[str] = mapped_column(ForeignKey("outcomes.plan_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner: Mapped[str] = mapped_column(String(40), index=True)


class TargetRow(Base):
    """What a live resource must show; an attribute of None means it must be gone."""

    __tablename__ = "targets"
    plan_id: Mapped[str] = mapped_column(ForeignKey("outcomes.plan_id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account: Mapped[str] = mapped_column(String(100))
    region: Mapped[str] = mapped_column(String(100))
    resource_id: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    attribute: Mapped[str | None] = mapped_column(Text)
    value: Mapped[Value] = mapped_column(PlainValue)
    root: Mapped[str | None] = mapped_column(Text)
    workspace: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(Text)
