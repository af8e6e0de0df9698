"""Hits in the database: what to match, what was found, what became of earlier hits.

A hit is never edited. A later run supersedes it, or retires it where it is not found
again (a crime withdrawn, an order ended, a fix no longer trusted); it stays readable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

import numpy as np

from geocorr.arrays import Bytes
from geocorr.findings import Offence
from geocorr.model import Hit
from sql import copy_rows, evidence_pieces, queries
from sql.db import Connection, Record
from sql.evidence import Packets
from sql.guarded import copy_into
from sql.trail_rows import copied_in

Q = queries.read("hits")

# How each column of what `findings.columns` says is sent.
_SENT: Mapping[str, copy_rows.Encoder] = {
    "force": copy_rows.texts,
    "device_id": copy_rows.texts,
    "nominal_id": copy_rows.texts,
    "verdict": copy_rows.texts,
    "fixes_inside": copy_rows.int4,
    "visits": copy_rows.int4,
    "first_inside": copy_rows.timestamps,
    "last_inside": copy_rows.timestamps,
    "dwell_s": copy_rows.float8,
    "min_fix_distance_m": copy_rows.float8,
    "min_path_distance_m": copy_rows.float8,
    "probability": copy_rows.float8,
    "median_accuracy_m": copy_rows.float8,
    "mechanisms": copy_rows.texts,
    "coverage": copy_rows.float8,
    "base_rate": copy_rows.float8,
    "likelihood_ratio": copy_rows.float8,
    "required_speed_kmh": copy_rows.float8,
    "rules": copy_rows.lists,
    "worst_accuracy_m": copy_rows.float8,
    "window_share": copy_rows.float8,
    "clock_test": copy_rows.texts,
    "lambda_": copy_rows.float8,
    "because": copy_rows.texts,
}
# So few crimes take less time than the plans of their statements.
_FEW_CRIMES = 20
# So few hits carry their evidence themselves; that of more goes into pieces of a page.
_FEW = 100
_PIECE_BYTES = evidence_pieces.OF_HITS_BYTES
# The most pieces of one portion of a run: more than fit into memory.
_PIECES = 1 << 16


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


async def offences(
    conn: Connection, version_ids: Sequence[int]
) -> tuple[tuple[int, ...], tuple[Offence, ...]]:
    """Ids and contents of those versions that are the latest of a current crime.

    Locks their crimes until the transaction ends.
    """
    if len(version_ids) <= _FEW_CRIMES:
        await conn.execute(Q["plan_once"])
    await conn.fetch(Q["lock_crimes"], version_ids)
    found = await conn.fetch(Q["list_offences"], version_ids)
    return tuple(row[0] for row in found), tuple(Offence(*row[1:]) for row in found)


@dataclass(frozen=True, slots=True)
class Packed:
    """Hits as they are sent: binary COPYs of rows and of pieces of evidence, or, of a
    few hits, their values by column."""

    run: int
    crime_version: Sequence[int]
    columns: tuple[str, ...] = ()
    rows: Bytes | None = None
    pieces: Bytes | None = None
    values: Sequence[Sequence[object]] = ()

    def __len__(self) -> int:
        return len(self.crime_version)


def pack(run: int, portion: int, found: NewHits) -> Packed:
    """Make a portion of a run's hits ready to be stored: it may take a thread."""
    n, versions, evidence = len(found), found.crime_version, found.evidence
    if n <= _FEW:
        values: list[Sequence[object]] = [versions, found.order_id, evidence.each()]
        values += [found.columns[c] for c in _SENT]
        return Packed(run, versions, values=values)
    first = portion * _PIECES
    sizes = np.diff(evidence.ends, prepend=0)
    begins = evidence.ends - sizes + first * _PIECE_BYTES
    columns: dict[str, copy_rows.Column] = {
        "run": (copy_rows.int8, [run] * n),
        "crime_version": (copy_rows.int8, versions),
        "order_id": (copy_rows.texts, found.order_id),
        "evidence_at": (copy_rows.int8, begins.tolist()),
        "evidence_bytes": (copy_rows.int4, sizes.tolist()),
        **{c.rstrip("_"): (sent, found.columns[c]) for c, sent in _SENT.items()},
    }
    pieces, _ = evidence_pieces.rows(run, first, evidence.data, _PIECE_BYTES)
    return Packed(run, versions, tuple(columns), copy_rows.rows(columns), pieces)


async def store(conn: Connection, found: Packed) -> None:
    """Store hits; they are live from the commit on."""
    if found.rows is None or found.pieces is None:
        await conn.execute(Q["insert_hits"], found.run, *found.values)
        return
    columns = ("run", "piece", "data")
    await copied_in(conn, "hit_evidence", columns, found.pieces)
    async with copy_into(conn, "hit", found.columns) as table:
        await copied_in(conn, table, found.columns, found.rows)


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


def _stored(row: Record) -> StoredHit:
    names = {f.name: f.name.rstrip("_") for f in fields(Hit)}
    hit = Hit(**{name: row[column] for name, column in names.items()})
    place = (row["longitude"], row["latitude"])
    return StoredHit(
        row["id"], row["run"], row["state"], row["state_reason"], *place, hit
    )


def _count(status: str) -> int:
    return int(status.rsplit(" ", 1)[-1])
