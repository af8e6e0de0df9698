"""Deliveries: every attempt with its outcome, and the file as it came."""

import hashlib
import zlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from geocorr.errors import NotFound
from geocorr.model import Outcome
from sql import queries
from sql.db import Connection, Record

Q = queries.read("batches")

ACCEPTED = (Outcome.SUCCESSFUL, Outcome.PARTIAL)
Notes = tuple[dict[str, object], ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file as a force sent it and what became of its rows.

    `day` is that of the batch id, `suffix` its end ("", "-1", "-R", "-1-A"...).
    `faults`, `warnings` and `refused` are kept as they are, as JSON.
    """

    force: str | None
    batch_id: str | None
    day: date | None
    suffix: str
    original: bytes
    sender: str
    zone: str
    outcome: Outcome
    cause: str | None
    read: int
    accepted: int
    rejected: int
    faults: Notes = ()
    warnings: Notes = ()
    refused: Notes = ()

    @property
    def sha256(self) -> bytes:
        """The hash that makes a repeat of the same bytes known."""
        return hashlib.sha256(self.original).digest()

    @property
    def replaces_day(self) -> bool:
        """Does it replace all that the force sent for that day? ERROR never does."""
        return self.outcome in ACCEPTED and self.suffix.upper().endswith("R")


@dataclass(frozen=True, slots=True)
class Batch:
    """One stored delivery; times are UTC."""

    id: int
    force: str | None
    batch_id: str | None
    day: date | None
    suffix: str
    received_at: datetime
    sender: str
    zone: str
    outcome: Outcome
    cause: str | None
    read: int
    accepted: int
    rejected: int
    supersedes: int | None


@dataclass(frozen=True, slots=True)
class BatchSummary(Batch):
    """A delivery with what came of it.

    `crimes` stand in it, the latest window of which ends at `window_until`; `hits` are
    their live hits by verdict; `last_run` is the latest run that was for it.
    """

    crimes: int
    window_until: datetime | None
    hits: dict[str, int]
    last_run: int | None


@dataclass(frozen=True, slots=True)
class OutcomeTotal:
    """How many deliveries had an outcome, and their rows."""

    outcome: Outcome
    batches: int
    read: int
    accepted: int
    rejected: int


class Sort(StrEnum):
    """In which order deliveries are read; the newest first where two are equal."""

    NEWEST = "newest"
    FORCE = "force"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BatchFilter:
    """Which deliveries are asked for, and in which order; None = any.

    `REFUSED`: where most rows were refused first.
    """

    force: str | None = None
    outcome: Outcome | None = None
    day: date | None = None
    sort: Sort = Sort.NEWEST

    @property
    def values(self) -> tuple[str | None, str | None, date | None]:
        """The filter as the queries take it."""
        return self.force, self.outcome and self.outcome.value, self.day


async def keep_original(conn: Connection, data: bytes, kind: str, who: str) -> bytes:
    """Keep a file as it came; returns its SHA-256."""
    sha256 = hashlib.sha256(data).digest()
    packed = zlib.compress(data)
    await conn.execute(Q["keep_original"], sha256, kind, len(data), packed, who)
    return sha256


async def original(conn: Connection, sha256: bytes) -> bytes:
    """A kept file, byte for byte; NotFound where there is none."""
    packed = await conn.fetchval(Q["original"], sha256)
    if packed is None:
        raise NotFound("No file of this content is kept.")
    return zlib.decompress(packed)


async def lock_force(conn: Connection, force: str) -> None:
    """Wait until no other delivery of the force is being stored."""
    await conn.execute(Q["lock_force"], force)


async def latest_accepted(
    conn: Connection, delivery: Delivery
) -> tuple[int, Outcome] | None:
    """The force's latest accepted delivery if this one repeats it, else None.

    The zone counts: the same bytes read in another zone say other times.
    """
    row = await conn.fetchrow(Q["latest_accepted"], delivery.force)
    if row is None or (row["sha256"], row["zone"]) != (delivery.sha256, delivery.zone):
        return None
    return row["id"], Outcome(row["outcome"])


async def insert_batch(conn: Connection, delivery: Delivery) -> int:
    """Record an attempt and its file; returns the batch's number."""
    sha256 = await keep_original(conn, delivery.original, "crimes", delivery.sender)
    number: int = await conn.fetchval(
        Q["insert_batch"],
        delivery.force,
        delivery.batch_id,
        delivery.day,
        delivery.suffix.upper(),
        sha256,
        delivery.sender,
        delivery.zone,
        delivery.outcome.value,
        delivery.cause,
        delivery.read,
        delivery.accepted,
        delivery.rejected,
        delivery.faults,
        delivery.warnings,
        delivery.refused,
    )
    return number


async def batches(
    conn: Connection, force: str | None = None, limit: int = 50
) -> list[Batch]:
    """The latest attempts, newest first."""
    return [_batch(row) for row in await conn.fetch(Q["batches"], force, limit)]


async def find(
    conn: Connection, asked: BatchFilter, limit: int = 50, offset: int = 0
) -> tuple[int, list[BatchSummary]]:
    """How many attempts there are, and a page of them in the order asked for."""
    return await _find(conn, (*asked.values, None, limit, offset, asked.sort))


async def one(conn: Connection, batch: int) -> BatchSummary:
    """One delivery; NotFound where there is none."""
    _, found = await _find(conn, (*BatchFilter().values, batch, 1, 0, Sort.NEWEST))
    if not found:
        raise NotFound(f"There is no batch {batch}.")
    return found[0]


async def _find(
    conn: Connection, arguments: tuple[object, ...]
) -> tuple[int, list[BatchSummary]]:
    rows = await conn.fetch(Q["find_batches"], *arguments)
    return rows[0]["total"], [_summary(row) for row in rows if row["id"] is not None]


async def totals(conn: Connection, asked: BatchFilter) -> list[OutcomeTotal]:
    """How many attempts there are of each outcome."""
    rows = await conn.fetch(Q["total_batches"], *asked.values)
    return [OutcomeTotal(Outcome(row[0]), *row[1:]) for row in rows]


async def silent_forces(conn: Connection, day: date) -> list[str]:
    """Forces that sent accepted files before, and none for this day."""
    return [row["force"] for row in await conn.fetch(Q["silent_forces"], day)]


async def numbers(conn: Connection, batch_id: str) -> list[int]:
    """The numbers of all deliveries of a batch id, in any case, oldest first."""
    return [row["id"] for row in await conn.fetch(Q["numbers"], batch_id)]


async def faults(conn: Connection, batch: int) -> dict[str, Notes]:
    """Faults, warnings and refused rows of a delivery; NotFound without it."""
    row = await conn.fetchrow(Q["faults"], batch)
    if row is None:
        raise NotFound(f"There is no batch {batch}.")
    return {name: tuple(notes) for name, notes in row.items()}


def _batch(row: Record) -> Batch:
    return Batch(**_named(row))  # type: ignore[arg-type]


def _summary(row: Record) -> BatchSummary:
    values = _named(row)
    del values["total"]
    return BatchSummary(**values)  # type: ignore[arg-type]


def _named(row: Record) -> dict[str, object]:
    values = {name.removeprefix("n_"): value for name, value in row.items()}
    return {**values, "outcome": Outcome(row["outcome"])}
