"""A connection pool on the ledger's database, with its tables made and their version checked."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import SQLITE_BUSY, OperationalError
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event, insert, make_url, select, update
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from remediator.errors import ConfigError, RemediatorError
from remediator.ledger.tables import SCHEMA_VERSION, Base, SchemaRow

BUSY_SECONDS = 30
"""How long a writer waits for another one; every transaction here takes milliseconds."""

_WRITE_LOCK = 0x72656D65
"""The PostgreSQL advisory lock that writers take in turn: any number that only this ledger uses."""


_ADDED = (
    (2, "targets", "root", "TEXT"),
    (2, "targets", "workspace", "TEXT"),
    (3, "targets", "kind", "TEXT"),
    (4, "outcomes", "pending", "TEXT"),
    (4, "outcomes", "held", "INTEGER NOT NULL DEFAULT 0"),
    (4, "outcomes", "snoozed_until", "TIMESTAMP WITH TIME ZONE"),
    (4, "outcomes", "owner", "TEXT"),
    (4, "outcomes", "monthly", "TEXT"),
    (5, "outcomes", "beside", "TEXT"),
    (5, "outcomes", "linked", "INTEGER NOT NULL DEFAULT 0"),
)
"""Columns that came with a version: the version, the table, the column and its type, in both dialects."""

_OWNERS_SINCE = 6
_OWNERS = "INSERT INTO owners (plan_id, position, owner) SELECT plan_id, 0, owner FROM outcomes WHERE owner IS NOT NULL"
"""An outcome had one owner, in a column that older ledgers keep and nothing reads any more."""


def open_engine(url: str) -> Engine:
    """An engine on the database at `url` (`sqlite:///path`, `postgresql+psycopg://…`), ready for use.

    Raises ConfigError for a URL that cannot be used and RemediatorError for a database that cannot be reached or was
    written by a newer version; neither shows the URL's password.
    """
    parsed = _parse(url)
    try:
        engine = create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise ConfigError(
            f"run.ledger: the driver '{parsed.drivername}' is not there ({error}); install remediator[postgres] and "
            "write postgresql+psycopg://…"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    try:
        with failures_worded(engine), writing(engine).begin() as connection:
            _migrate(connection, shown(engine))
    except BaseException:
        engine.dispose()
        raise
    return engine


def writing(engine: Engine) -> Engine:
    """The same pool, whose transactions take the write lock when they begin.

    Writers thus come one after the other, so that what one reads is still so when it writes.
    """
    return engine.execution_options(remediator_writing=True)


def shown(engine: Engine) -> str:
    """The database's URL without its password."""
    return engine.url.render_as_string(hide_password=True)


@contextmanager
def failures_worded(engine: Engine) -> Iterator[None]:
    """Turn what a driver raises inside into RemediatorError, worded with where and what to do."""
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise RemediatorError(
            f"the ledger at {shown(engine)} cannot be used: {reason}; check that it can be reached and written to, "
            "that its disk has room and that no other program holds it"
        ) from error
    except UnicodeEncodeError as error:
        raise RemediatorError(
            f"the ledger at {shown(engine)} cannot hold a text that is not valid Unicode ({error.reason}); look for "
            "it in the name or index key of the resource and rename it"
        ) from error


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError(
            "run.ledger is not a database URL; write postgresql+psycopg://user@host/name or sqlite:///path"
        ) from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise ConfigError(f"run.ledger: '{parsed.get_backend_name()}' is not supported; use SQLite or PostgreSQL")
    return parsed


def _set_up_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    assert isinstance(connection, SqliteConnection)  # noqa: S101 - narrows the type of the one driver listened to
    connection.isolation_level = None  # the driver must not begin by itself; _begin_sqlite does
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: SqliteConnection) -> None:
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except OperationalError as error:
            # SQLite does not wait by itself here while another process does the same to a new file
            if error.sqlite_errorcode & 0xFF != SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writing(connection) else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if _is_writing(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")


def _is_writing(connection: Connection) -> bool:
    return connection.get_execution_options().get("remediator_writing") is True


def _migrate(connection: Connection, where: str) -> None:
    """Make the tables that are missing, and bring those of an older version up to this one."""
    Base.metadata.create_all(connection)
    version = connection.execute(select(SchemaRow.version)).scalar_one_or_none()
    if version is None:
        connection.execute(insert(SchemaRow).values(id=1, version=SCHEMA_VERSION))
    elif version > SCHEMA_VERSION:
        raise RemediatorError(
            f"the ledger at {where} has schema version {version}, and this remediator knows up to {SCHEMA_VERSION}; "
            "upgrade remediator, or name another ledger with run.ledger"
        )
    elif version < SCHEMA_VERSION:
        for since, table, column, kind in _ADDED:
            if version < since:
                connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
        if version < _OWNERS_SINCE:
            connection.exec_driver_sql(_OWNERS)
        connection.execute(update(SchemaRow).values(version=SCHEMA_VERSION))
