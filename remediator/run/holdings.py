"""Which machine each address of a state had, and when, in the file that it is kept in between runs."""

import hashlib
import json
import logging
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from remediator.model import Resource, StateAddress

__all__ = ["KEPT", "Held", "Holding", "HoldingsFile", "at_place", "held_at", "place_of", "root_of"]

_log = logging.getLogger(__name__)

KEPT = timedelta(days=63)
"""How long it is known which machine was where: CloudWatch keeps points of 5 minutes no longer.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
"""
MOST = 500_000
"""Rows that are kept, those that were seen last; each takes some 400 bytes, and 1 kB in memory where it is read."""
_LONGEST = 1000
"""Characters of an address, of which longer ones are not kept; no provider's id has as many as a tenth."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS holdings (root TEXT, place TEXT, account TEXT, region TEXT, id TEXT, type TEXT, "
    "started INT, first INT, last INT, PRIMARY KEY (root, place, account, region, id)) WITHOUT ROWID"
)
_KEEP = (
    "INSERT INTO holdings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (root, place, account, region, id) DO UPDATE "
    "SET type = excluded.type, started = excluded.started, first = min(first, excluded.first), "
    "last = max(last, excluded.last)"
)
_ENDED = "SELECT {} FROM holdings WHERE last >= ? AND last < ?"
_CHANGED = (
    f"SELECT * FROM holdings WHERE last >= ? AND (last < ? OR root IN ({_ENDED.format('root')}) "  # noqa: S608  # names
    f"OR id IN ({_ENDED.format('id')})) ORDER BY root, place, last, id LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Held:
    """An address that has a machine: the state that it is in, its place there, and the machine as it is live."""

    root: str
    place: str
    machine: Resource


@dataclass(frozen=True, slots=True)
class Holding:
    """A machine at a place of a root's state: its size and last start when it was last seen, and since when it was."""

    root: str
    place: str
    account: str
    region: str
    id: str
    type: str | None
    started: datetime | None
    first: datetime
    last: datetime


def root_of(at: StateAddress) -> str:
    """What tells one state from another: its repository and root, or where it is without them, and its lineage."""
    return _digest(at.repository, at.root if at.repository else at.backend, at.workspace, at.lineage)


@lru_cache(maxsize=1024)
def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def place_of(at: StateAddress) -> str:
    """An address within its state, with the keys of its modules and its own."""
    return json.dumps([at.module, at.type, at.name, at.index_key])


def at_place(beside: StateAddress, place: str) -> StateAddress:
    """The address of a place in the state that another address is in."""
    module, type_, name, key = json.loads(place)
    return replace(beside, module=module, type=type_, name=name, index_key=key)


def held_at(at: StateAddress, machine: Resource) -> Held | None:
    """The machine at an address; None where either has a name that no cloud and hardly anybody gives."""
    place, named = place_of(at), machine.id + (machine.spec.text("instance_type") or "")
    known = len(place) <= _LONGEST and len(named) <= _LONGEST // 10 and named.isascii()
    return Held(root_of(at), place, machine) if known else None


class HoldingsFile:
    """What addresses had, in a SQLite file, whole at any instant.

    Like any cache it may be lost: then a machine is judged by itself until the next one takes its place.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, found: Iterable[Held], now: datetime) -> None:
        """Keep what addresses have now, in one transaction; what is too old or too much is dropped."""
        at = int(now.timestamp())
        rows = [_row(held, at) for held in found]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:
                connection.execute(_TABLE)
                connection.executemany(_KEEP, rows)
                connection.execute("DELETE FROM holdings WHERE last < ?", (int((now - KEPT).timestamp()),))
                connection.execute(
                    "DELETE FROM holdings WHERE last < (SELECT last FROM holdings ORDER BY last DESC LIMIT 1 OFFSET ?)",
                    (MOST - 1,),
                )
        except sqlite3.OperationalError as error:  # locked, or not permitted
            self._unkept(error)
        except sqlite3.DatabaseError as error:
            self._path.unlink(missing_ok=True)
            self._unkept(error)
        except (OSError, ValueError) as error:
            self._unkept(error)

    def changed(self, since: datetime, now: datetime) -> tuple[Holding, ...]:
        """What was seen since a time, of machines that have moved or ended by now and of all in the same states."""
        first, last = int(since.timestamp()), int(now.timestamp())
        if not self._path.exists():
            return ()
        try:
            with closing(sqlite3.connect(self._path, timeout=30)) as connection:
                found = connection.execute(_CHANGED, (first, last, first, last, first, last, MOST))
                return tuple(_holding(*row) for row in found)
        except (sqlite3.DatabaseError, ValueError, TypeError, OverflowError) as error:
            _log.warning("%s: which machines addresses had before is not known (%s)", self._path, error)
            return ()

    def _unkept(self, error: Exception) -> None:
        _log.warning(
            "%s: which machines addresses have cannot be kept (%s); those that replace them start anew",
            self._path,
            error,
        )


def _row(held: Held, now: int) -> tuple[str | int | None, ...]:
    machine = held.machine
    started = None if machine.created_at is None else int(machine.created_at.timestamp())
    type_ = machine.spec.text("instance_type")
    return held.root, held.place, machine.account, machine.region, machine.id, type_, started, now, now


def _holding(
    root: str,
    place: str,
    account: str,
    region: str,
    id_: str,
    type_: str | None,
    started: int | None,
    first: int,
    last: int,
) -> Holding:
    begun = None if started is None else _time(started)
    return Holding(root, place, account, region, id_, type_, begun, _time(first), _time(last))


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
