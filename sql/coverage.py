"""Coverage statements: how much the trails say of a crime, as at a time; appended."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime, timedelta

from sql import queries
from sql.db import Connection, Record

Q = queries.read("coverage")


@dataclass(frozen=True, slots=True)
class Counts:
    """Wearers monitored at a crime: by how much of its window their trail covers, and
    by verdict."""

    monitored: int
    full_cover: int
    with_gaps: int
    no_cover: int
    hit: int
    passed: int
    possible: int
    no_data: int
    ruled_out: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What was stated of a crime, and when; `being_made`: a newer one is due."""

    run: int
    force: str
    reference: str
    version: int
    as_at: datetime
    policy_hash: str
    software_version: str
    being_made: bool
    counts: Counts


async def ask(conn: Connection, version_ids: Sequence[int]) -> None:
    """The statements of these crimes are to be made; asked twice is asked once."""
    await conn.execute(Q["ask_statements"], version_ids)


async def ask_touched(
    conn: Connection, stretches: Sequence[tuple[datetime, datetime]], around: timedelta
) -> int:
    """Those that stand and whose window lies so near to a change; how many."""
    columns = ([low for low, _ in stretches], [high for _, high in stretches])
    return len(await conn.fetch(Q["ask_touched"], *columns, around))


async def take_due(conn: Connection, at_most: int) -> tuple[int, list[int]]:
    """How many due ones this transaction takes, and the crime versions that stand."""
    rows = await conn.fetch(Q["take_due"], at_most)
    return len(rows), [row["crime_version"] for row in rows if row["stands"]]


async def keep(
    conn: Connection, run: int, version_ids: Sequence[int], counts: Sequence[Counts]
) -> None:
    """Append a run's statements."""
    columns = zip(*(astuple(one) for one in counts), strict=True)
    await conn.execute(
        Q["insert_statements"], run, version_ids, *(list(c) for c in columns)
    )


async def of_crime(conn: Connection, force: str, reference: str) -> list[Statement]:
    """All that was stated of a crime, newest first."""
    rows = await conn.fetch(Q["statements_of_crime"], force, reference)
    return [_statement(row) for row in rows]


async def of_batches(conn: Connection, batches: Sequence[int]) -> list[Statement]:
    """The newest statement of each crime of some deliveries, by force and reference."""
    rows = await conn.fetch(Q["statements_of_batches"], batches)
    return [_statement(row) for row in rows]


def _statement(row: Record) -> Statement:
    counts = Counts(*(row[f.name] for f in fields(Counts)))
    names = [f.name for f in fields(Statement) if f.name != "counts"]
    return Statement(**{name: row[name] for name in names}, counts=counts)
