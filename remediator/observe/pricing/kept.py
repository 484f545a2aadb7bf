"""The prices that were asked for, in the file they are kept in between runs."""

import logging
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from remediator.observe.pricing.listings import Listing
from remediator.observe.pricing.products import Rate

_log = logging.getLogger(__name__)

_TABLES = (
    "CREATE TABLE IF NOT EXISTS listings (key TEXT, region TEXT, fetched_at TEXT, PRIMARY KEY (key, region))",
    "CREATE TABLE IF NOT EXISTS rates (key TEXT, region TEXT, item TEXT, amount TEXT, unit TEXT, currency TEXT, "
    "sku TEXT, effective TEXT, PRIMARY KEY (key, region, item))",
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole answer of the price list on a listing in a region: an item that is not in it has no known price."""

    listing: Listing
    region: str
    fetched_at: datetime
    rates: Mapping[str, Rate]


class PriceFile:
    """The answers of the price list in a SQLite file, each whole at any instant.

    Like any cache it may be lost: a file that cannot be read is as good as none, and one that cannot be written costs
    the next run its calls.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, wanted: Mapping[str, Iterable[Listing]]) -> dict[tuple[Listing, str], Answered]:
        """What is kept of the wanted listings, by listing and region, of whatever age."""
        found: dict[tuple[Listing, str], Answered] = {}
        if not self._path.exists():
            return found
        try:
            with closing(sqlite3.connect(self._path, timeout=30)) as connection:
                for region, listings in wanted.items():
                    for listing in listings:
                        at = listing.key, region
                        row = connection.execute(
                            "SELECT fetched_at FROM listings WHERE key = ? AND region = ?", at
                        ).fetchone()
                        if row is None:
                            continue
                        rates = {
                            item: Rate(Decimal(amount), unit, currency, sku, date.fromisoformat(effective))
                            for item, amount, unit, currency, sku, effective in connection.execute(
                                "SELECT item, amount, unit, currency, sku, effective FROM rates "
                                "WHERE key = ? AND region = ?",
                                at,
                            )
                        }
                        answered = Answered(listing, region, datetime.fromisoformat(row[0]), rates)
                        found[listing, region] = answered
        except sqlite3.OperationalError as error:  # locked, not permitted, or nothing was ever kept
            _log.info("%s: the prices kept in it are not used (%s)", self._path, error)
            return {}
        except (sqlite3.DatabaseError, ValueError, TypeError, InvalidOperation):
            _log.warning("%s is damaged and is made again; every price is asked for once more", self._path)
            self._path.unlink(missing_ok=True)
            return {}
        return found

    def save(self, answers: Iterable[Answered]) -> None:
        """Keep answers in place of what was kept of the same listings and regions, in one transaction."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:
                for table in _TABLES:
                    connection.execute(table)
                for answer in answers:
                    at = answer.listing.key, answer.region
                    connection.execute("DELETE FROM rates WHERE key = ? AND region = ?", at)
                    connection.execute(
                        "INSERT OR REPLACE INTO listings VALUES (?, ?, ?)", (*at, str(answer.fetched_at))
                    )
                    connection.executemany(
                        "INSERT INTO rates VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                        [
                            (*at, item, str(r.amount), r.unit, r.currency, r.sku, str(r.effective))
                            for item, r in answer.rates.items()
                        ],
                    )
        except (OSError, sqlite3.Error) as error:
            _log.warning("%s: prices cannot be kept (%s); the next run asks for them again", self._path, error)
