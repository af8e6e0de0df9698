"""Hits in the database: what to match, what was found, what became of earlier hits.

A hit is never edited. A later run supersedes it, or retires it where it is not found
again (a crime withdrawn, an order ended, a fix no longer trusted); it stays readable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import repeat

import numpy as np

from geocorr.findings import Offence
from geocorr.model import Hit
from sql import queries
from sql.db import Connection, Record
from sql.evidence import Packets

Q = queries.read("hits")

_OF_CRIME = {
    "force", "batch_id", "crime_reference", "crime_type", "window_from", "window_to",
    "policy_hash", "version", "crime_version",
}  # fmt: skip
_OF_HIT = tuple(f.name for f in fields(Hit) if f.name not in _OF_CRIME)
_COLUMNS = (
    "run", "crime_version", "order_id", "evidence", "evidence_at", "evidence_bytes",
    *(name.rstrip("_") for name in _OF_HIT),
)  # fmt: skip
# So few hits carry their evidence themselves; that of more goes into pieces of a page.
_FEW = 100
_PIECE_BYTES = 8_100


@dataclass(frozen=True, slots=True)
class NewHits:
    """Hits to store, a list each: of which crime version and order, resting on which
    evidence, and what `findings.columns` says of them."""

    crime_version: list[int]
    order_id: list[str]
    evidence: Packets
    columns: Mapping[str, list[object]]

    def __len__(self) -> int:
        return len(self.order_id)


@dataclass(frozen=True, slots=True)
class StoredHit:
    """A hit out of the database with its state and its crime's place."""

    id: int
    run: int
    state: str
    state_reason: str | None
    longitude: float
    latitude: float
    hit: Hit


class Sort(StrEnum):
    """In which order hits are read."""

    CRIME = "crime"
    STRENGTH = "strength"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class HitFilter:
    """Which hits are asked for, and in which order; None = any.

    `batch` is a delivery's number, `state` live, superseded or retired, `stage` how
    far people are with it.
    """

    force: str | None = None
    reference: str | None = None
    batch: int | None = None
    device_id: str | None = None
    nominal_id: str | None = None
    verdict: str | None = None
    run: int | None = None
    state: str | None = "live"
    sort: Sort = Sort.CRIME
    stage: str | None = None


async def offences(
    conn: Connection, version_ids: Sequence[int]
) -> tuple[tuple[int, ...], tuple[Offence, ...]]:
    """Ids and contents of those versions that are the latest of a current crime.

    Locks their crimes until the transaction ends.
    """
    await conn.fetch(Q["lock_crimes"], version_ids)
    found = await conn.fetch(Q["list_offences"], version_ids)
    return tuple(row[0] for row in found), tuple(Offence(*row[1:]) for row in found)


async def store(conn: Connection, run: int, found: NewHits) -> None:
    """Store a run's hits; they are live from the commit on."""
    keep = _within if len(found) <= _FEW else _aside
    evidence = await keep(conn, run, found.evidence)
    rules = [str(ids).split(";") for ids in found.columns["rules"]]
    columns = {**found.columns, "rules": rules}
    await conn.copy_records_to_table(
        "hit",
        columns=_COLUMNS,
        records=zip(
            repeat(run, len(found)),
            found.crime_version,
            found.order_id,
            *evidence,
            *(columns[name] for name in _OF_HIT),
            strict=True,
        ),
    )


async def _within(
    conn: Connection, run: int, evidence: Packets
) -> list[Sequence[object]]:
    """The three columns of evidence that the hits carry themselves."""
    nothing = [None] * len(evidence.ends)
    return [evidence.each(), nothing, nothing]


async def _aside(
    conn: Connection, run: int, evidence: Packets
) -> list[Sequence[object]]:
    """Lay evidence beside what the run has laid aside so far; where, as columns."""
    first: int = await conn.fetchval(Q["next_piece"], run)
    whole = evidence.data.data
    pieces = range(0, len(whole), _PIECE_BYTES)
    await conn.copy_records_to_table(
        "hit_evidence",
        columns=("run", "piece", "data"),
        records=(
            (run, first + k, whole[at : at + _PIECE_BYTES])
            for k, at in enumerate(pieces)
        ),
    )
    lengths = np.diff(evidence.ends, prepend=0)
    begins = evidence.ends - lengths + first * _PIECE_BYTES
    return [[None] * len(lengths), begins.tolist(), lengths.tolist()]


async def supersede(
    conn: Connection, version_ids: Sequence[int], run: int, reason: str
) -> int:
    """Supersede or retire the earlier live hits of these crimes; how many."""
    return _count(await conn.execute(Q["supersede_hits"], version_ids, run, reason))


async def retire_withdrawn(conn: Connection, crime_ids: Sequence[int]) -> int:
    """Retire the live hits of withdrawn crimes; how many."""
    return _count(await conn.execute(Q["retire_withdrawn"], crime_ids))


async def latest_versions(
    conn: Connection, crime_ids: Sequence[int]
) -> tuple[int, ...]:
    """The newest version of each of these crimes."""
    return tuple(r["id"] for r in await conn.fetch(Q["latest_versions"], crime_ids))


async def touched(
    conn: Connection,
    stretches: Sequence[tuple[str, datetime, datetime]],
    reach_m: float,
    gap: timedelta,
) -> tuple[int, ...]:
    """Crime versions that the trails of (device, from, to) can concern, or did."""
    devices, from_at, to_at = zip(*stretches, strict=True) if stretches else ((),) * 3
    columns = (list(devices), list(from_at), list(to_at))
    found = await conn.fetch(Q["touched_versions"], *columns, reach_m, gap)
    return tuple(row[0] for row in found)


async def one(conn: Connection, hit_id: int) -> Record | None:
    """One hit with its run's policy, its crime version and its evidence."""
    return await conn.fetchrow(Q["read_hit"], hit_id, _PIECE_BYTES)


async def listed(
    conn: Connection,
    *,
    batches: Sequence[int] | None = None,
    force: str | None = None,
    reference: str | None = None,
    run: int | None = None,
    ids: Sequence[int] | None = None,
) -> list[StoredHit]:
    """Live hits (or all of a run, or those numbers), sorted as the hits file is."""
    found = await conn.fetch(Q["list_hits"], batches, force, reference, run, ids)
    return [_stored(row) for row in found]


async def find(
    conn: Connection, asked: HitFilter, limit: int = 50, offset: int = 0
) -> tuple[int, list[StoredHit]]:
    """How many hits there are, and a page of them in the order asked for."""
    rows = await conn.fetch(Q["find_hits"], *astuple(asked), limit, offset)
    ids = [row["id"] for row in rows if row["id"] is not None]
    stored = {hit.id: hit for hit in await listed(conn, ids=ids)} if ids else {}
    return rows[0]["total"], [stored[i] for i in ids]


def _stored(row: Record) -> StoredHit:
    names = {f.name: f.name.rstrip("_") for f in fields(Hit)}
    hit = Hit(**{name: row[column] for name, column in names.items()})
    place = (row["longitude"], row["latitude"])
    return StoredHit(
        row["id"], row["run"], row["state"], row["state_reason"], *place, hit
    )


def _count(status: str) -> int:
    return int(status.rsplit(" ", 1)[-1])
