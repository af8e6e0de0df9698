"""Entries in the database: versions of them, and as the columns that scoring reads."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geocorr.arrays import Bools, Codes, Ints
from geocorr.errors import DatabaseTrouble
from geocorr.scoring.columns import NEVER, EntryColumns
from geocorr.scoring.entry import DataSet, Entry, EntryOutcome
from geocorr.scoring.weights import Kind
from sql import queries
from sql.db import Connection, Record
from sql.trail_copy import HEADER, TRAILER

Q = queries.read("entries")

OUTCOMES = [outcome.value for outcome in EntryOutcome]
_ENTRY = (
    "entry_id", "nominal_id", "event_id", "data_set", "event_on", "code", "grade",
    "outcome", "outcome_on", "handling", "force", "withdrawn",
)  # fmt: skip
# A row of the binary COPY: how many columns, then each one's length and value.
_COLUMNS = {
    "nominal": ">i4",
    "event": ">i8",
    "kind": ">i4",
    "event_day": ">i4",
    "outcome": ">i4",
    "outcome_day": ">i4",
}
_LENGTHS = [((f"{name}_n", ">i4"), (name, kind)) for name, kind in _COLUMNS.items()]
ROW = np.dtype([("n", ">i2"), *(part for parts in _LENGTHS for part in parts)])
# PostgreSQL counts days from 2000-01-01.
_PG_EPOCH_DAY = 10_957


class Version(NamedTuple):
    """An entry as it was held from one time on, until another replaced it."""

    entry: Entry
    known_from: datetime
    known_until: datetime | None

    def held_at(self, at: datetime) -> bool:
        """Whether this is what was known then."""
        return self.known_from <= at and (
            self.known_until is None or at < self.known_until
        )


@dataclass(frozen=True, slots=True)
class StoredColumns:
    """Entries as they were held at a time; `kind` is the kind's own number.

    `outcome` counts from 1 as `EntryOutcome` does, 0 where there is none.
    """

    nominal: Codes
    event: Ints
    kind: Codes
    event_day: Codes
    outcome: Codes
    outcome_day: Codes

    def __len__(self) -> int:
        return len(self.nominal)

    def of(
        self, which: Bools, ending: Sequence[str], kinds: Sequence[Kind]
    ) -> EntryColumns:
        """The entries where `which`; `ending` are the outcomes that end one."""
        ends = np.array([False, *(name in ending for name in OUTCOMES)])
        ended = np.where(ends[self.outcome], self.outcome_day, NEVER)
        return EntryColumns(
            kinds,
            self.nominal[which],
            self.event[which],
            self.kind[which],
            self.event_day[which],
            ended[which].astype(np.int32),
        )


async def lock(conn: Connection) -> None:
    """Let one load or one portion of scoring in, until the transaction ends."""
    await conn.execute(Q["lock_entries"])


@asynccontextmanager
async def reckoning(conn: Connection) -> AsyncIterator[None]:
    """In a transaction: read all entries of whom one may see the score.

    They are what it is made of. To be told of one by one they are intelligence's alone.
    """
    await _reckon(conn, "on")
    yield
    await _reckon(conn, "")


async def _reckon(conn: Connection, on: str) -> None:
    await conn.execute(Q["reckon"], on)


async def known_at(conn: Connection) -> datetime:
    """The time that counts as now; under the lock, all known by then is there."""
    at: datetime = await conn.fetchval(Q["known_at"])
    return at


async def number_nominals(conn: Connection, nominal_ids: Sequence[str]) -> None:
    """Make these nominals ones that scores speak of."""
    await conn.execute(Q["number_nominals"], nominal_ids)


async def keep(
    conn: Connection, entries: Sequence[Entry], known_from: datetime
) -> None:
    """Append a version of each of these entries, known from a time on."""
    columns = [[getattr(entry, name) for entry in entries] for name in _ENTRY]
    by_name = dict(zip(_ENTRY, columns, strict=True))
    await number_nominals(conn, by_name["nominal_id"])
    await _keep_kinds(conn, *(by_name[name] for name in ("data_set", "code", "grade")))
    await _keep_events(conn, by_name["event_id"])
    await conn.execute(Q["keep_versions"], known_from, *columns)


async def _keep_kinds(conn: Connection, *columns: Sequence[str]) -> None:
    await conn.execute(Q["keep_kinds"], *columns)


async def _keep_events(conn: Connection, event_ids: Sequence[str]) -> None:
    await conn.execute(Q["keep_events"], event_ids)


async def held(conn: Connection, entry_ids: Sequence[str]) -> dict[str, Entry]:
    """These entries as they hold now."""
    rows = await conn.fetch(Q["held_entries"], entry_ids)
    return {row["entry_id"]: _entry(row) for row in rows}


async def versions(conn: Connection, nominal_id: str) -> list[Version]:
    """Every version that was ever of a nominal, the latest event first."""
    return [
        Version(_entry(row), row["known_from"], row["known_until"])
        for row in await conn.fetch(Q["versions_of_nominal"], nominal_id)
    ]


async def kinds(conn: Connection) -> list[Kind]:
    """What entries are weighted by; the number of each is its place, from 1."""
    rows = await conn.fetch(Q["kinds"])
    found = [Kind("", "", "")] * (rows[-1]["id"] + 1 if rows else 1)
    for number, *kind in rows:
        found[number] = Kind(*kind)
    return found


async def of_range(
    conn: Connection, numbers: tuple[int, int], days: tuple[date, date], at: datetime
) -> StoredColumns:
    """Entries of nominals numbered in [first, end), of events in `days`, as held."""
    parts: list[bytes] = []
    arguments = (*numbers, *days, at, OUTCOMES)
    await conn.copy_from_query(
        Q["entry_columns"], *arguments, output=_into(parts), format="binary"
    )
    return _unpacked(b"".join(parts))


async def of_numbers(
    conn: Connection, numbers: Sequence[int], days: tuple[date, date], at: datetime
) -> StoredColumns:
    """The same of some nominals by their numbers."""
    parts: list[bytes] = []
    arguments = (list(numbers), *days, at, OUTCOMES)
    await conn.copy_from_query(
        Q["entry_columns_of"], *arguments, output=_into(parts), format="binary"
    )
    return _unpacked(b"".join(parts))


def _into(parts: list[bytes]) -> Callable[[bytes], Awaitable[None]]:
    async def take(data: bytes) -> None:
        parts.append(data)

    return take


def _unpacked(data: bytes) -> StoredColumns:
    """The columns of a binary COPY whose rows are all of one width."""
    head, tail = len(HEADER), len(data) - len(TRAILER)
    if data[:head] != HEADER or (tail - head) % ROW.itemsize:
        raise DatabaseTrouble("The database's copy of entries is torn: try again.")
    rows = np.frombuffer(data, ROW, (tail - head) // ROW.itemsize, head)
    return StoredColumns(
        _native(rows["nominal"]),
        rows["event"].astype(np.int64),
        _native(rows["kind"]),
        _day(rows["event_day"]),
        _native(rows["outcome"]),
        _day(rows["outcome_day"]),
    )


def _native(column: npt.NDArray[np.generic]) -> Codes:
    return column.astype(np.int32)


def _day(column: npt.NDArray[np.generic]) -> Codes:
    """Days from 1970; an infinite one is never."""
    days = column.astype(np.int64) + _PG_EPOCH_DAY
    return np.minimum(days, NEVER).astype(np.int32)


def _entry(row: Record) -> Entry:
    values = {name: row[name] for name in _ENTRY}
    values["data_set"] = DataSet(values["data_set"])
    values["outcome"] = EntryOutcome(values["outcome"])
    return Entry(**values)
