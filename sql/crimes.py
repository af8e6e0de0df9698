"""Crimes and their versions: what a delivery adds, changes, withdraws, reinstates.

"Same file, same crime": one transaction each delivery, one delivery a force at a time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from geocorr.errors import NotFound
from geocorr.model import Crime, Outcome
from sql import batches, queries
from sql.batches import ACCEPTED, Delivery
from sql.db import Connection, Record, transaction

Q = queries.read("crimes")


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """What a delivery did. `repeated`: it was there already, and nothing was done.

    `versions` are the new versions' numbers, to be matched; `withdrawn` and
    `reinstated` are numbers of crimes.
    """

    batch: int
    outcome: Outcome
    repeated: bool = False
    versions: tuple[int, ...] = ()
    withdrawn: tuple[int, ...] = ()
    reinstated: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CrimeVersion:
    """A crime in the words of one version; `changed` names what was new in it."""

    id: int
    crime_id: int
    version: int
    batch: int
    current: bool
    changed: tuple[str, ...]
    crime: Crime


async def store_batch(
    conn: Connection,
    delivery: Delivery,
    crimes: Sequence[Crime],
    references: Collection[str],
) -> StoredBatch:
    """Store a delivery whole or not at all.

    `crimes` are the accepted ones in file order, `references` those of every row,
    refused ones too. A repeat of the force's latest accepted file changes nothing.
    """
    async with transaction(conn):
        await _let_in(conn)
        if delivery.force is None:
            batch = await batches.insert_batch(conn, delivery)
            return StoredBatch(batch, delivery.outcome)
        await batches.lock_force(conn, delivery.force)
        if earlier := await batches.latest_accepted(conn, delivery):
            return StoredBatch(*earlier, repeated=True)
        batch = await batches.insert_batch(conn, delivery)
        if delivery.outcome not in ACCEPTED:
            return StoredBatch(batch, delivery.outcome)
        return await _take(conn, batch, delivery, crimes, references)


async def _take(
    conn: Connection,
    batch: int,
    delivery: Delivery,
    crimes: Sequence[Crime],
    references: Collection[str],
) -> StoredBatch:
    force = delivery.force or ""
    turns = await _stage(conn, crimes)
    await _lock_named(conn, delivery)
    reinstated = await _reinstated(conn, force)
    await _upsert_crimes(conn, force, batch)
    versions: list[int] = []
    for turn in range(turns):
        versions += await _insert_versions(conn, force, batch, turn)
        await _note_standing(conn, force, batch, turn)
    named = {*references, *(crime.crime_reference for crime in crimes)}
    withdrawn = await _withdraw_rest(conn, delivery, named)
    return StoredBatch(
        batch, delivery.outcome, False, tuple(versions), withdrawn, reinstated
    )


async def versions(conn: Connection, force: str, reference: str) -> list[CrimeVersion]:
    """Every version of a crime, oldest first; NotFound where there is none."""
    rows = await conn.fetch(Q["versions"], force, reference)
    if not rows:
        raise NotFound(f"There is no crime {force}/{reference}.")
    return [version_of(row) for row in rows]


async def by_version(conn: Connection, ids: Iterable[int]) -> list[CrimeVersion]:
    """Crimes by the numbers of their versions, in that order of numbers."""
    return [version_of(row) for row in await conn.fetch(Q["by_version"], list(ids))]


async def of_batch(conn: Connection, batch: int) -> list[CrimeVersion]:
    """The current crimes of a delivery, in the words in which they stand there."""
    return [version_of(row) for row in await conn.fetch(Q["of_batch"], batch)]


async def _stage(conn: Connection, crimes: Sequence[Crime]) -> int:
    """Copy in; returns how many turns: a reference's second row is the second turn."""
    await conn.execute(Q["stage"])
    rows = list(_staged(crimes))
    await conn.copy_records_to_table("crime_stage", records=rows)
    return max((row[1] for row in rows), default=-1) + 1


def _staged(crimes: Sequence[Crime]) -> Iterator[tuple[int, int, *tuple[object, ...]]]:
    seen: Counter[str] = Counter()
    for row_no, crime in enumerate(crimes):
        turn = seen[crime.crime_reference]
        seen[crime.crime_reference] += 1
        yield (
            row_no,
            turn,
            crime.crime_reference,
            crime.crime_type,
            crime.crime_type_description,
            crime.window_from,
            crime.window_to,
            crime.latitude,
            crime.longitude,
            crime.x_m,
            crime.y_m,
            crime.free_text,
            list(crime.flags),
        )


async def keep_out(conn: Connection) -> None:
    """Let no crimes in until the transaction ends, those that come now let in first.

    For who stores what matching reads and asks which crimes it touches: a crime that
    came between the two would be matched by neither.
    """
    await conn.execute(Q["keep_out"])


async def _let_in(conn: Connection) -> None:
    await conn.execute(Q["let_in"])


async def _lock_named(conn: Connection, delivery: Delivery) -> None:
    day = delivery.day if delivery.replaces_day else None
    await conn.fetch(Q["lock_named"], delivery.force, day)


async def _reinstated(conn: Connection, force: str) -> tuple[int, ...]:
    return _ids(await conn.fetch(Q["reinstated"], force))


async def _upsert_crimes(conn: Connection, force: str, batch: int) -> None:
    await conn.execute(Q["upsert_crimes"], force, batch)


async def _insert_versions(
    conn: Connection, force: str, batch: int, turn: int
) -> tuple[int, ...]:
    return _ids(await conn.fetch(Q["insert_versions"], force, batch, turn))


async def _note_standing(conn: Connection, force: str, batch: int, turn: int) -> None:
    await conn.execute(Q["note_standing"], force, batch, turn)


async def _withdraw_rest(
    conn: Connection, delivery: Delivery, named: Collection[str]
) -> tuple[int, ...]:
    if not delivery.replaces_day:
        return ()
    rows = await conn.fetch(
        Q["withdraw_rest"], delivery.force, delivery.day, list(named)
    )
    return _ids(rows)


def _ids(rows: Iterable[Record]) -> tuple[int, ...]:
    return tuple(row["id"] for row in rows)


def version_of(row: Record) -> CrimeVersion:
    """A row of `crime_version` with its crime's force, reference and state."""
    crime = Crime(
        police_force=row["force"],
        crime_reference=row["reference"],
        crime_type=row["crime_type"],
        crime_type_description=row["crime_type_description"],
        batch_id=row["batch_id"],
        window_from=row["window_from"],
        window_to=row["window_to"],
        latitude=row["latitude"],
        longitude=row["longitude"],
        x_m=row["x_m"],
        y_m=row["y_m"],
        free_text=row["free_text"],
        flags=tuple(row["flags"]),
    )
    return CrimeVersion(
        id=row["id"],
        crime_id=row["crime"],
        version=row["version"],
        batch=row["batch"],
        current=row["state"] == "current",
        changed=tuple(row["changed"]),
        crime=crime,
    )
